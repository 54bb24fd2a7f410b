import type {
  PositionUpdatedEvent,
  TradeExecutedEvent,
  TradingEvent,
} from '../../../core/account/events.js'
import type { Trade } from '../../../core/account/trade.js'
import type {
  FillRecord,
  PositionOutcome,
  PositionRecord,
} from '../../../core/ports/research/positions.js'

/** A position while its events are read. */
interface OpenPosition {
  readonly entry: TradeExecutedEvent
  entryPrice: number
  size: number
  cash: number
  stopLoss: number
  trailingStop: number
  readonly fills: FillRecord[]
}

/**
 * Positions from flat to flat with their fills, as the views `positions` and `trades` show them, with
 * what the trades of the same run say of those that are closed.
 */
export function positionRecords(
  events: readonly TradingEvent[],
  trades: readonly Trade[],
): PositionRecord[] {
  const open = new Map<string, OpenPosition>()
  const records: PositionRecord[] = []
  const outcomes = outcomesOf(trades)
  for (const event of events) {
    if (event.type === 'trade.executed') takeFill(open, event)
    if (event.type !== 'position.updated') continue
    const position = open.get(event.strategy)
    if (position === undefined) continue
    takeUpdate(position, event)
    if (event.quantity !== 0) continue
    open.delete(event.strategy)
    const outcome = outcomes.get(event.strategy)?.next().value as PositionOutcome | undefined
    records.push({ ...recordOf(position, 'closed'), ...(outcome && { outcome }) })
  }
  return [...records, ...[...open.values()].map(position => recordOf(position, 'open'))]
}

/** The trades of each strategy, one after the other. */
function outcomesOf(trades: readonly Trade[]): Map<string, IterableIterator<PositionOutcome>> {
  const each = new Map<string, PositionOutcome[]>()
  for (const trade of trades) {
    const list = each.get(trade.strategy) ?? []
    if (list.push(trade) === 1) each.set(trade.strategy, list)
  }
  return new Map(Array.from(each, ([strategy, list]) => [strategy, list.values()]))
}

function takeFill(open: Map<string, OpenPosition>, event: TradeExecutedEvent): void {
  let position = open.get(event.strategy)
  if (position === undefined) {
    position = openPosition(event)
    open.set(event.strategy, position)
  }
  const isBuy = (event.action === 'entry') === (event.side === 'long')
  position.cash += (isBuy ? -1 : 1) * event.price * event.size - event.fee - event.txCost
  if (event.action === 'entry') position.size += event.size
  position.fills.push({
    price: String(event.price),
    size: String(event.size),
    side: isBuy ? 'buy' : 'sell',
    time: event.time,
    fee: String(event.fee),
    exitReason: event.reason,
  })
}

function openPosition(entry: TradeExecutedEvent): OpenPosition {
  const { price: entryPrice } = entry
  return { entry, entryPrice, size: 0, cash: 0, stopLoss: 0, trailingStop: 0, fills: [] }
}

/** The update of the close has no levels: those of the last candle stay. */
function takeUpdate(position: OpenPosition, event: PositionUpdatedEvent): void {
  if (event.quantity === 0) return
  position.entryPrice = event.entryPrice
  position.stopLoss = event.stopLoss
  position.trailingStop = event.trailingStop
}

function recordOf(position: OpenPosition, status: 'open' | 'closed'): PositionRecord {
  const { entry, fills, stopLoss, trailingStop } = position
  const last = fills[fills.length - 1]!
  const isClosed = status === 'closed'
  return {
    symbol: entry.symbol,
    market: entry.symbol,
    strategy: entry.strategy,
    side: entry.side,
    status,
    size: String(position.size),
    entryPrice: String(position.entryPrice),
    currentPrice: last.price,
    entryTime: entry.time,
    lastUpdate: last.time,
    pnl: isClosed ? String(position.cash) : '0',
    stopLoss: levelOf(stopLoss),
    trailingStop: levelOf(trailingStop),
    exitTime: isClosed ? last.time : null,
    exitPrice: isClosed ? last.price : null,
    exitReason: isClosed ? last.exitReason : null,
    fills,
  }
}

function levelOf(level: number): string | null {
  return level === 0 ? null : String(level)
}
