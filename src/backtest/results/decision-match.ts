import type { Trade } from '../../core/account/trade.js'
import type { Millis } from '../../core/candles/time.js'

/** A trade of the first list and the one of the second that stands for the same decision. */
export interface TradePair {
  readonly before: Trade
  readonly after: Trade
}

/** Two lists of trades, brought together by decision. */
export interface TradeMatch {
  readonly pairs: readonly TradePair[]
  /** In the first list only, in the second list only; in the order of entries. */
  readonly missing: readonly Trade[]
  readonly extra: readonly Trade[]
}

/**
 * Pairs trades of one strategy and side by the candle of entry, and what is then left by the nearest
 * entry at most `reachMs` away, the nearest first. Each trade is in one pair at most.
 */
export function matchTrades(
  before: readonly Trade[],
  after: readonly Trade[],
  reachMs: Millis,
): TradeMatch {
  const pairs: TradePair[] = []
  const left = byKind(after)
  const unpaired = inOrder(before).filter(trade => {
    const candidates = left.get(kindOf(trade)) ?? []
    const at = candidates.findIndex(({ entryTime }) => entryTime === trade.entryTime)
    if (at < 0) return true
    pairs.push({ before: trade, after: candidates.splice(at, 1)[0]! })
    return false
  })
  const missing = new Set(unpaired)
  for (const { trade, other } of nearPairs(unpaired, left, reachMs)) {
    const candidates = left.get(kindOf(trade))!
    const at = candidates.indexOf(other)
    if (!missing.has(trade) || at < 0) continue
    missing.delete(trade)
    candidates.splice(at, 1)
    pairs.push({ before: trade, after: other })
  }
  return {
    pairs: pairs.sort((a, b) => inTime(a.before, b.before)),
    missing: [...missing],
    extra: inOrder([...left.values()].flat()),
  }
}

function kindOf({ strategy, side }: Trade): string {
  return `${side} ${strategy}`
}

function inTime(a: Trade, b: Trade): number {
  return a.entryTime - b.entryTime || a.exitTime - b.exitTime
}

function inOrder(trades: readonly Trade[]): Trade[] {
  return [...trades].sort(inTime)
}

function byKind(trades: readonly Trade[]): Map<string, Trade[]> {
  const kinds = new Map<string, Trade[]>()
  for (const trade of inOrder(trades)) {
    const kind = kinds.get(kindOf(trade))
    if (kind) kind.push(trade)
    else kinds.set(kindOf(trade), [trade])
  }
  return kinds
}

interface NearPair {
  readonly trade: Trade
  readonly other: Trade
  readonly distance: Millis
}

/** Every pair within reach, nearest first; where two are as near, the earlier decision first. */
function nearPairs(
  trades: readonly Trade[],
  candidates: ReadonlyMap<string, readonly Trade[]>,
  reachMs: Millis,
): NearPair[] {
  const near = trades.flatMap(trade =>
    (candidates.get(kindOf(trade)) ?? []).flatMap(other => {
      const distance = Math.abs(other.entryTime - trade.entryTime)
      return distance <= reachMs ? [{ trade, other, distance }] : []
    }),
  )
  return near.sort((a, b) => a.distance - b.distance || inTime(a.trade, b.trade))
}
