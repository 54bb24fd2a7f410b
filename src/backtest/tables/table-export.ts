import type { ParquetWriter, SchemaElement } from 'hyparquet-writer'
import { formatTime } from '../../core/candles/time.js'
import { ENGINE_VERSION } from '../../core/version.js'

/** What a table may be written as. */
export const TABLE_FORMATS = ['csv', 'json', 'parquet'] as const

export type TableFormat = (typeof TABLE_FORMATS)[number]

type Value = number | string | boolean | null

/** A column of a table; null is no value. */
export interface TableColumn<Row> {
  readonly name: string
  /**
   * `time` is UTC milliseconds, written as ISO 8601 in text and as a timestamp in Parquet. `json` is the
   * text of a value, which stands as that value in JSON.
   */
  readonly type: 'whole' | 'number' | 'boolean' | 'text' | 'time' | 'json'
  readonly valueOf: (row: Row) => Value
}

/** Rows a page at a time. */
export type TablePages<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>

const ROW_GROUP = 10_000

/** Rows as CSV (RFC 4180, null is nothing, an empty text is `""`), a page at a time. */
export async function* tableCsv<Row>(
  columns: readonly TableColumn<Row>[],
  pages: TablePages<Row>,
): AsyncIterable<string> {
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\n`
  for await (const page of pages) {
    yield page
      .map(row => `${columns.map(column => csvField(textValue(column, row))).join(',')}\n`)
      .join('')
  }
}

/** Rows as a JSON list with an object each line, a page at a time. */
export async function* tableJson<Row>(
  columns: readonly TableColumn<Row>[],
  pages: TablePages<Row>,
): AsyncIterable<string> {
  let opening = '[\n'
  for await (const page of pages) {
    if (page.length === 0) continue
    yield `${opening}${page.map(row => jsonLine(columns, row)).join(',\n')}\n`
    opening = ','
  }
  yield opening === ',' ? ']\n' : '[]\n'
}

/** Rows as Parquet, in pieces; null is null. */
export async function* tableParquet<Row>(
  columns: readonly TableColumn<Row>[],
  pages: TablePages<Row>,
): AsyncIterable<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer')
  const writer = new ByteWriter(1 << 20)
  const take = (): Uint8Array => {
    const taken = writer.getBytes().slice()
    // Its `offset` goes on counting: that is where in the file the next piece lies.
    writer.index = 0
    return taken
  }
  const createdBy = `assay version ${ENGINE_VERSION}`
  const file = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy })
  for await (const rows of grouped(pages, ROW_GROUP)) {
    writeGroup(file, columns, rows)
    yield take()
  }
  void file.finish()
  yield take()
}

function textValue<Row>({ type, valueOf }: TableColumn<Row>, row: Row): Value {
  const value = valueOf(row)
  return type === 'time' && value !== null ? formatTime(value as number) : value
}

function csvField(value: Value): string {
  if (value === null) return ''
  const text = String(value)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function jsonLine<Row>(columns: readonly TableColumn<Row>[], row: Row): string {
  const members = columns.map(column => {
    const value = textValue(column, row)
    const isWritten = column.type === 'json' && value !== null
    return `${JSON.stringify(column.name)}:${isWritten ? String(value) : JSON.stringify(value)}`
  })
  return `{${members.join(',')}}`
}

async function* grouped<Row>(pages: TablePages<Row>, size: number): AsyncIterable<readonly Row[]> {
  let group: Row[] = []
  for await (const page of pages) {
    for (const row of page) {
      if (group.push(row) < size) continue
      yield group
      group = []
    }
  }
  if (group.length > 0) yield group
}

function schemaOf<Row>(columns: readonly TableColumn<Row>[]): SchemaElement[] {
  return [{ name: 'rows', num_children: columns.length }, ...columns.map(elementOf)]
}

function elementOf<Row>({ name, type }: TableColumn<Row>): SchemaElement {
  const optional = { name, repetition_type: 'OPTIONAL' } as const
  switch (type) {
    case 'whole':
      return { ...optional, type: 'INT64' }
    case 'number':
      return { ...optional, type: 'DOUBLE' }
    case 'boolean':
      return { ...optional, type: 'BOOLEAN' }
    case 'text':
    case 'json':
      return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }
    case 'time':
      return {
        ...optional,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MILLIS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
      }
  }
}

function writeGroup<Row>(
  file: ParquetWriter,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): void {
  // Returns a promise only for a writer that flushes by itself.
  void file.write({
    columnData: columns.map(column => ({
      name: column.name,
      data: rows.map(row => parquetValue(column, row)),
    })),
    rowGroupSize: rows.length,
  })
}

function parquetValue<Row>({ type, valueOf }: TableColumn<Row>, row: Row): Value | bigint {
  const value = valueOf(row)
  const isInteger = type === 'whole' || type === 'time'
  return isInteger && value !== null ? BigInt(value) : value
}
