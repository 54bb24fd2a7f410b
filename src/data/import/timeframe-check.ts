import { AppError } from '../../core/errors.js'
import { timeframeMs, timeframeName } from '../../core/candles/time.js'
import type { StepCounter } from './step-counter.js'
import type { Table } from './tables/table.js'

/** Distances needed before all of them being longer says that the timeframe is. */
const STEPS_MIN = 10

/**
 * Refuses a file whose rows lie as close, or as far apart, as those of another timeframe.
 * @throws AppError IMPORT_FORMAT naming the timeframe that it looks like
 */
export function requireTimeframe(table: Table, timeframe: string, steps: StepCounter): void {
  const expected = timeframeMs(timeframe)
  const said = table.timeframe
  if (said !== undefined && /^\d+[smhdw]$/.test(said) && timeframeMs(said) !== expected) {
    throw mislabelled(table, timeframe, said)
  }
  const { common, divisor } = steps
  if (common === undefined || steps.counts.has(expected)) {
    if (common !== undefined && common < expected)
      throw mislabelled(table, timeframe, timeframeName(common))
    return
  }
  if (common < expected) throw mislabelled(table, timeframe, timeframeName(common))
  if (steps.total >= STEPS_MIN && divisor > expected) {
    throw mislabelled(table, timeframe, timeframeName(divisor))
  }
}

function mislabelled(table: Table, timeframe: string, looksLike: string): AppError {
  return new AppError(
    'IMPORT_FORMAT',
    `"${table.file}" does not hold ${timeframe} candles; by its times it looks like ${looksLike}`,
    {
      hint: `import it as --timeframe ${looksLike}, then build others with assay data resample`,
      data: { file: table.file, timeframe, looksLike },
    },
  )
}
