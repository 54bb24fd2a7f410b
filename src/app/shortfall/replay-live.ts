import { snakeKeys } from '../../core/canonical.js'
import { tokensOf } from '../../core/account/money.js'
import type { EventSink, TradingEvent } from '../../core/account/events.js'
import { timeframeMs, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { EventRecord } from '../../core/ports/research/events.js'
import type { JournalledIntent } from '../../core/ports/trading/journal.js'
import type { SessionRecord, SessionRepository } from '../../core/ports/trading/sessions.js'
import type { VenueFill } from '../../core/trading/venue/broker.js'
import { runPortfolioRequest } from '../../backtest/portfolio/portfolio-run.js'
import {
  portfolioOfSession,
  type SessionRequest,
} from '../../backtest/portfolio/session-request.js'
import { runRequest } from '../../backtest/run/run.js'
import type { RunData } from '../../backtest/run/record/run-request.js'
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

/** A fill with the market that it was made on. */
export interface SymbolShortfall extends FillShortfall {
  readonly symbol: string
}

/** A session beside the engine over the same candles. */
export interface ReplayedLive {
  readonly record: SessionRecord
  readonly decisions: ComparedDecisions
  readonly fills: readonly SymbolShortfall[]
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
  if (name !== undefined) requireCalibration(name, record)
  const seen = await seenBy(workspace, store, record)
  const session = await eventsOf(store, record.sessionId)
  const engine: EventRecord[] = []
  const engineEquity = engineOver(seen, event => engine.push(recordOf(event, engine.length)))
  const offered = isVenue ? await venueFills(workspace, store, record) : null
  const priced = seen.request.runs.map(({ symbol }, m) => {
    const candles = seen.data[m]!.main.candles
    const last = candles.close[candles.length - 1]!
    const price = record.status?.prices[symbol] ?? last
    const venue = offered && { offered: offered.filter(one => one.symbol === symbol) }
    const own = pricedFills(ofSymbol(session, symbol), candles, venue)
    const other = pricedFills(ofSymbol(engine, symbol), candles, null)
    const split = splitShortfall({ fills: own, last: price }, { fills: other, last })
    return { own, fills: split.map(fill => ({ symbol, ...fill })) }
  })
  const fills = priced.flatMap(one => one.fills).sort((a, b) => a.decidedAt - b.decidedAt)
  const total = totalOf(fills)
  const equity = {
    session: record.status!.equity,
    engine: engineEquity,
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
        : calibrate(workspace.home.folder, name, {
            symbol: record.symbols[0]!,
            fills: priced[0]!.own,
          }),
  }
}

/** What the engine makes of the candles that a session has seen. @returns its equity at the last close */
function engineOver({ request, data }: SeenSession, sink: EventSink): number {
  const portfolio = portfolioOfSession(request)
  const { equity } =
    portfolio === null
      ? runRequest(request.runs[0]!, data[0]!, { sink })
      : runPortfolioRequest(portfolio, data, sink).outcome
  return equity[equity.length - 1]!
}

function ofSymbol(events: readonly EventRecord[], symbol: string): readonly EventRecord[] {
  return events.filter(({ payload }) => (payload as { symbol?: unknown }).symbol === symbol)
}

/** What a session was asked to trade, and the candles that it has seen of each of its markets. */
export interface SeenSession {
  readonly request: SessionRequest
  readonly data: readonly RunData[]
}

/** What a session was asked to trade, over the candles that it has seen. @throws AppError USAGE */
export async function seenBy(
  workspace: Workspace,
  store: SessionRepository,
  record: SessionRecord,
): Promise<SeenSession> {
  const { sessionId, feed } = record
  const lengthMs = timeframeMs(record.timeframe)
  const seen = await seenCandles(store.inputs(sessionId), lengthMs, record.symbols.length)
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
  const { runs, allocation } = await requestOfSession(workspace, manifest)
  return {
    request: { allocation, runs: runs.map(run => ({ ...run, from, keepOpen: true })) },
    data: seen.markets.map(candles => ({
      main: { candles, hash: dataHash(candles), source: feed },
      detail: null,
    })),
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

type SymbolOffer = VenueFills['offered'][number] & { readonly symbol: string }

/** What Jupiter quoted for each fill that the session has heard of, in order. */
async function venueFills(
  workspace: Workspace,
  store: SessionRepository,
  record: SessionRecord,
): Promise<readonly SymbolOffer[]> {
  const journal = await workspace.swaps()
  const offered: SymbolOffer[] = []
  for await (const page of store.inputs(record.sessionId)) {
    for (const { kind, payload } of page) {
      if (kind !== 'fill') continue
      const fill = payload as VenueFill
      const known = await journal.find(fill.order)
      const { symbol } = known?.intent ?? { symbol: record.symbols[0]! }
      offered.push({ symbol, size: fill.size, price: quotedPrice(fill, known) })
    }
  }
  return offered
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
