import { parse } from 'csv-parse'
import { CSV_OPTIONS, csvError, delimiterName, detectDialect, type Dialect } from './dialect.js'
import { LineEnds } from './line-ends.js'
import type { Source } from './source.js'
import { joinThousands } from './thousands.js'
import type { Pause, Row, Table, TableWarning } from './table.js'
import { readClock, readTime } from '../cells/clock-times.js'

/** What a user has said of the numbers of a file. */
interface CsvOptions {
  readonly thousands?: string | undefined
}

/** A file of separated values as a table. */
export function csvTable(source: Source, { thousands }: CsvOptions = {}): Table {
  const dialect = detectDialect(source)
  const { header, notes } = namedColumns(dialect)
  const isCut = thousands === dialect.delimiter && header !== undefined
  const whole = (cells: readonly string[]): readonly string[] =>
    isCut ? joinThousands(cells, header.length, thousands) : cells
  return {
    file: source.file,
    unit: 'line',
    format: `CSV, ${delimiterName(dialect.delimiter)} separated${source.packing === null ? '' : `, ${source.packing}`}`,
    header,
    level: dialect.level,
    symbol: dialect.symbol,
    prose: dialect.prose,
    sample: withoutCut(dialect, source, header).map(row => ({ ...row, cells: whole(row.cells) })),
    isWhole: source.isWhole,
    timeframe: undefined,
    warnings: source.warnings,
    notes:
      dialect.prose === ''
        ? notes
        : [...notes, `text above the header was skipped: "${dialect.prose}"`],
    read: async (onRow, pause) => {
      const onWhole: typeof onRow = (cells, line) => onRow(whole(cells), line)
      const cut = await readCsv(source, dialect, header, { onRow: onWhole, pause })
      if (!source.warnings.some(({ code }) => code === 'cut_off')) source.warnings.push(...cut)
    },
  }
}

/**
 * A header one name short of its rows belongs to a file that splits date and time but names only
 * the date; taking it at its word would shift every price by a column.
 */
function namedColumns({ header, sample }: Dialect): {
  header: readonly string[] | undefined
  notes: string[]
} {
  if (header === undefined || sample.length === 0) return { header, notes: [] }
  const isSplit = ({ cells }: Row): boolean =>
    cells.length === header.length + 1 &&
    cells[cells.length - 1] !== '' &&
    readTime(cells[0]!, 'dmy') !== undefined &&
    readClock(cells[1]!) !== undefined
  if (!sample.every(isSplit)) return { header, notes: [] }
  return {
    header: [header[0]!, 'Time', ...header.slice(1)],
    notes: ['the header lacks a name for the second column, which holds the clock'],
  }
}

/** A last row without the end of its line and without all of its cells is half-written. */
function isCut(
  cells: readonly string[],
  isAtEnd: boolean,
  header: readonly string[] | undefined,
  width: number,
): boolean {
  // One cell of words is a footer.
  const isRow = cells.length > 1 || /^[\d\s.:TZ-]+$/.test(cells[0] ?? '')
  return !isAtEnd && isRow && cells.length < (header?.length ?? width)
}

function withoutCut(
  { sample }: Dialect,
  source: Source,
  header: readonly string[] | undefined,
): readonly Row[] {
  const last = sample[sample.length - 1]
  if (!source.isWhole || last === undefined || sample.length < 2) return sample
  const ends = new LineEnds()
  ends.take(source.sample)
  return isCut(last.cells, ends.isAtEnd, header, sample[0]!.cells.length)
    ? sample.slice(0, -1)
    : sample
}

interface Receiver {
  readonly onRow: (row: readonly string[], line: number) => void
  readonly pause: Pause
}

/** Reads all rows. @returns what is to be said of the last */
async function readCsv(
  source: Source,
  dialect: Dialect,
  header: readonly string[] | undefined,
  { onRow, pause }: Receiver,
): Promise<TableWarning[]> {
  const ends = new LineEnds()
  // Each row waits for the next: the last may be half-written.
  let held: Row | undefined
  // Called for each record as it is parsed; returning null keeps it out of the stream's queue.
  const parser = parse({
    ...CSV_OPTIONS,
    delimiter: dialect.delimiter,
    on_record: (record: unknown, { lines }) => {
      if (lines < dialect.firstLine) return null
      if (held !== undefined) onRow(held.cells, held.line)
      held = { cells: record as string[], line: lines }
      return null
    },
  })
  const failed = new Promise<never>((_, fail) => parser.once('error', fail))
  failed.catch(() => undefined)
  const put = (chunk: Buffer): Promise<void> =>
    new Promise(done => parser.write(chunk, () => done()))
  try {
    for await (const chunk of source.chunks()) {
      await Promise.race([put(ends.take(chunk)), failed])
      const waiting = pause()
      if (waiting !== undefined) await waiting
    }
    parser.resume()
    await Promise.race([new Promise<void>(done => parser.end(done)), failed])
    const warnings = finish(held, ends.isAtEnd, dialect, header, onRow)
    await pause()
    return warnings
  } catch (error) {
    throw csvError(source.file, error)
  } finally {
    parser.destroy()
  }
}

function finish(
  last: Row | undefined,
  isAtEnd: boolean,
  dialect: Dialect,
  header: readonly string[] | undefined,
  onRow: Receiver['onRow'],
): TableWarning[] {
  if (last === undefined) return []
  const width = dialect.sample[0]?.cells.length ?? 0
  if (!isCut(last.cells, isAtEnd, header, width)) {
    onRow(last.cells, last.line)
    return []
  }
  const message = `row at the end is cut off, and was left out: line ${last.line} has ${last.cells.length} cells and no end`
  return [{ code: 'cut_off', count: 1, message }]
}
