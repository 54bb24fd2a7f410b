import { hash } from 'node:crypto'
import { canonicalJson, snakeKeys } from '../core/canonical.js'
import type { Metrics } from '../core/metrics.js'

/** What a run computed, as far as its hash says. */
export interface HashedResult {
  readonly equity: Float64Array
  readonly metrics: Metrics
  /** The rows of the trade log, in the order of exits. */
  readonly tradeRows: Float64Array
}

/**
 * SHA-256 of the canonical JSON of `{equity, metrics, trades}`, keys in snake_case. The long
 * columns stand in it by the SHA-256 of their doubles, least significant byte first: a sweep hashes
 * every trial, and writing a hundred thousand numbers as text takes longer than computing them.
 */
export function resultHash({ equity, metrics, tradeRows }: HashedResult): string {
  return contentHash({
    equity: columnHash(equity),
    metrics: snakeKeys(metrics),
    trades: columnHash(tradeRows),
  })
}

function columnHash(column: Float64Array): string {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
  return hash('sha256', bytes, 'hex')
}

/** SHA-256 of the canonical JSON of any plain value. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex')
}
