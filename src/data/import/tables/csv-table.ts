import { parse } from 'csv-parse'
import { CSV_OPTIONS, csvError, delimiterName, detectDialect, type Dialect } from './dialect.js'
import type { Source } from './source.js'
import type { Pause, Row, Table } from './table.js'
import { readClock, readTime } from '../cells/clock-times.js'

/** A file of separated values as a table. */
export function csvTable(source: Source): Table {
  const dialect = detectDialect(source)
  const { header, notes } = namedColumns(dialect)
  return {
    file: source.file,
    unit: 'line',
    format: `CSV, ${delimiterName(dialect.delimiter)} separated${source.isCompressed ? ', gzip' : ''}`,
    header,
    prose: dialect.prose,
    sample: dialect.sample,
    isWhole: source.isWhole,
    timeframe: undefined,
    notes:
      dialect.prose === ''
        ? notes
        : [...notes, `text above the header was passed over: "${dialect.prose}"`],
    read: (onRow, pause) => readCsv(source, dialect, onRow, pause),
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

async function readCsv(
  source: Source,
  dialect: Dialect,
  onRow: (row: readonly string[], line: number) => void,
  pause: Pause,
): Promise<void> {
  // Called for each record as it is parsed; returning null keeps it out of the stream's queue.
  const parser = parse({
    ...CSV_OPTIONS,
    delimiter: dialect.delimiter,
    on_record: (record: unknown, { lines }) => {
      if (lines >= dialect.firstLine) onRow(record as string[], lines)
      return null
    },
  })
  const failed = new Promise<never>((_, fail) => parser.once('error', fail))
  failed.catch(() => undefined)
  const put = (chunk: Buffer): Promise<void> =>
    new Promise(done => parser.write(chunk, () => done()))
  try {
    for await (const chunk of source.chunks()) {
      await Promise.race([put(chunk), failed])
      const waiting = pause()
      if (waiting !== undefined) await waiting
    }
    parser.resume()
    await Promise.race([new Promise<void>(done => parser.end(done)), failed])
    await pause()
  } catch (error) {
    throw csvError(source.file, error)
  } finally {
    parser.destroy()
  }
}
