import { DEFAULT_COSTS } from '../src/core/account/costs.js'
import { curveHash, resultHash, type HashedResult } from '../src/backtest/run/record/result-hash.js'

/** Metrics, trades and curve of a run by one text, wherever it was computed from. */
export function outcomeHash(outcome: HashedResult & { readonly equity: Float64Array }): string {
  const ground = { data: [], costs: DEFAULT_COSTS }
  return `${resultHash(outcome, ground)} ${curveHash(outcome.equity)}`
}
