import { snakeKeys } from '../../core/canonical.js'
import { tokensOf } from '../../core/account/money.js'
import type { TradingEvent } from '../../core/account/events.js'
import { timeframeMs, type Millis } from '../../core/candles/time.js'
import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { EventRecord } from '../../core/ports/events.js'
import type { JournalledIntent } from '../../core/ports/journal.js'
import type { SessionRecord, SessionRepository } from '../../core/ports/sessions.js'
import type { VenueFill } from '../../core/trading/venue/broker.js'
import { runRequest } from '../../backtest/run/run.js'
import type { RunData, RunRequest } from '../../backtest/run/record/run-request.js'
import { dataHash } from '../../data/cache/data-hash.js'
import { currentManifest, seenCandles } from '../live/session/session-history.js'
import { findSession } from '../live/session/session-lookup.js'
import { requestOfSession } from '../live/session/session-manifest.js'
import { textOption, type Optional } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { calibrate, requireCalibration, type Calibration } from './calibrate.js'
import { compareDecisions, type ComparedDecisions } from './decisions.js'
import { pricedFills, type VenueFills } from './priced-fills.js'
import { splitShortfall, totalOf, type FillShortfall, type Shortfall } from './shortfall.js'

export type ReplayLiveOptions = { readonly live: string } & Optional<{ calibrate: string }>

/** A session beside the engine over the same candles. */
export interface ReplayedLive {
  readonly record: SessionRecord
  readonly decisions: ComparedDecisions
  readonly fills: readonly FillShortfall[]
  readonly total: Shortfall
  /** Equity at the last close. */
  readonly equity: { readonly session: number; readonly engine: number }
  /** What of the difference no fill tells, as the fees of swaps that failed. */
  readonly unexplained: number
  /** Changes of settings and commands, after which the engine is not told the same. */
  readonly steered: number
  readonly calibration: Calibration | null
}

/**
 * Gives the candles that a session has seen to the backtest engine, with its settings, and compares: what
 * was decided, and what its fills cost beside those of the engine.
 * @throws AppError UNKNOWN_SESSION, USAGE, CHECK_FAILED
 */
export async function replayLive(
  workspace: Workspace,
  options: ReplayLiveOptions,
): Promise<ReplayedLive> {
  const store = await workspace.sessions()
  const { record } = await findSession(store, options.live)
  const name = textOption(options, 'calibrate')
  const isVenue = record.mode === 'live'
  if (name !== undefined) requireCalibration(name, isVenue)
  const { request, data, candles } = await seenBy(workspace, store, record)
  const session = await eventsOf(store, record.sessionId)
  const engine: EventRecord[] = []
  const report = runRequest(request, data, {
    sink: event => engine.push(recordOf(event, engine.length)),
  })
  const venue = isVenue ? await venueFills(workspace, store, record) : null
  const own = pricedFills(session, candles, venue)
  const last = candles.close[candles.length - 1]!
  const price = record.status?.prices[record.symbols[0]!] ?? last
  const fills = splitShortfall(
    { fills: own, last: price },
    { fills: pricedFills(engine, candles, null), last },
  )
  const total = totalOf(fills)
  const equity = {
    session: record.status!.equity,
    engine: report.equity[report.equity.length - 1]!,
  }
  const isSteering = ({ type }: EventRecord): boolean =>
    type === 'settings.changed' || type === 'command'
  return {
    record,
    decisions: compareDecisions(session, engine),
    fills,
    total,
    equity,
    unexplained: equity.engine - equity.session - total.total,
    steered: session.filter(isSteering).length,
    calibration:
      name === undefined
        ? null
        : calibrate(workspace.home.folder, name, { symbol: record.symbols[0]!, fills: own }),
  }
}

/** What a session was asked to trade, over the candles that it has seen. @throws AppError USAGE */
export async function seenBy(
  workspace: Workspace,
  store: SessionRepository,
  record: SessionRecord,
): Promise<{ request: RunRequest; data: RunData; candles: Candles }> {
  const { sessionId, feed } = record
  const lengthMs = timeframeMs(record.timeframe)
  const seen = await seenCandles(store.inputs(sessionId), lengthMs)
  const from = await firstTraded(store, sessionId)
  if (seen === null || from === null || record.status === null) {
    throw new AppError('USAGE', `session ${sessionId} has kept no candles that it traded on`, {
      hint:
        feed === 'replay'
          ? 'a session over stored candles was compared with the backtest at its end'
          : 'let it take a candle first',
    })
  }
  const manifest = await currentManifest(store, record)
  const asked = await requestOfSession(workspace, manifest)
  const { candles } = seen
  const main = { candles, hash: dataHash(candles), source: feed }
  return {
    request: { ...asked, from, keepOpen: true },
    data: { main, detail: null },
    candles,
  }
}

async function firstTraded(store: SessionRepository, sessionId: string): Promise<Millis | null> {
  for await (const page of store.inputs(sessionId)) {
    const first = page.find(({ kind }) => kind === 'candle')
    if (first !== undefined) return (first.payload as { candle: { time: Millis } }).candle.time
  }
  return null
}

export async function eventsOf(
  store: SessionRepository,
  sessionId: string,
): Promise<readonly EventRecord[]> {
  const events: EventRecord[] = []
  for await (const page of store.events(sessionId)) events.push(...page)
  return events
}

function recordOf({ type, time, ...payload }: TradingEvent, seq: number): EventRecord {
  return { seq, time, type, payload: snakeKeys(payload), linkHash: null }
}

/** What Jupiter quoted for each fill that the session has heard of, in order. */
async function venueFills(
  workspace: Workspace,
  store: SessionRepository,
  { sessionId }: SessionRecord,
): Promise<VenueFills> {
  const journal = await workspace.swaps()
  const offered: VenueFills['offered'][number][] = []
  for await (const page of store.inputs(sessionId)) {
    for (const { kind, payload } of page) {
      if (kind !== 'fill') continue
      const fill = payload as VenueFill
      offered.push({ size: fill.size, price: quotedPrice(fill, await journal.find(fill.order)) })
    }
  }
  return { offered }
}

/** The price of the quote that the fill was made from; null where the quote does not say. */
function quotedPrice({ price }: VenueFill, known: JournalledIntent | undefined): number | null {
  const [fill] = known?.fills ?? []
  const attempt = known?.attempts.find(({ number }) => number === fill?.number)
  if (known === undefined || fill === undefined || attempt === undefined) return null
  const { inAmount, outAmount } = Object(attempt.quote) as Record<string, unknown>
  const [given, taken] = [Number(inAmount), Number(outAmount)]
  if (!(given > 0 && taken > 0)) return null
  // Both have the same places, so that the fill's own price turns units into tokens.
  const units = { symbol: '', decimals: 0 }
  const filled = tokensOf(fill.taken, units) / tokensOf(fill.given, units)
  const share = taken / given / filled
  return known.intent.side === 'buy' ? price / share : price * share
}
