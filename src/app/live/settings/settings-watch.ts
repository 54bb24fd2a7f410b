import { describeStrategies } from '../../../backtest/run/record/manifest.js'
import type { RequestedStrategy, RunRequest } from '../../../backtest/run/record/run-request.js'
import type { Millis } from '../../../core/candles/time.js'
import { byCodeUnit, canonicalJson } from '../../../core/canonical.js'
import {
  sessionSpec,
  withStrategies,
  type SessionRequest,
} from '../../../backtest/portfolio/session-request.js'
import { Session } from '../../../core/engine/session.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { StateStore } from '../../../core/ports/trading/state.js'
import { pause } from '../../../live/feed/pause.js'
import type { RunnerInput, SettingsChange } from '../../../live/runner/runner-input.js'
import { stateKeys } from '../../../live/state/state-values.js'
import { strategiesOfSettings } from './settings-strategies.js'
import {
  joinedSettings,
  readSettingsTexts,
  settingsOfRun,
  settingsOfTexts,
  type SettingsTexts,
  type SymbolSettings,
} from './symbol-settings.js'
import type { SessionPromotion } from '../promotion/session-promotion.js'

/** How often sessions look at the settings of their symbol. */
export const SETTINGS_POLL_MS = 1000

export interface WatchedSettings {
  /** What the session trades; the settings of each of its symbols are looked at. */
  readonly request: SessionRequest
  readonly promotions: readonly SessionPromotion[]
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
  | { readonly kind: 'seen'; readonly inputs: readonly RunnerInput[] }

/** A watch under way. */
interface Watch extends WatchedSettings {
  readonly state: StateStore
  /** The texts that were seen last, by symbol. */
  readonly known: Map<string, SettingsTexts>
  /** What the session trades, with all changes that it has taken. */
  readonly held: { request: SessionRequest }
}

/**
 * Looks at the settings of all symbols of a session, and brings each change as it comes. A bad edit is
 * named and the old settings stay. While the store cannot be read or written nothing is entered: what
 * should hold is not known. A store that has lost the settings is given those that hold.
 */
export async function* watchSettings(
  state: StateStore,
  watched: WatchedSettings,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  const watch: Watch = { ...watched, state, known: new Map(), held: { request: watched.request } }
  let isAway = false
  for (; !signal.aborted; await pause(clock, signal, watched.everyMs)) {
    const seen = await look(watch, clock)
    const at = clock.now()
    if (seen.kind === 'away') {
      if (!isAway) yield [held(true, `${state.name} is away: ${seen.reason}`, at)]
      isAway = true
      continue
    }
    if (isAway) yield [held(false, `${state.name} is back`, at)]
    isAway = false
    for (const input of seen.inputs) yield [input]
  }
}

async function look(watch: Watch, clock: Clock): Promise<Look> {
  const { standing, request } = watch
  const { failure } = standing
  if (failure !== null) standing.again()
  const inputs: RunnerInput[] = []
  try {
    for (const run of request.runs) {
      const seen = await lookAt(watch, run, clock.now())
      if (seen === 'unshown') return { kind: 'away', reason: failure! }
      inputs.push(...seen)
    }
    return { kind: 'seen', inputs }
  } catch (error) {
    return { kind: 'away', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** @returns what is new of a symbol; `unshown` where its standing cannot be written */
async function lookAt(
  watch: Watch,
  run: RunRequest,
  at: Millis,
): Promise<readonly RunnerInput[] | 'unshown'> {
  const { state, known, standing } = watch
  const { symbol } = run
  const texts = await readSettingsTexts(state, symbol)
  if (texts.strategy === null && texts.risk === null) return [await restore(watch, run, at)]
  if (standing.failure !== null) return 'unshown'
  const before = known.get(symbol)
  if (texts.strategy === before?.strategy && texts.risk === before?.risk) return []
  const joined = before === undefined ? await join(watch, run, texts, at) : null
  const now = joined?.texts ?? texts
  known.set(symbol, now)
  const change = await changeOf(watch, run, now, before === undefined, at)
  return [joined?.input, change].filter(input => input !== undefined && input !== null)
}

/** The store was emptied: it is given the settings that hold, and the standing, again. */
async function restore(
  { state, known, standing, promotions }: Watch,
  run: RunRequest,
  at: Millis,
): Promise<RunnerInput> {
  const { symbol } = run
  const own = ownSettings(run, promotions, at)
  const before = known.get(symbol)
  const strategy = before?.strategy ?? JSON.stringify(own.strategy)
  const risk = before?.risk ?? JSON.stringify(own.risk)
  await state.write(stateKeys.strategySettings(symbol), strategy, null)
  await state.write(stateKeys.riskSettings(symbol), risk, null)
  standing.again()
  known.set(symbol, { strategy, risk })
  const reason = `${state.name} had no settings of it; they were written again`
  return { kind: 'say', at, event: { type: 'settings.restored', time: at, symbol, reason } }
}

/**
 * Each promotion has written the settings of its symbol over those of the one before. A session that
 * begins on several of one symbol writes them together, where they name some of its strategies alone.
 */
async function join(
  { state, promotions }: Watch,
  run: RunRequest,
  texts: SettingsTexts,
  at: Millis,
): Promise<{ readonly texts: SettingsTexts; readonly input: RunnerInput } | null> {
  const { symbol } = run
  const of = promotions.filter(one => one.symbol === symbol)
  if (of.length < 2) return null
  const stands = settingsOfTexts(texts, symbol, state)
  const own = ownSettings(run, promotions, at)
  const missing = own.strategy.active_strategy.filter(
    name => !stands!.strategy.active_strategy.includes(name),
  )
  if (missing.length === 0) return null
  const together = joinedSettings(stands!, own)
  const [strategy, risk] = [JSON.stringify(together.strategy), JSON.stringify(together.risk)]
  const isWritten = await state.writeAll([
    { key: stateKeys.strategySettings(symbol), expected: texts.strategy, text: strategy },
    { key: stateKeys.riskSettings(symbol), expected: texts.risk, text: risk },
  ])
  if (!isWritten) return null
  const reason = `they did not name ${missing.join(', ')}, which trade on it too; now they do`
  const event = { type: 'settings.restored', time: at, symbol, reason }
  return { texts: { strategy, risk }, input: { kind: 'say', at, event } }
}

/** The settings of a symbol as the session began with them. */
function ownSettings(
  run: RunRequest,
  promotions: readonly SessionPromotion[],
  at: Millis,
): SymbolSettings {
  const ids = promotions.filter(({ symbol }) => symbol === run.symbol)
  const promotionId = ids.map(one => one.promotionId).join(',') || null
  const author = { at, by: 'session', promotionId }
  return settingsOfRun({ strategies: describeStrategies(run) }, author)
}

function held(isOn: boolean, reason: string, at: Millis): RunnerInput {
  return { kind: 'hold', at, name: 'state', isOn, reason }
}

/** @returns null for the first look at settings that are those of the session */
async function changeOf(
  { state, held: of, cache }: Watch,
  run: RunRequest,
  texts: SettingsTexts,
  isFirst: boolean,
  at: Millis,
): Promise<RunnerInput | null> {
  const { symbol } = run
  const refused = (reason: string): RunnerInput => ({
    kind: 'say',
    at,
    event: { type: 'settings.refused', time: at, symbol, reason },
  })
  try {
    const { strategy, risk } = settingsOfTexts(texts, symbol, state)!
    const read = await strategiesOfSettings({ strategy, risk }, cache)
    const other = otherStrategies(run, read)
    if (other !== null) return refused(other)
    const strategies = weighed(run, read)
    if (isFirst && isSame(strategies, run.strategies)) return null
    const by = risk.updated_at > strategy.updated_at ? risk : strategy
    const event = { symbol, by: by.updated_by }
    return { kind: 'settings', at, change: settingsChange(of, { symbol, strategies }, event) }
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
}

/** The shares of the account are no settings of a symbol: they stay. */
function weighed(
  { strategies: before }: RunRequest,
  now: readonly RequestedStrategy[],
): readonly RequestedStrategy[] {
  return now.map(one => {
    const known = before.find(({ strategy }) => strategy.name === one.strategy.name)
    return { ...one, weight: known?.weight ?? one.weight }
  })
}

function isSame(one: readonly RequestedStrategy[], other: readonly RequestedStrategy[]): boolean {
  const textOf = (strategies: readonly RequestedStrategy[]): string =>
    canonicalJson(
      [...describeStrategies({ strategies })].sort((a, b) => byCodeUnit(a.name, b.name)),
    )
  return textOf(one) === textOf(other)
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

/** A change of the settings of a symbol of a session, made when it is taken. */
export function settingsChange(
  held: { request: SessionRequest },
  { symbol, strategies }: ChangedSymbol,
  event: Readonly<Record<string, unknown>>,
): SettingsChange {
  const described = describeStrategies({ strategies })
  const isOneOfMany = held.request.allocation !== null
  return {
    restart: session => {
      const request = withStrategies(held.request, symbol, strategies)
      const changed = restarted(session, request)
      held.request = request
      return changed
    },
    payload: { ...(isOneOfMany && { symbol }), strategies: described },
    event: { ...event, settings: { strategies: described } },
  }
}

interface ChangedSymbol {
  readonly symbol: string
  readonly strategies: readonly RequestedStrategy[]
}

/** The session with other settings of its legs: what it holds and has seen stays. */
export function restarted(session: Session, request: SessionRequest): Session {
  const { spec, markets } = sessionSpec(request)
  return Session.restore(spec, markets, session.save(), session.history(), session.wiring)
}
