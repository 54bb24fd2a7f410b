import type { Millis } from '../../core/candles/time.js'
import type { Trade } from '../../core/account/trade.js'
import { matchTrades, type TradePair } from './decision-match.js'

/** What can differ between two trades that came of the same decision. */
export type DecisionChange =
  'late' | 'entry_price' | 'exit_time' | 'exit_price' | 'size' | 'exit_reason' | 'costs'

/** One decision in two lists of trades. */
export interface Decision {
  readonly status: 'matched' | 'missing' | 'extra'
  /** Null where it is extra, null where it is missing. */
  readonly before: Trade | null
  readonly after: Trade | null
  /** What differs; empty for an equal pair, and for a decision of one list. */
  readonly changes: readonly DecisionChange[]
  /** Candles from the entry in the first list to that in the second; below 0 where it is earlier. */
  readonly lateBy: number
  /** The same for the exits. */
  readonly exitLateBy: number
  /** What it adds to the difference of the results, quote currency. */
  readonly pnlDifference: number
}

/** What the difference of two results is made of, quote currency; they add up to `total`. */
export interface ResultParts {
  /** Profit of missing decisions, taken off; profit of extra ones. */
  readonly missing: number
  readonly extra: number
  /** Other prices before slippage, at the size of the first list. */
  readonly price: number
  /** Other sizes, at the prices of the second list. */
  readonly size: number
  /** Other fees, transaction costs and slippage. */
  readonly costs: number
  readonly total: number
  /** The part of `price` that lies in entries or exits at another candle. */
  readonly priceOfLate: number
}

/** Two lists of trades, decision by decision. */
export interface DecisionDiff {
  /** In the order of entries. */
  readonly decisions: readonly Decision[]
  readonly counts: {
    readonly equal: number
    readonly changed: number
    readonly late: number
    readonly missing: number
    readonly extra: number
  }
  readonly parts: ResultParts
}

/** Candles within which an entry is the same decision, made late or early. */
export const LATE_CANDLES = 3

/** Relative difference of prices, sizes and costs below which they are the same number. */
const DUST = 1e-12

/**
 * Compares what two runs did, decision by decision: a backtest with another, or live trading with a
 * backtest. Times are those of the candles that the fills fall in.
 */
export function diffDecisions(
  before: readonly Trade[],
  after: readonly Trade[],
  {
    timeframeMs,
    lateCandles = LATE_CANDLES,
  }: { readonly timeframeMs: Millis; readonly lateCandles?: number },
): DecisionDiff {
  const { pairs, missing, extra } = matchTrades(before, after, lateCandles * timeframeMs)
  const decisions = [
    ...pairs.map(pair => matchedDecision(pair, timeframeMs)),
    ...missing.map(trade => lone('missing', trade)),
    ...extra.map(trade => lone('extra', trade)),
  ].sort((a, b) => entryOf(a) - entryOf(b))
  const matched = decisions.filter(({ status }) => status === 'matched')
  const changed = matched.filter(({ changes }) => changes.length > 0)
  return {
    decisions,
    counts: {
      equal: matched.length - changed.length,
      changed: changed.length,
      late: matched.filter(({ lateBy }) => lateBy !== 0).length,
      missing: missing.length,
      extra: extra.length,
    },
    parts: partsOf(pairs, missing, extra),
  }
}

function entryOf({ before, after }: Decision): Millis {
  return (before ?? after)!.entryTime
}

function lone(status: 'missing' | 'extra', trade: Trade): Decision {
  const isMissing = status === 'missing'
  return {
    status,
    before: isMissing ? trade : null,
    after: isMissing ? null : trade,
    changes: [],
    lateBy: 0,
    exitLateBy: 0,
    pnlDifference: isMissing ? -trade.pnl : trade.pnl,
  }
}

function matchedDecision({ before, after }: TradePair, timeframeMs: Millis): Decision {
  const changes: DecisionChange[] = []
  if (before.entryTime !== after.entryTime) changes.push('late')
  if (differ(before.entryPrice, after.entryPrice)) changes.push('entry_price')
  if (before.exitTime !== after.exitTime) changes.push('exit_time')
  if (differ(before.exitPrice, after.exitPrice)) changes.push('exit_price')
  if (differ(before.size, after.size)) changes.push('size')
  if (before.exitReason !== after.exitReason) changes.push('exit_reason')
  if (differ(costsOf(before), costsOf(after))) changes.push('costs')
  return {
    status: 'matched',
    before,
    after,
    changes,
    lateBy: (after.entryTime - before.entryTime) / timeframeMs,
    exitLateBy: (after.exitTime - before.exitTime) / timeframeMs,
    pnlDifference: after.pnl - before.pnl,
  }
}

function differ(a: number, b: number): boolean {
  return Math.abs(a - b) > DUST * Math.max(Math.abs(a), Math.abs(b))
}

/** All that was paid to trade, slippage included. */
function costsOf({ fees, txCosts, slippage }: Trade): number {
  return fees + txCosts + slippage
}

/** Profit of one base unit before any cost. */
function moveOf(trade: Trade): number {
  return (trade.pnl + costsOf(trade)) / trade.size
}

function partsOf(
  pairs: readonly TradePair[],
  missing: readonly Trade[],
  extra: readonly Trade[],
): ResultParts {
  let [price, size, costs, priceOfLate] = [0, 0, 0, 0]
  for (const { before, after } of pairs) {
    const moved = before.size * (moveOf(after) - moveOf(before))
    price += moved
    size += (after.size - before.size) * moveOf(after)
    costs += costsOf(before) - costsOf(after)
    const isElsewhere = before.entryTime !== after.entryTime || before.exitTime !== after.exitTime
    if (isElsewhere) priceOfLate += moved
  }
  const gone = -profitOf(missing)
  const come = profitOf(extra)
  const total = gone + come + price + size + costs
  return { missing: gone, extra: come, price, size, costs, total, priceOfLate }
}

function profitOf(trades: readonly Trade[]): number {
  return trades.reduce((sum, { pnl }) => sum + pnl, 0)
}
