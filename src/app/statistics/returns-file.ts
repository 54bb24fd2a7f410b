import { readFile } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse/sync'
import { cut, printable } from '../../core/text-layout.js'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import type { Trial } from '../../core/statistics/statistic.js'
import { describeDiskError } from '../../data/files/disk-errors.js'

/** A file of returns: a header, one column a trial, perhaps times before them. */
export interface ReturnsTable {
  readonly file: string
  readonly trials: readonly Trial[]
  /** Name of the column of times, which is not used; null where there is none. */
  readonly ignoredColumn: string | null
  /** What a reader of the results should know of the file. */
  readonly notes: readonly string[]
}

interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

/** A return beyond this is no return. */
const RETURN_MAX = 1e6

const CELL_WIDTH = 40

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i
const WHOLE = /^\d+$/
const ISO_TIME =
  /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?$/
const TIME_NAME =
  /^(|date|time|day|date[ _-]?time|timestamp|(open|close)[ _]?time|index|unnamed: 0)$/i

/**
 * Reads a file of returns, and refuses what is no table of numbers.
 * @throws AppError INVALID_RETURNS with file, line and value; DISK
 */
export async function readReturns(file: string): Promise<ReturnsTable> {
  const rows = rowsOf(file, await textOf(file))
  const header = rows[0]
  if (header === undefined) {
    throw refusal(`"${file}" is empty`, 'write a header, and a row of returns for each period')
  }
  const body = rows.slice(1)
  checkHeader(file, header)
  if (body.length === 0) {
    throw refusal(`"${file}" has a header but no returns`, 'write a row for each period')
  }
  for (const row of body) checkWidth(file, header, row)
  const hasTimes = isTimeColumn(header.cells[0]!, body[0]!.cells[0]!)
  if (hasTimes) checkTimes(file, header.cells[0]!, body)
  const first = hasTimes ? 1 : 0
  checkNames(file, header, first)
  const trials = header.cells.slice(first).map((name, k) => ({
    name,
    returns: Float64Array.from(body, row => readNumber({ file, header, row, column: k + first })),
  }))
  const ignoredColumn = hasTimes ? header.cells[0]! : null
  return { file, trials, ignoredColumn, notes: notesOn(trials) }
}

/** The column of this name. @throws AppError USAGE with the names there are */
export function trialNamed(table: ReturnsTable, name: string, flag: string): Trial {
  const found = table.trials.find(trial => trial.name === name)
  if (found !== undefined) return found
  const names = table.trials.map(trial => trial.name)
  const near = nearestName(name, names)
  throw new AppError('USAGE', `--${flag} is "${name}", but "${table.file}" has no such column`, {
    hint: near === undefined ? `its columns are ${listed(names)}` : `did you mean ${near}?`,
  })
}

/** The column of this name, or the only one. @throws AppError USAGE */
export function oneTrial(table: ReturnsTable, name: string | undefined): Trial {
  if (name !== undefined) return trialNamed(table, name, 'column')
  if (table.trials.length === 1) return table.trials[0]!
  throw new AppError(
    'USAGE',
    `"${table.file}" has ${table.trials.length} columns of returns, and this statistic is of one`,
    { hint: `name it with --column; they are ${listed(table.trials.map(trial => trial.name))}` },
  )
}

/** Refuses the columns of a comparison whose returns never differ. @throws AppError INVALID_RETURNS */
export function checkVaried(table: ReturnsTable): void {
  if (table.trials.length < 2) return
  for (const { name, returns } of table.trials) {
    if (returns.some(value => value !== returns[0])) continue
    throw refusal(
      `"${table.file}", column "${shown(name)}": every return is ${returns[0]}, so it has no Sharpe ratio to compare`,
      'remove the column, or measure the others in a file without it',
    )
  }
}

export function refusal(message: string, hint: string): AppError {
  return new AppError('INVALID_RETURNS', message, { hint })
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, 8).map(shown).join(', ')
  return names.length > 8 ? `${some} and ${names.length - 8} more` : some
}

function shown(text: string): string {
  return cut(printable(text), CELL_WIDTH)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw describeDiskError(error, file) ?? error
  }
}

