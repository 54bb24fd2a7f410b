import { parseKey } from '../../core/candles/symbols.js'
import { AppError } from '../../core/errors.js'
import { importFiles, type ImportReport } from '../../data/import/import.js'
import { TIME_FORMATS } from '../../data/import/tables/options.js'
import { isOn, listOption, oneOf, optionLabel, textOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import type { ImportOptions } from './import-options.js'

export type { ImportReport } from '../../data/import/import.js'

/**
 * Reads, checks and stores candles.
 * @param onProgress is told the rows that were read so far
 * @throws AppError for whatever in a file does not hold
 */
export function importCandles(
  { candles }: Workspace,
  options: ImportOptions,
  onProgress?: (rows: number) => void,
): Promise<ImportReport> {
  const asked = {
    key: parseKey(options.symbol, options.timeframe),
    columns: textOption(options, 'columns'),
    timeZone: textOption(options, 'timeZone'),
    timeFormat: choice(options, 'timeFormat', TIME_FORMATS),
    timeLabel: choice(options, 'timeLabel', ['open', 'close'] as const),
    date: textOption(options, 'date'),
    quoteVolume: isOn(options, 'quoteVolume'),
    priceScale: textOption(options, 'priceScale'),
    decimal: markOption(options, 'decimal'),
    thousands: markOption(options, 'thousands'),
    where: listOption(options, 'where'),
    zipFile: textOption(options, 'zipFile'),
    at: textOption(options, 'at'),
    replace: isOn(options, 'replace'),
  }
  return importFiles(options.files, asked, { library: candles, ...(onProgress && { onProgress }) })
}

function choice<T extends string>(
  options: ImportOptions,
  name: 'timeFormat' | 'timeLabel',
  known: readonly T[],
): T | undefined {
  const text = textOption(options, name)
  return text === undefined ? undefined : oneOf(optionLabel(name), text, known)
}

/** A mark within numbers, by itself or by its name. */
function markOption(options: ImportOptions, name: 'decimal' | 'thousands'): ',' | '.' | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  if (text === ',' || text === 'comma') return ','
  if (text === '.' || text === 'point') return '.'
  throw new AppError('USAGE', `${optionLabel(name)} "${text}" is not known`, {
    hint: 'use , or . (or their names, comma and point); spaces and apostrophes need no flag',
  })
}
