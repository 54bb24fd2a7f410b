import type { RunRecord } from '../../../core/ports/research/runs.js'

/** A stored run as lists show it to programs. */
export function runSummaryJson(
  run: Omit<RunRecord, 'trades' | 'manifest'>,
): Record<string, unknown> {
  return {
    run_id: run.runId,
    created_at: run.createdAt,
    strategy: run.strategy,
    symbol: run.symbol,
    timeframe: run.timeframe,
    result_hash: run.resultHash,
    curve_hash: run.curveHash,
    metrics: run.metrics,
    warnings: run.warnings,
  }
}
