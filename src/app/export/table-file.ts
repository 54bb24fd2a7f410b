import {
  TABLE_FORMATS,
  tableCsv,
  tableJson,
  tableParquet,
  type TableColumn,
  type TableFormat,
  type TablePages,
} from '../../backtest/tables/table-export.js'
import { AppError } from '../../core/errors.js'
import { exportFile, refuseExisting } from '../../data/files/export-file.js'
import { isOn, oneOf, textOption, type Optional } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'

/** How an export is written, the same for candles, trials and runs. */
export type TableFileOptions = Optional<{
  /** `csv`, `json` or `parquet`; by the ending of the file, or `csv`. */
  format: string
  /** A file; without one the text is handed over. */
  output: string
  /** Write over the file. */
  force: boolean
}>

/** A table that can be written. */
export interface Table<Row> {
  readonly columns: readonly TableColumn<Row>[]
  readonly pages: TablePages<Row>
}

/** Where a table goes, and as what. */
export interface Target {
  readonly format: TableFormat
  /** Undefined for standard output. */
  readonly file: string | undefined
  readonly overwrite: boolean
}

/**
 * Reads where an export goes, and refuses what cannot be written to before any work is done.
 * @throws AppError USAGE, FILE_EXISTS, DISK
 */
export function readTarget(options: TableFileOptions): Target {
  const file = textOption(options, 'output')
  const format = formatOf(textOption(options, 'format') ?? endingOf(file) ?? 'csv')
  const overwrite = isOn(options, 'force')
  if (format === 'parquet' && file === undefined) {
    throw new AppError('USAGE', '--format parquet needs a file', {
      hint: 'add --output FILE; only csv and json go to standard output',
    })
  }
  if (file !== undefined) refuseExisting(file, { overwrite })
  return { format, file, overwrite }
}

/**
 * Writes pieces to the file of a target, or gives their text to `take`.
 * @throws AppError FILE_EXISTS, DISK
 */
export async function writePieces(
  pieces: AsyncIterable<string | Uint8Array>,
  { file, overwrite }: Target,
  take: (text: string) => void,
): Promise<void> {
  if (file !== undefined) return exportFile(pieces, file, { overwrite })
  for await (const piece of pieces) if (piece.length > 0) take(String(piece))
}

/**
 * Writes a table to the file of a target, or gives its text to `take`.
 * @returns the number of rows
 * @throws AppError FILE_EXISTS, DISK
 */
export async function writeTable<Row>(
  { columns, pages }: Table<Row>,
  target: Target,
  take: (text: string) => void,
): Promise<number> {
  let rows = 0
  async function* counted(): AsyncIterable<readonly Row[]> {
    for await (const page of pages) {
      rows += page.length
      yield page
    }
  }
  await writePieces(piecesOf(columns, counted(), target.format), target, take)
  return rows
}

/** Says that an export has no rows, so that nobody takes it for one that failed. */
export function noteEmpty(
  { output }: Pick<Workspace, 'output'>,
  why: string,
  { format }: Target,
): void {
  const what = format === 'json' ? 'an empty list' : 'a header without rows'
  output.log(`${why}: what was written is ${what}`)
}

function piecesOf<Row>(
  columns: readonly TableColumn<Row>[],
  pages: TablePages<Row>,
  format: TableFormat,
): AsyncIterable<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return tableCsv(columns, pages)
    case 'json':
      return tableJson(columns, pages)
    case 'parquet':
      return tableParquet(columns, pages)
  }
}

function endingOf(file: string | undefined): string | undefined {
  const ending = /\.(\w+)$/.exec(file ?? '')?.[1]?.toLowerCase()
  return TABLE_FORMATS.find(format => format === ending)
}

/** @throws AppError USAGE */
function formatOf(text: string): TableFormat {
  return oneOf('--format', text, TABLE_FORMATS)
}
