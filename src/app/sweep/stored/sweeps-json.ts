import { snakeKeys } from '../../../core/canonical.js'
import type { SweepRecord, TrialRecord } from '../../../core/ports/research/sweeps.js'
import { shownFields } from '../../records/stored-manifest.js'
import { fieldIndexOf } from './sweeps-lookup.js'
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

/** How the trials of a sweep are printed by `--json`. @throws AppError BAD_RECORD */
export function trialJson(
  sweep: Pick<SweepRecord, 'sweepId' | 'manifest'>,
): (trial: TrialRecord) => Record<string, unknown> {
  const fields = shownFields(sweep)
  return trial => ({
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
    decide_from: decideFromOf(trial, fields),
  })
}

/** Where the strategy was first asked, as `--decide-from` takes it; null where each set began as early as it could. */
function decideFromOf(trial: TrialRecord, fields: ReturnType<typeof shownFields>): string | null {
  const field = fields[fieldIndexOf(fields, trial)]
  return field?.base.decide_from ?? null
}

/** A comparison as `--json` prints it. */
export function comparisonJson(
  a: SweepRecord,
  b: SweepRecord,
  facts: readonly Fact[],
  compared: SweepComparison,
): Record<string, unknown> {
  const best = (
    found: SweepComparison['bestOfA'],
    sweep: SweepRecord,
  ): Record<string, unknown> | null =>
    found && { ...trialJson(sweep)(found.trial), other: snakeKeys(found.other) }
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
    best: { a: best(compared.bestOfA, a), b: best(compared.bestOfB, b) },
  }
}
