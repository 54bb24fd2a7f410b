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
