import { describeStrategies } from '../../backtest/run/record/manifest.js'
import type { RequestedStrategy, RunRequest } from '../../backtest/run/record/run-request.js'
import { specOf } from '../../backtest/run/run.js'
import { timeframeMs } from '../../core/candles/time.js'
import { Session } from '../../core/engine/session.js'
import type { Clock } from '../../core/ports/clock.js'
import type { StateStore } from '../../core/ports/state.js'
import { pause } from '../../live/feed/pause.js'
import type { RunnerInput, SettingsChange } from '../../live/runner/runner-input.js'
import { stateKeys } from '../../live/state/state-values.js'
import { strategiesOfSettings } from './settings-strategies.js'
import { readSettings } from './symbol-settings.js'

export interface WatchedSettings {
  readonly symbol: string
  readonly request: RunRequest
  /** Where compiled strategy files are kept. */
  readonly cache: string
  readonly everyMs: number
}

/**
 * Looks at the settings of a symbol, and brings each change as it comes. A bad edit is named and the old
 * settings stay. While the state cannot be read nothing is entered: what should hold is not known.
 */
export async function* watchSettings(
  state: StateStore,
  { symbol, request, cache, everyMs }: WatchedSettings,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  let known = await textOf(state, symbol).catch(() => null)
  let isAway = false
  while (!signal.aborted) {
    await pause(clock, signal, everyMs)
    const at = clock.now()
    const text = await textOf(state, symbol).catch((error: unknown) => error as Error)
    if (text instanceof Error) {
      if (!isAway) yield [held(true, `${state.name} is away: ${text.message}`, at)]
      isAway = true
      continue
    }
    if (isAway) yield [held(false, `${state.name} is back`, at)]
    isAway = false
    if (text === known) continue
    known = text
    yield [await changeOf(state, { symbol, request, cache }, at)]
  }
}

async function textOf(state: StateStore, symbol: string): Promise<string> {
  const strategy = await state.read(stateKeys.strategySettings(symbol))
  const risk = await state.read(stateKeys.riskSettings(symbol))
  return JSON.stringify([strategy, risk])
}

function held(isOn: boolean, reason: string, at: number): RunnerInput {
  return { kind: 'hold', at, name: 'state', isOn, reason }
}

async function changeOf(
  state: StateStore,
  { symbol, request, cache }: Pick<WatchedSettings, 'symbol' | 'request' | 'cache'>,
  at: number,
): Promise<RunnerInput> {
  const refused = (reason: string): RunnerInput => ({
    kind: 'say',
    at,
    event: { type: 'settings.refused', time: at, symbol, reason },
  })
  try {
    const settings = await readSettings(state, symbol)
    if (settings === null)
      return refused('both values of the symbol were removed; the old ones stay')
    const strategies = await strategiesOfSettings(settings, cache)
    const other = otherStrategies(request, strategies)
    if (other !== null) return refused(other)
    const changed = { ...request, strategies }
    const by =
      settings.risk.updated_at > settings.strategy.updated_at ? settings.risk : settings.strategy
    return { kind: 'settings', at, change: settingsChange(changed, { symbol, by: by.updated_by }) }
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
}

/** The legs of a session stay: their positions belong to them. */
function otherStrategies(
  { strategies: before }: RunRequest,
  now: readonly RequestedStrategy[],
): string | null {
  const names = (list: readonly RequestedStrategy[]): string =>
    list
      .map(({ strategy }) => strategy.name)
      .sort()
      .join(', ')
  if (names(before) !== names(now)) {
    return `they name other strategies, ${names(now)}, than the session runs, ${names(before)}: start a session of them`
  }
  const edited = now.find(
    ({ strategy, sourceHash }) =>
      before.find(one => one.strategy.name === strategy.name)?.sourceHash !== sourceHash,
  )
  return edited === undefined
    ? null
    : `the source of ${edited.strategy.name} has changed: promote it anew`
}

/** A change of the settings of a session, made when it is taken. */
export function settingsChange(
  request: RunRequest,
  event: Readonly<Record<string, unknown>>,
): SettingsChange {
  const strategies = describeStrategies(request)
  return {
    restart: session => restarted(session, request),
    payload: { strategies },
    event: { ...event, settings: { strategies } },
  }
}

/** The session with other settings of its legs: what it holds and has seen stays. */
export function restarted(session: Session, request: RunRequest): Session {
  const spec = specOf(request)
  const markets = [{ timeframeMs: timeframeMs(request.timeframe), legs: spec.legs }]
  return Session.restore(spec, markets, session.save(), session.history(), session.wiring)
}
