import { createHash } from 'node:crypto'
import { canonicalJson, snakeKeys } from '../core/canonical.js'
import type { Metrics } from '../core/metrics.js'
import type { Trade } from '../core/trade.js'

const CHUNK = 16_384

/**
 * SHA-256 of the canonical JSON of `{equity, metrics, trades}`, keys in snake_case, times in UTC
 * milliseconds. Fed in chunks, because the text of a long run is large.
 */
export function resultHash(
  equity: Float64Array,
  metrics: Metrics,
  trades: readonly Trade[],
): string {
  const hash = createHash('sha256')
  hash.update('{"equity":[')
  for (let since = 0; since < equity.length; since += CHUNK) {
    hash.update(elements(Array.from(equity.subarray(since, since + CHUNK)), since))
  }
  hash.update(`],"metrics":${canonicalJson(snakeKeys(metrics))},"trades":[`)
  for (let since = 0; since < trades.length; since += CHUNK) {
    hash.update(elements(trades.slice(since, since + CHUNK).map(sortedTrade), since))
  }
  return hash.update(']}').digest('hex')
}

/** The inside of a JSON array, with the comma that joins it to what came before. */
function elements(values: readonly unknown[], since: number): string {
  return (since === 0 ? '' : ',') + JSON.stringify(values).slice(1, -1)
}

/** A trade with its keys in canonical order, so that the engine's own JSON writer can be used. */
function sortedTrade(trade: Trade): Record<string, unknown> {
  return {
    ambiguous: trade.ambiguous,
    candles: trade.candles,
    entry_price: trade.entryPrice,
    entry_time: trade.entryTime,
    exit_price: trade.exitPrice,
    exit_reason: trade.exitReason,
    exit_time: trade.exitTime,
    fees: trade.fees,
    mae: trade.mae,
    mfe: trade.mfe,
    pnl: trade.pnl,
    return: trade.return,
    side: trade.side,
    size: trade.size,
    slippage: trade.slippage,
    strategy: trade.strategy,
    tx_costs: trade.txCosts,
  }
}

/** SHA-256 of the canonical JSON of any plain value. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
