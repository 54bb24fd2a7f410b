import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import type { SweepRecord, SweepRepository, TrialRecord } from '../../../core/ports/sweeps.js'

const REFERENCE_MIN = 4

/** A stored sweep by id, by the beginning of its id, or `latest`. @throws AppError UNKNOWN_SWEEP */
export async function findSweep(sweeps: SweepRepository, reference: string): Promise<SweepRecord> {
  const exact = reference === 'latest' ? await sweeps.latest() : await sweeps.get(reference)
  if (exact) return exact
  const known = await sweeps.list(10_000)
  const isLong = reference.length >= REFERENCE_MIN
  const matches = isLong ? known.filter(({ sweepId }) => sweepId.startsWith(reference)) : []
  if (matches.length === 1) return matches[0]!
  const near = nearestName(
    reference,
    known.map(({ sweepId }) => sweepId),
  )
  throw new AppError(
    'UNKNOWN_SWEEP',
    `there is no sweep "${reference}"${matches.length > 1 ? ' alone: several begin so' : ''}`,
    { hint: near ? `did you mean ${near}?` : 'assay sweeps list shows the stored sweeps' },
  )
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
