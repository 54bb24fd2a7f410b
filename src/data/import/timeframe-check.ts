import type { Candles } from '../../core/candles/candles.js'
import { otherStep } from '../../core/candles/checks.js'
import { AppError } from '../../core/errors.js'
import type { DataSetName } from '../../core/ports/market/candles.js'
import { timeframeMs, timeframeName } from '../../core/candles/time.js'
import { intervalsOf } from './cells/intervals.js'
import type { StepCounter } from './step-counter.js'
import type { Table } from './tables/table.js'

/** Distances needed before all of them being longer says that the timeframe is. */
const STEPS_MIN = 10

/**
 * Refuses a file whose rows lie as close, or as far apart, as those of another timeframe: by the
 * test that `data check` makes, and where a few rows already show it.
 * @throws AppError IMPORT_FORMAT naming the timeframe that it looks like
 */
export function requireTimeframe(table: Table, timeframe: string, steps: StepCounter): void {
  const expected = timeframeMs(timeframe)
  const said = intervalsOf(table.timeframe ?? '')
  if (said.length > 0 && !said.includes(expected)) {
    throw mislabelled(table, timeframe, timeframeName(said[0]!))
  }
  if (!steps.isInOrder) return
  const other = otherStep(steps.counts, expected)
  if (other !== undefined) throw mislabelled(table, timeframe, timeframeName(other.stepMs))
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

/**
 * Refuses an import after which most candles would be at another distance than their timeframe.
 * @throws AppError IMPORT_FORMAT
 */
export function requireSteps({ symbol, timeframe }: DataSetName, candles: Candles): void {
  const steps = new Map<number, number>()
  for (let i = 1; i < candles.length; i++) {
    const step = candles.time[i]! - candles.time[i - 1]!
    steps.set(step, (steps.get(step) ?? 0) + 1)
  }
  const other = otherStep(steps, candles.timeframeMs)
  if (other === undefined) return
  const looksLike = timeframeName(other.stepMs)
  throw new AppError(
    'IMPORT_FORMAT',
    `${symbol} ${timeframe}: most candles would be ${looksLike} apart; nothing was stored`,
    {
      hint: `import the files as --timeframe ${looksLike}`,
      data: { timeframe, looksLike },
    },
  )
}