/** The rows of the file, without empty lines at its end. */
function rowsOf(file: string, text: string): Row[] {
  const firstLine = text.slice(0, text.indexOf('\n') + 1 || text.length)
  const delimiter = [',', ';', '\t'].find(sign => firstLine.includes(sign)) ?? ','
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    const rows = records.map(({ record, info }) => ({ cells: record, line: info.lines }))
    while (rows.length > 0 && rows.at(-1)!.cells.every(cell => cell === '')) rows.pop()
    return rows
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refusal(
      `"${file}" is not a table: ${cut(printable(error.message), 100)}`,
      'correct or remove the line',
    )
  }
}

function checkHeader(file: string, { cells, line }: Row): void {
  if (!cells.every(cell => NUMBER.test(cell))) return
  throw refusal(
    `"${file}", line ${line}: "${shown(cells.join(','))}" are numbers, but the first line must name the columns`,
    'write a header, one name a column',
  )
}

function checkWidth(file: string, header: Row, { cells, line }: Row): void {
  if (cells.length === header.cells.length) return
  const [wanted, found] = [header.cells.length, cells.length]
  if (cells.length === 1 && cells[0] === '') {
    throw refusal(
      `"${file}", line ${line} is empty`,
      'write a return for each period, or remove it',
    )
  }
  throw refusal(
    `"${file}", line ${line} has ${found} ${found === 1 ? 'cell' : 'cells'}, but the header has ${wanted}`,
    'give every row as many cells as the header',
  )
}

function checkNames(file: string, { cells, line }: Row, first: number): void {
  if (cells.length === first) {
    throw refusal(
      `"${file}" has no column but "${shown(cells[0]!)}", which holds times`,
      'add a column of returns for each trial',
    )
  }
  const seen = new Set<string>()
  cells.slice(first).forEach((name, k) => {
    if (name === '') {
      throw refusal(`"${file}", line ${line}: column ${k + first + 1} has no name`, 'name it')
    }
    if (seen.has(name)) {
      throw refusal(
        `"${file}", line ${line}: two columns are called "${shown(name)}"`,
        'give each column its own name',
      )
    }
    seen.add(name)
  })
}

function isTimeColumn(name: string, cell: string): boolean {
  return ISO_TIME.test(cell) || (TIME_NAME.test(name) && WHOLE.test(cell))
}

/** Times must rise, for blocks and paths go by the order of the rows. */
function checkTimes(file: string, name: string, body: readonly Row[]): void {
  const isWhole = WHOLE.test(body[0]!.cells[0]!)
  let before = -Infinity
  for (const { cells, line } of body) {
    const cell = cells[0]!
    const time = isWhole ? (WHOLE.test(cell) ? Number(cell) : NaN) : timeOf(cell)
    const place = `"${file}", line ${line}, column "${shown(name)}": "${shown(cell)}"`
    if (Number.isNaN(time)) {
      throw refusal(`${place} is not a time as the rows before have it`, 'write 2024-01-31')
    }
    if (time <= before) {
      throw refusal(`${place} is not after the time of the row before`, 'sort the rows by time')
    }
    before = time
  }
}

function timeOf(cell: string): number {
  if (!ISO_TIME.test(cell)) return NaN
  const iso = cell
    .replace(/ ?UTC$/, 'Z')
    .replace(/^(\S{10}) (?=\d)/, '$1T')
    .replace(' ', '')
  return Date.parse(iso.includes('T') && !/(Z|[+-]\d{2}(:?\d{2})?)$/.test(iso) ? `${iso}Z` : iso)
}

interface Place {
  readonly file: string
  readonly header: Row
  readonly row: Row
  readonly column: number
}

function readNumber({ file, header, row, column }: Place): number {
  const cell = row.cells[column]!
  const value = NUMBER.test(cell) ? Number(cell) : NaN
  if (Math.abs(value) <= RETURN_MAX) return value
  const place = `"${file}", line ${row.line}, column "${shown(header.cells[column]!)}"`
  if (cell === '') throw refusal(`${place}: the cell is blank`, 'write a return, 0 for none')
  const hint =
    column === 0 && /\d[./-]\d/.test(cell)
      ? 'if these are dates, write them as 2024-01-31'
      : 'write returns as fractions: 0.01 is 1 %'
  throw refusal(`${place}: "${shown(cell)}" is no return`, hint)
}

function notesOn(trials: readonly Trial[]): string[] {
  let beyond = 0
  for (const { returns } of trials)
    for (const value of returns) if (Math.abs(value) > 1) beyond += 1
  if (beyond === 0) return []
  return [`${beyond} returns are beyond 100 %; returns are fractions, 0.01 is 1 %`]
}
