import { createHash } from 'node:crypto'
import { canonicalJson, snakeKeys } from '../core/canonical.js'
import type { Metrics } from '../core/metrics.js'
import type { Trade } from '../core/trade.js'

const CHUNK = 16_384

/**
 * SHA-256 of the canonical JSON of `{equity, metrics, trades}`, keys in snake_case, times in UTC
 * milliseconds. Fed in chunks, because the text of a long equity curve is large.
 */
export function resultHash(
  equity: Float64Array,
  metrics: Metrics,
  trades: readonly Trade[],
): string {
  const hash = createHash('sha256')
  hash.update('{"equity":[')
  for (let since = 0; since < equity.length; since += CHUNK) {
    const text = JSON.stringify(Array.from(equity.subarray(since, since + CHUNK)))
    hash.update((since === 0 ? '' : ',') + text.slice(1, -1))
  }
  hash.update(`],"metrics":${canonicalJson(snakeKeys(metrics))},"trades":[`)
  trades.forEach((trade, k) => {
    hash.update((k === 0 ? '' : ',') + canonicalJson(snakeKeys(trade)))
  })
  return hash.update(']}').digest('hex')
}

/** SHA-256 of the canonical JSON of any plain value. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
