import type { DecimalMark } from '../cells/numbers.js'

/** A second row of a header: what it names, and its cells beside the names, one for each column. */
export interface HeaderLevel {
  readonly name: string
  readonly values: readonly string[]
  readonly names: readonly string[]
}

/** Something odd about a file, of which it was read all the same. */
export interface TableWarning {
  readonly code: 'trailing_bytes' | 'cut_off'
  readonly count: number
  readonly message: string
}

/** A row of cells and where it stands in its file. */
export interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

/** The beginning of a file as rows, for deciding how to read all of it. */
export interface Table {
  readonly file: string
  /** `line` for text, `record` for JSON: what the numbers of rows count. */
  readonly unit: 'line' | 'record'
  /** What was recognised, for the user to see: `CSV, separated by tab`. */
  readonly format: string
  /** Names of the columns; undefined where the file has none. */
  readonly header: readonly string[] | undefined
  /** Text above the header. */
  readonly prose: string
  readonly sample: readonly Row[]
  /** Whether the sample is the whole file. */
  readonly isWhole: boolean
  /** Notes for the user on what was found. */
  readonly notes: readonly string[]
  /** What the file says of itself, outside of its rows. */
  readonly timeframe: string | undefined
  readonly symbol?: string | undefined
  /** The service whose answer this is, where that shows. */
  readonly source?: string | undefined
  readonly volumeIsMoney?: boolean | undefined
  /** A list of arrays of which nothing says whose it is. */
  readonly isBareList?: boolean | undefined
  readonly timeLabel?: 'close' | undefined
  /** Whether the service says that a candle was not finished when it answered. */
  readonly isUnfinished?: ((open: number, stepMs: number) => boolean) | undefined
  /** Names above those of the header, one for each column, such as the tickers of yfinance. */
  readonly level?: HeaderLevel | undefined
  /** The mark before the decimals of its numbers; a point unless the file shows another. */
  readonly decimalMark?: DecimalMark | undefined
  /** Something odd about the file itself. */
  readonly warnings?: readonly TableWarning[] | undefined
  /** Gives every row to `onRow`, and waits for what it returns before reading on. */
  read(onRow: (row: readonly string[], line: number) => void, pause: Pause): Promise<void>
}

/** Called now and then while reading; the reader waits for the promise where there is one. */
export type Pause = () => Promise<void> | undefined

/** `solusdt.csv line 17`, as all messages about rows begin. */
export function placeOf(table: Pick<Table, 'file' | 'unit'>, line: number): string {
  return `"${table.file}" ${table.unit} ${line}`
}

/** Notes of a program between its rows. */
export function isComment(cells: readonly string[]): boolean {
  return (cells[0] ?? '').trimStart().startsWith('#')
}

/** The filled and unfilled cells of a column in the sample. */
export function cellsOf(table: Table, column: number): string[] {
  return table.sample.map(({ cells }) => (cells[column] ?? '').trim())
}

/** What a user calls a column: its name, or `#2`. */
export function columnName(table: Pick<Table, 'header'>, column: number): string {
  return table.header?.[column] || `#${column + 1}`
}
