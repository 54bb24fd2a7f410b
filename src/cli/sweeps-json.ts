import type { SweepRecord, TrialRecord } from '../core/ports.js'
import type { Fact, SweepComparison } from './sweeps-comparison.js'

/** A sweep as `--json` prints it, without its manifest. */
export function sweepJson(sweep: SweepRecord): Record<string, unknown> {
  return {
    sweep_id: sweep.sweepId,
    created_at: sweep.createdAt,
    status: sweep.status,
    strategy: sweep.strategy,
    symbol: sweep.symbol,
    timeframe: sweep.timeframe,
    objective: sweep.objective,
    sweep_hash: sweep.sweepHash,
    trials_total: sweep.trialsTotal,
    trials_failed: sweep.trialsFailed,
    candle_evaluations: sweep.candleEvaluations,
    seconds: sweep.seconds,
  }
}

/** A trial as `--json` prints it. */
export function trialJson(trial: TrialRecord): Record<string, unknown> {
  return {
    number: trial.number,
    run_id: trial.runId,
    strategy: trial.strategy,
    symbol: trial.symbol,
    timeframe: trial.timeframe,
    template: trial.template,
    params: trial.params,
    status: trial.status,
    message: trial.message,
    score: trial.score,
    metrics: trial.metrics,
    result_hash: trial.resultHash,
    data_hash: trial.dataHash,
  }
}

/** A comparison as `--json` prints it. */
export function comparisonJson(
  a: SweepRecord,
  b: SweepRecord,
  facts: readonly Fact[],
  compared: SweepComparison,
): Record<string, unknown> {
  const best = (found: SweepComparison['bestOfA']): Record<string, unknown> | null =>
    found && { ...trialJson(found.trial), other: found.other }
  return {
    schema_version: 1,
    sweeps: [a.sweepId, b.sweepId],
    same_result: a.sweepHash !== null && a.sweepHash === b.sweepHash,
    facts,
    sets: {
      a: compared.setsA,
      b: compared.setsB,
      both: compared.both,
      scored: compared.scored,
    },
    score_change: compared.change,
    rank_correlation: compared.rankCorrelation,
    best: { a: best(compared.bestOfA), b: best(compared.bestOfB) },
  }
}
