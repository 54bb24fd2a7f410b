import type {
  SweepRecord,
  SweepRepository,
  TrialRecord,
} from '../../../core/ports/research/sweeps.js'
import { findRecord, type StoredRecords } from '../../records/record-lookup.js'

/** A stored sweep by id, by the beginning of its id, or `latest`. @throws AppError UNKNOWN_SWEEP */
export async function findSweep(sweeps: SweepRepository, reference: string): Promise<SweepRecord> {
  const known: StoredRecords<SweepRecord> = {
    noun: 'sweep',
    code: 'UNKNOWN_SWEEP',
    hint: 'assay sweeps list shows the stored sweeps',
    get: id => sweeps.get(id),
    latest: () => sweeps.latest(),
    ids: async limit => (await sweeps.list(limit)).map(({ sweepId }) => sweepId),
  }
  return findRecord(known, reference)
}

/** The best trials of a sweep, best first. */
export async function bestTrials(
  sweeps: SweepRepository,
  sweepId: string,
  limit: number,
): Promise<TrialRecord[]> {
  const trials: TrialRecord[] = []
  for await (const page of sweeps.trials(sweepId, { order: 'score', limit })) trials.push(...page)
  return trials
}

/** What of a stored field tells whose trials are of it. */
interface StoredField {
  readonly base: {
    readonly symbol: string
    readonly timeframe: string
    readonly data: { readonly hash: string }
    readonly strategies: readonly { readonly name: string }[]
  }
}

/** Index of the field that a trial is of: a walk-forward has one for each training. -1 where there is none. */
export function fieldIndexOf(fields: readonly StoredField[], trial: TrialRecord): number {
  return fields.findIndex(
    ({ base }) =>
      base.strategies[0]!.name === trial.strategy &&
      base.symbol === trial.symbol &&
      base.timeframe === trial.timeframe &&
      base.data.hash === trial.dataHash,
  )
}
