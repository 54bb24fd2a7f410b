import { hash } from 'node:crypto'
import { canonicalJson, snakeCase } from '../core/canonical.js'
import type { Metrics } from '../core/metrics.js'
import { METRIC_FORMULAS } from './metric-formulas.js'

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
  const text = `{"equity":"${columnHash(equity)}","metrics":${metricsJson(metrics)},"trades":"${columnHash(tradeRows)}"}`
  return hash('sha256', text, 'hex')
}

/** Metrics in the order of canonical JSON. */
const ORDER = (Object.keys(METRIC_FORMULAS) as (keyof Metrics)[])
  .map(key => [snakeCase(key), key] as const)
  .sort(([a], [b]) => (a < b ? -1 : 1))

function metricsJson(metrics: Metrics): string {
  let text = ''
  for (const [name, key] of ORDER) {
    text += `${text === '' ? '{' : ','}"${name}":${canonicalJson(metrics[key])}`
  }
  return `${text}}`
}

function columnHash(column: Float64Array): string {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
  return hash('sha256', bytes, 'hex')
}

/** SHA-256 of the canonical JSON of any plain value. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex')
}
