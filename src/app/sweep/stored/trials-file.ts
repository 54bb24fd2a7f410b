import { trialColumns } from '../../../backtest/sweep/trials/trial-export.js'
import {
  noteEmpty,
  readTarget,
  writeTable,
  type TableFileOptions,
} from '../../export/table-file.js'
import { numberOption, type Amount, type Optional } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import { findSweep } from './sweeps-lookup.js'

/** How the trials of a sweep are written. */
export type TrialsFileOptions = TableFileOptions &
  Optional<{
    /** Only so many, best first. */
    top: Amount
  }>

/**
 * Writes every trial of a sweep to a file, or gives them to `take` in pieces.
 * @throws AppError UNKNOWN_SWEEP, FILE_EXISTS, DISK, USAGE
 */
export async function exportTrials(
  workspace: Workspace,
  reference: string,
  options: TrialsFileOptions,
  take: (text: string) => void,
): Promise<void> {
  const target = readTarget(options)
  const limit = numberOption(options, 'top', { min: 1, max: 1e9, whole: true })
  const sweeps = await workspace.sweeps()
  const { sweepId } = await findSweep(sweeps, reference)
  const source = (): ReturnType<typeof sweeps.trials> =>
    sweeps.trials(sweepId, limit === undefined ? { order: 'number' } : { order: 'score', limit })
  const rows = await writeTable(
    { columns: await trialColumns(source), pages: source() },
    target,
    take,
  )
  if (rows === 0) noteEmpty(workspace, `sweep ${sweepId} has no trials`, target)
}
