import { counted, isOrAre } from '../../../core/number-format.js'
import type { Trade } from '../../../core/account/trade.js'

/** Fewer trades than this are too few to draw other orders of them from. */
export const TRADES_MIN = 10

/**
 * What each trade did to equity, as a fraction: its profit by the capital and all profits closed
 * before it. Where one position is held at a time this is equity at the entry; where several are,
 * or a position is left in parts, the product of `1 + effect` is still what the run has realised.
 * Null where equity was used up before a trade.
 */
export function tradeEffects(trades: readonly Trade[], capital: number): Float64Array | null {
  const effects = new Float64Array(trades.length)
  let equity = capital
  for (const [k, { pnl }] of trades.entries()) {
    if (equity <= 0) return null
    effects[k] = pnl / equity
    equity += pnl
  }
  return effects
}

/** Why the trades give no paths, or undefined where they do. */
export function reasonAgainstPaths(count: number, effects: Float64Array | null): string | null {
  if (count < TRADES_MIN)
    return `${counted(count, 'trade')} ${isOrAre(count)} too few: at least ${TRADES_MIN} are needed`
  return effects === null ? 'the run had lost all equity before its last trade' : null
}
