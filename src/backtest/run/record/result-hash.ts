import { hash } from 'node:crypto'
import { byCodeUnit, canonicalJson, snakeCase, snakeKeys } from '../../../core/canonical.js'
import type { Costs } from '../../../core/account/costs.js'
import type { Metrics } from '../../../core/metrics/metrics.js'
import { METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'

/** What a run computed, as far as its hash says. */
export interface HashedResult {
  readonly metrics: Metrics
  /** The rows of the trade log, in the order of exits. */
  readonly tradeRows: Float64Array
}

/** What it was computed from, as far as its hash says: with the trades it gives the equity curve. */
export interface ResultGround {
  /** Data hash of the candles of each market. */
  readonly data: readonly string[]
  readonly costs: Costs
}

/**
 * SHA-256 of the canonical JSON of `{costs, data, metrics, trades}`, keys in snake_case. The trades
 * stand in it by the SHA-256 of their doubles, least significant byte first. The curve does not: a
 * sweep hashes every trial, and hashing a hundred thousand points takes as long as computing them.
 */
export function resultHash(result: HashedResult, { data, costs }: ResultGround): string {
  const ground = `"costs":${canonicalJson(snakeKeys(costs))},"data":${JSON.stringify(data)}`
  const trades = columnHash(result.tradeRows)
  const text = `{${ground},"metrics":${metricsJson(result.metrics)},"trades":"${trades}"}`
  return hash('sha256', text, 'hex')
}

/** SHA-256 of the equity at each candle, as doubles with the least significant byte first. */
export function curveHash(equity: Float64Array): string {
  return columnHash(equity)
}

const KEYS = (Object.keys(METRIC_FORMULAS) as (keyof Metrics)[]).sort((a, b) =>
  byCodeUnit(snakeCase(a), snakeCase(b)),
)
const NAMES = KEYS.map(snakeCase)
/** Its members stand in the order of canonical JSON, as do those of its copies. */
const ORDERED: Readonly<Record<string, null>> = Object.fromEntries(NAMES.map(name => [name, null]))

/**
 * JSON.stringify writes numbers as canonical JSON does, in half the time. Where it wrote a null, that
 * may stand for a number which is refused.
 */
function metricsJson(metrics: Metrics): string {
  const record: Record<string, number | null> = { ...ORDERED }
  for (let k = 0; k < KEYS.length; k++) record[NAMES[k]!] = metrics[KEYS[k]!]
  const text = JSON.stringify(record)
  return text.includes('null') ? canonicalJson(record) : text
}

function columnHash(column: Float64Array): string {
  return hash('sha256', column, 'hex')
}

/** SHA-256 of the canonical JSON of any plain value. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex')
}
