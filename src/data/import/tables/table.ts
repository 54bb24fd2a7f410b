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
  /** Notes for the user on what was found, and what the file says of itself. */
  readonly notes: readonly string[]
  readonly timeframe: string | undefined
  /** Gives every row to `onRow`, and waits for what it returns before reading on. */
  read(onRow: (row: readonly string[], line: number) => void, pause: Pause): Promise<void>
}

/** Called now and then while reading; the reader waits for the promise where there is one. */
export type Pause = () => Promise<void> | undefined

/** `solusdt.csv line 17`, as all messages about rows begin. */
export function placeOf(table: Pick<Table, 'file' | 'unit'>, line: number): string {
  return `"${table.file}" ${table.unit} ${line}`
}
