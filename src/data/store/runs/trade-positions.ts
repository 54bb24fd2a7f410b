import { parseIso } from '../../../core/candles/time.js'
import type { FillRecord, PositionRecord } from '../../../core/ports/research/positions.js'

/** A trade as runs store it, as far as its rows need it. Older ones have no symbol, fills and tags. */
interface TradeJson {
  readonly symbol?: string
  readonly strategy: string
  readonly side: 'long' | 'short'
  readonly entry_time: string
  readonly exit_time: string
  readonly entry_price: number
  readonly exit_price: number
  readonly size: number
  readonly pnl: number
  readonly fees: number
  readonly tx_costs: number
  readonly slippage: number
  readonly return: number
  readonly candles: number
  readonly mae: number
  readonly mfe: number
  readonly exit_reason: string
  readonly ambiguous: boolean
  readonly entry_tag?: string | null
  readonly exit_tag?: string | null
  readonly fills?: readonly FillJson[]
}

interface FillJson {
  readonly time: string
  readonly side: 'buy' | 'sell'
  readonly size: number
  readonly price: number
  readonly fee: number
  readonly reason: string
}

const NUMBERS = [
  ...['entry_price', 'exit_price', 'size', 'pnl', 'fees', 'tx_costs', 'slippage', 'return'],
  ...['candles', 'mae', 'mfe'],
]

/**
 * The trades of a run as positions that are closed; none where one of them is not what it should be: a
 * damaged run is stored as it is, and told where it is read.
 */
export function positionsOfTrades(
  trades: readonly unknown[],
  { symbol }: { readonly symbol: string },
): PositionRecord[] {
  if (!trades.every(isTrade)) return []
  return trades.map(trade => positionOf(trade, trade.symbol ?? symbol))
}

function isTrade(value: unknown): value is TradeJson {
  const trade = Object(value) as Readonly<Record<string, unknown>>
  return (
    NUMBERS.every(name => Number.isFinite(trade[name])) &&
    ['strategy', 'exit_reason'].every(name => typeof trade[name] === 'string') &&
    ['long', 'short'].includes(String(trade['side'])) &&
    [trade['entry_time'], trade['exit_time']].every(isTime) &&
    (trade['fills'] === undefined ||
      (Array.isArray(trade['fills']) && trade['fills'].every(isFill)))
  )
}

function isFill(value: unknown): boolean {
  const fill = Object(value) as Readonly<Record<string, unknown>>
  return (
    ['size', 'price', 'fee'].every(name => Number.isFinite(fill[name])) &&
    typeof fill['reason'] === 'string' &&
    isTime(fill['time'])
  )
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value)
}

function positionOf(trade: TradeJson, symbol: string): PositionRecord {
  const fills = (trade.fills ?? []).map(fill => fillOf(fill, trade))
  const exitPrice = fills.at(-1)?.price ?? String(trade.exit_price)
  const exitTime = parseIso(trade.exit_time)
  return {
    symbol,
    market: symbol,
    strategy: trade.strategy,
    side: trade.side,
    status: 'closed',
    size: String(trade.size),
    entryPrice: String(trade.entry_price),
    currentPrice: exitPrice,
    entryTime: parseIso(trade.entry_time),
    lastUpdate: exitTime,
    pnl: String(trade.pnl),
    stopLoss: null,
    trailingStop: null,
    exitTime,
    exitPrice,
    exitReason: trade.exit_reason,
    fills,
    outcome: {
      fees: trade.fees,
      txCosts: trade.tx_costs,
      slippage: trade.slippage,
      return: trade.return,
      candles: trade.candles,
      mae: trade.mae,
      mfe: trade.mfe,
      ambiguous: trade.ambiguous,
      entryTag: trade.entry_tag ?? null,
      exitTag: trade.exit_tag ?? null,
    },
  }
}

function fillOf(fill: FillJson, { side }: TradeJson): FillRecord {
  const isEntry = (fill.side === 'buy') === (side === 'long')
  return {
    price: String(fill.price),
    size: String(fill.size),
    side: fill.side,
    time: parseIso(fill.time),
    fee: String(fill.fee),
    exitReason: isEntry ? null : fill.reason,
  }
}
