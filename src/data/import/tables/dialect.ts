import { parse as parseAll } from 'csv-parse/sync'
import { AppError } from '../../../core/errors.js'
import { cleanText } from '../cells/clean-text.js'
import { headerOf, type Header } from './header-rows.js'
import { LineEnds } from './line-ends.js'
import type { Source } from './source.js'
import { isComment, type Row } from './table.js'

/** How a file of separated values is written. */
export interface Dialect extends Header {
  readonly delimiter: string
  readonly prose: string
  /** Rows on earlier lines are prose or the header. */
  readonly firstLine: number
  readonly sample: readonly Row[]
}

const DELIMITERS = ['\t', ';', '|', ','] as const
const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'pipe',
}
const PROSE_LENGTH_MAX = 200

export function delimiterName(delimiter: string): string {
  return DELIMITER_NAMES[delimiter]!
}

/** Options that the sample and the whole file are parsed with. */
export const CSV_OPTIONS = {
  bom: true,
  record_delimiter: '\n',
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
  const rows = parseSample(source.file, text, delimiter).filter(isNoComment)
  const { start, proseEnd, ...header } = headerOf(rows)
  const prose = rows.slice(0, proseEnd).map(row => row.cells.map(cleanText).join(' '))
  return {
    ...header,
    delimiter,
    prose: prose.join(' ').trim().slice(0, PROSE_LENGTH_MAX),
    firstLine: rows[start]?.line ?? Infinity,
    sample: rows.slice(start).filter(row => !isComment(row.cells)),
  }
}

/** The sample without a line that it cuts. */
function wholeLines({ sample, isWhole }: Source): string {
  const text = new LineEnds().take(sample).toString('utf8')
  return isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1)
}

/** Whether a row is none of the comments that some programs write; a header may begin with `#`. */
function isNoComment({ cells }: Row): boolean {
  return !isComment(cells) || cells.length >= 5
}

/**
 * The separator that gives most lines the same number of columns, the most columns winning. Where
 * two do, it is the one that is not a decimal mark.
 */
function detectDelimiter(text: string): string | undefined {
  const lines = text.split('\n', 200).filter(line => line.trim() !== '' && !line.startsWith('#'))
  let best: string | undefined
  let bestScore = 0
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>()
    for (const line of lines) {
      const count = line.split(delimiter).length
      counts.set(count, (counts.get(count) ?? 0) + 1)
    }
    const [columns, share] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])
    const isSure = delimiter !== ',' && columns >= 5 && share >= lines.length * 0.9
    const score = columns < 2 ? 0 : (share / lines.length) * 1000 + columns + (isSure ? 1000 : 0)
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
