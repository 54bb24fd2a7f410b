import { parse as parseAll } from 'csv-parse/sync'
import { AppError } from '../../../core/errors.js'
import { hasPrices, looksLikeName } from '../cells/column-names.js'
import type { Source } from './source.js'
import type { Row } from './table.js'

/** How a file of separated values is written. */
export interface Dialect {
  readonly delimiter: string
  readonly header: readonly string[] | undefined
  readonly prose: string
  /** Rows on earlier lines are prose or the header. */
  readonly firstLine: number
  readonly sample: readonly Row[]
}

const DELIMITERS = [',', '\t', ';', '|'] as const
const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'pipe',
}
/** Lines above the header that are looked through for it. */
const PROSE_LINES_MAX = 10

export function delimiterName(delimiter: string): string {
  return DELIMITER_NAMES[delimiter]!
}

/** Options that the sample and the whole file are parsed with. */
export const CSV_OPTIONS = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: 1 << 20,
} as const

/**
 * Finds separator and header from the beginning of a file.
 * @throws AppError IMPORT_FORMAT where no separator gives columns
 */
export function detectDialect(source: Source): Dialect {
  const text = wholeLines(source)
  const delimiter = detectDelimiter(text)
  if (delimiter === undefined) {
    throw new AppError(
      'IMPORT_FORMAT',
      `"${source.file}" has no columns separated by comma, tab, semicolon or pipe`,
      {
        hint: 'Assay reads CSV and JSON with a time and open, high, low, close in each row',
        data: { file: source.file },
      },
    )
  }
  const rows = parseSample(source.file, text, delimiter)
  const at = headerIndex(rows)
  const start = at === undefined ? firstDataIndex(rows) : at + 1
  const prose = rows.slice(0, at ?? start).map(row => row.cells.join(' '))
  return {
    delimiter,
    header: at === undefined ? undefined : rows[at]!.cells.map(cell => cell.trim()),
    prose: prose.join(' ').trim(),
    firstLine: rows[start]?.line ?? Infinity,
    sample: rows.slice(start),
  }
}

/** The sample without a line that it cuts. */
function wholeLines({ sample, isWhole }: Source): string {
  const text = sample.toString('utf8')
  return isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1)
}

/** The separator that gives most lines the same number of columns, the most columns winning. */
function detectDelimiter(text: string): string | undefined {
  const lines = text.split(/\r?\n|\r/, 200).filter(line => line.trim() !== '')
  let best: string | undefined
  let bestScore = 0
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>()
    for (const line of lines) {
      const count = line.split(delimiter).length
      counts.set(count, (counts.get(count) ?? 0) + 1)
    }
    const [columns, share] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])
    const score = columns < 2 ? 0 : (share / lines.length) * 1000 + columns
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

function parseSample(file: string, text: string, delimiter: string): Row[] {
  try {
    const records = parseAll(text, { ...CSV_OPTIONS, delimiter, info: true }) as unknown as {
      record: string[]
      info: { lines: number }
    }[]
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }))
  } catch (error) {
    throw csvError(file, error)
  }
}

/** An error of the CSV parser, such as a quote that never closes. */
export function csvError(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('CSV_'))
    return error
  return new AppError('IMPORT_FORMAT', `"${file}" is not a table: ${error.message}`, {
    hint: 'look for an unclosed quote or a missing line break there',
    data: { file },
  })
}

function headerIndex(rows: readonly Row[]): number | undefined {
  const near = rows.slice(0, PROSE_LINES_MAX)
  const named = near.findIndex(row => hasPrices(row.cells))
  if (named >= 0) return named
  const start = firstDataIndex(rows)
  const above = rows[start - 1]
  return above !== undefined && above.cells.length >= 2 && above.cells.some(looksLikeName)
    ? start - 1
    : undefined
}

/** The first row most cells of which are numbers: names and prose stand above it. */
function firstDataIndex(rows: readonly Row[]): number {
  const at = rows.slice(0, PROSE_LINES_MAX).findIndex(({ cells }) => {
    const numbers = cells.filter(cell => cell.trim() !== '' && Number.isFinite(Number(cell)))
    return numbers.length >= 2
  })
  return at < 0 ? 0 : at
}
