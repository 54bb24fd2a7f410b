import { CsvError, parse } from 'csv-parse/sync'
import { cut, printable } from '../../core/text-layout.js'
import { namesHint, refusal, refuseLine, shown } from './place.js'

/** What a file of signals may say of a decision. */
export const COLUMNS = [
  'time',
  'symbol',
  'exposure',
  'tag',
  'priority',
  'stop_loss',
  'take_profit',
  'trailing_stop',
  'trailing_from',
  'break_even',
  'time_stop',
  'roi',
  'stop_price',
  'target_price',
  'orders',
] as const

export type SignalColumn = (typeof COLUMNS)[number]

/** One line, without the cells that say nothing. Texts from CSV, any value from JSON lines. */
export interface SignalRow {
  readonly line: number
  readonly cells: Readonly<Partial<Record<SignalColumn, unknown>>>
}

export interface SignalTable {
  readonly rows: readonly SignalRow[]
  readonly hasSymbols: boolean
}

/**
 * The lines of a file of signals: JSON lines where its name or its first character says so, else CSV.
 * @throws AppError BAD_SIGNALS
 */
export function readTable(file: string, text: string): SignalTable {
  const plain = text.replace(/^\uFEFF/, '')
  if (plain.trim() === '') throw refusal(`"${file}" is empty`, 'write a line for each decision')
  const isJson = /\.(jsonl|ndjson|json)$/i.test(file) || plain.trimStart().startsWith('{')
  const table = isJson ? readJsonLines(file, plain) : readCsv(file, plain)
  if (table.rows.length > 0) return table
  throw refusal(`"${file}" has a header but no decisions`, 'write a line for each decision')
}

function readCsv(file: string, text: string): SignalTable {
  const [header, ...body] = recordsOf(file, text)
  const names = header!.cells
  names.forEach((name, k) => checkColumn({ file, line: header!.line }, name, names.slice(0, k)))
  if (!names.includes('time')) throw noTime({ file, line: header!.line })
  const rows = body
    .filter(({ cells }) => cells.some(cell => cell !== ''))
    .map(({ cells, line }) => {
      if (cells.length !== names.length) throw ragged({ file, line }, names.length, cells.length)
      const filled = names.map((name, k) => [name, cells[k]!] as const)
      return { line, cells: Object.fromEntries(filled.filter(([, cell]) => cell !== '')) }
    })
  return { rows, hasSymbols: names.includes('symbol') }
}

interface CsvRecord {
  readonly cells: readonly string[]
  readonly line: number
}

function recordsOf(file: string, text: string): CsvRecord[] {
  try {
    const records = parse(text, {
      info: true,
      relax_column_count: true,
      trim: true,
    }) as unknown as {
      record: string[]
      info: { lines: number }
    }[]
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const hint = 'put a cell with commas into double quotes, and double the quotes within it'
    throw refusal(`"${file}" is no CSV: ${cut(printable(error.message), 100)}`, hint)
  }
}

function readJsonLines(file: string, text: string): SignalTable {
  let hasSymbols = false
  const rows: SignalRow[] = []
  text.split('\n').forEach((written, k) => {
    if (written.trim() === '') return
    const line = k + 1
    const said = Object.entries(objectOf({ file, line }, written))
    said.forEach(([name]) => checkColumn({ file, line }, name, []))
    const cells = Object.fromEntries(said.filter(([, value]) => value !== null && value !== ''))
    hasSymbols ||= 'symbol' in cells
    if (!('time' in cells)) throw noTime({ file, line })
    rows.push({ line, cells })
  })
  return { rows, hasSymbols }
}

function objectOf(place: { file: string; line: number }, written: string): object {
  const hint = 'write one object a line: {"time": "2024-01-31T15:00:00Z", "exposure": 1}'
  let value: unknown
  try {
    value = JSON.parse(written)
  } catch {
    throw refuseLine(place, `"${shown(written.trim())}" is no JSON`, hint)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw refuseLine(place, `"${shown(written.trim())}" is no JSON object`, hint)
}

function checkColumn(
  place: { file: string; line: number },
  name: string,
  before: readonly string[],
): void {
  const isKnown = COLUMNS.some(column => column === name)
  if (isKnown && !before.includes(name)) return
  if (isKnown) throw refuseLine(place, `two columns are called "${name}"`, 'remove one of them')
  const hint = namesHint(name, COLUMNS, 'columns')
  throw refuseLine(place, `column "${shown(name)}" is not known`, hint)
}

function noTime(place: { file: string; line: number }): Error {
  return refuseLine(place, 'there is no time', 'name the close of each decision in a column time')
}

function ragged(place: { file: string; line: number }, wanted: number, found: number): Error {
  const counted = `${found} ${found === 1 ? 'cell' : 'cells'}`
  const hint = 'give every line as many cells as the header; orders stand in double quotes'
  return refuseLine(place, `it has ${counted}, but the header has ${wanted}`, hint)
}
