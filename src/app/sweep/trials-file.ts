import {
  trialsCsv,
  trialsParquet,
  type TrialFormat,
} from '../../backtest/sweep/trials/trial-export.js'
import { AppError } from '../../core/errors.js'
import { exportFile } from '../../data/candles/export.js'
import { isOn, numberOption, textOption, type Amount, type Optional } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { findSweep } from './sweeps-lookup.js'

/** How the trials of a sweep are written. */
export type TrialsFileOptions = Optional<{
  /** `csv` or `parquet`. */
  format: string
  /** A file; without one the text is handed over. */
  out: string
  /** Only so many, best first. */
  top: Amount
  /** Write over the file. */
  yes: boolean
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
  const file = textOption(options, 'out')
  const format = formatOf(options, file)
  const limit = numberOption(options, 'top', { min: 1, max: 1e9, whole: true })
  const sweeps = await workspace.sweeps()
  const { sweepId } = await findSweep(sweeps, reference)
  const source = (): ReturnType<typeof sweeps.trials> =>
    sweeps.trials(sweepId, limit === undefined ? { order: 'number' } : { order: 'score', limit })
  if (file !== undefined) {
    const pieces = format === 'csv' ? trialsCsv(source) : trialsParquet(source)
    // The file's stream takes bytes as it takes text.
    const text = pieces as AsyncIterable<string>
    return exportFile(text, file, { overwrite: isOn(options, 'yes') })
  }
  for await (const part of trialsCsv(source)) if (part !== '') take(part)
}

/** @throws AppError USAGE */
function formatOf(options: TrialsFileOptions, file: string | undefined): TrialFormat {
  const format = textOption(options, 'format') ?? 'csv'
  if (format !== 'csv' && format !== 'parquet') {
    throw new AppError('USAGE', `--format "${format}" is not known`, { hint: 'use csv or parquet' })
  }
  if (format === 'parquet' && file === undefined) {
    throw new AppError('USAGE', '--format parquet needs a file', {
      hint: 'add --out FILE; only CSV goes to standard output',
    })
  }
  return format
}
