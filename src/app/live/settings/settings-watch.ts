import { describeStrategies } from '../../../backtest/run/record/manifest.js'
import type { RequestedStrategy, RunRequest } from '../../../backtest/run/record/run-request.js'
import { specOf } from '../../../backtest/run/run.js'
import { timeframeMs, type Millis } from '../../../core/candles/time.js'
import { canonicalJson } from '../../../core/canonical.js'
import { Session } from '../../../core/engine/session.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { StateStore } from '../../../core/ports/state.js'
import { pause } from '../../../live/feed/pause.js'
import type { RunnerInput, SettingsChange } from '../../../live/runner/runner-input.js'
import { stateKeys } from '../../../live/state/state-values.js'
import { strategiesOfSettings } from './settings-strategies.js'
import {
  readSettingsTexts,
  settingsOfRun,
  settingsOfTexts,
  type SettingsTexts,
} from './symbol-settings.js'

/** How often sessions look at the settings of their symbol. */
export const SETTINGS_POLL_MS = 1000

export interface WatchedSettings {
  readonly symbol: string
  readonly request: RunRequest
  readonly promotionId: string | null
  /** Where compiled strategy files are kept. */
  readonly cache: string
  readonly everyMs: number
  readonly standing: ShownStanding
}

/** Where a session's standing is shown, in the same store. */
export interface ShownStanding {
  /** Why it could not be written; null where it was. */
  readonly failure: string | null
  /** Writes it once more. */
  again(): void
}

/** What a look at the store has found. */
type Look =
  | { readonly kind: 'away'; readonly reason: string }
  | { readonly kind: 'seen'; readonly texts: SettingsTexts; readonly input: RunnerInput | null }

/**
 * Looks at the settings of a symbol, and brings each change as it comes. A bad edit is named and the old
 * settings stay. While the store cannot be read or written nothing is entered: what should hold is not
 * known. A store that has lost the settings is given those that hold.
 */
export async function* watchSettings(
  state: StateStore,
  watched: WatchedSettings,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  let known: SettingsTexts | null = null
  let isAway = false
  for (; !signal.aborted; await pause(clock, signal, watched.everyMs)) {
    const seen = await look(state, watched, known, clock.now())
    const at = clock.now()
    if (seen.kind === 'away') {
      if (!isAway) yield [held(true, `${state.name} is away: ${seen.reason}`, at)]
      isAway = true
      continue
    }
    if (isAway) yield [held(false, `${state.name} is back`, at)]
    isAway = false
    known = seen.texts
    if (seen.input !== null) yield [seen.input]
  }
}

async function look(
  state: StateStore,
  watched: WatchedSettings,
  known: SettingsTexts | null,
  at: Millis,
): Promise<Look> {
  const { symbol, standing } = watched
  const { failure } = standing
  if (failure !== null) standing.again()
  try {
    const texts = await readSettingsTexts(state, symbol)
    if (texts.strategy === null && texts.risk === null) {
      return { kind: 'seen', ...(await restore(state, watched, known, at)) }
    }
    if (failure !== null) return { kind: 'away', reason: failure }
    const isKnown = texts.strategy === known?.strategy && texts.risk === known?.risk
    const input = isKnown ? null : await changeOf(state, watched, texts, known === null, at)
    return { kind: 'seen', texts, input }
  } catch (error) {
    return { kind: 'away', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The store was emptied: it is given the settings that hold, and the standing, again. */
async function restore(
  state: StateStore,
  { symbol, request, promotionId, standing }: WatchedSettings,
  known: SettingsTexts | null,
  at: Millis,
): Promise<{ readonly texts: SettingsTexts; readonly input: RunnerInput }> {
  const author = { at, by: 'session', promotionId }
  const own = settingsOfRun({ strategies: describeStrategies(request) }, author)
  const strategy = known?.strategy ?? JSON.stringify(own.strategy)
  const risk = known?.risk ?? JSON.stringify(own.risk)
  await state.write(stateKeys.strategySettings(symbol), strategy, null)
  await state.write(stateKeys.riskSettings(symbol), risk, null)
  standing.again()
  const reason = `${state.name} had no settings of it; they were written again`
  const event = { type: 'settings.restored', time: at, symbol, reason }
  return { texts: { strategy, risk }, input: { kind: 'say', at, event } }
}

function held(isOn: boolean, reason: string, at: Millis): RunnerInput {
  return { kind: 'hold', at, name: 'state', isOn, reason }
}

/** @returns null for the first look at settings that are those of the session */
async function changeOf(
  state: StateStore,
  { symbol, request, cache }: WatchedSettings,
  texts: SettingsTexts,
  isFirst: boolean,
  at: Millis,
): Promise<RunnerInput | null> {
  const refused = (reason: string): RunnerInput => ({
    kind: 'say',
    at,
    event: { type: 'settings.refused', time: at, symbol, reason },
  })
  try {
    const { strategy, risk } = settingsOfTexts(texts, symbol, state)!
    const strategies = await strategiesOfSettings({ strategy, risk }, cache)
    const other = otherStrategies(request, strategies)
    if (other !== null) return refused(other)
    const changed = { ...request, strategies }
    if (isFirst && isSame(changed, request)) return null
    const by = risk.updated_at > strategy.updated_at ? risk : strategy
    return { kind: 'settings', at, change: settingsChange(changed, { symbol, by: by.updated_by }) }
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
}

function isSame(one: RunRequest, other: RunRequest): boolean {
  return canonicalJson(describeStrategies(one)) === canonicalJson(describeStrategies(other))
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
