import { AppError } from '../../../core/errors.js'
import { timeframeMs } from '../../../core/candles/time.js'
import { plainName, PRICE_ROLES, priceRoleOf } from '../cells/column-names.js'
import { readEpoch } from '../cells/epochs.js'
import type { Source } from './source.js'
import type { Row, Table } from './table.js'

const JSON_BYTES_MAX = 1 << 28
const PAUSE_ROWS = 10_000

export function looksLikeJson(source: Source): boolean {
  return /^[\s\uFEFF]*[[{]/.test(source.sample.toString('utf8', 0, 1024))
}

/** JSON in any of its three shapes as a table: rows of arrays, of objects, or columns. */
export async function jsonTable(source: Source, timeframe: string): Promise<Table> {
  const content = unwrap(source.file, parseJson(source.file, await readAll(source)))
  const shape = Array.isArray(content)
    ? rowsOf(source.file, content)
    : columnsOf(source.file, content as Record<string, unknown>, timeframe)
  const { rows } = shape
  return {
    file: source.file,
    unit: 'record',
    prose: '',
    sample: rows.slice(0, 5000),
    isWhole: rows.length <= 5000,
    ...shape,
    read: async (onRow, pause) => {
      for (let i = 0; i < rows.length; i++) {
        onRow(rows[i]!.cells, rows[i]!.line)
        if (i % PAUSE_ROWS === 0) await pause()
      }
      await pause()
    },
  }
}

type Shape = Pick<Table, 'format' | 'header' | 'notes' | 'timeframe'> & {
  readonly rows: readonly Row[]
}

async function readAll(source: Source): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of source.chunks()) {
    parts.push(chunk)
    length += chunk.length
    if (length > JSON_BYTES_MAX) {
      throw new AppError(
        'IMPORT_FORMAT',
        `"${source.file}" is JSON of more than ${JSON_BYTES_MAX >> 20} MB`,
        {
          hint: 'convert it to CSV, which is read as a stream, or split it',
        },
      )
    }
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}

/** Numbers are read as the text they are, so that no digit is lost. */
function parseJson(file: string, text: string): unknown {
  try {
    JSON.parse(text)
    return JSON.parse(
      text.replace(
        /("(?:[^"\\]|\\.)*")|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
        (number: string, quoted: string | undefined) => quoted ?? `"${number}"`,
      ),
    )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw format(file, `is not JSON: ${reason}`, 'see whether the download was cut off')
  }
}

function format(file: string, what: string, hint: string): AppError {
  return new AppError('IMPORT_FORMAT', `"${file}" ${what}`, { hint, data: { file } })
}

/** Answers of web interfaces wrap the candles: `{"data": [...]}`. */
function unwrap(file: string, content: unknown): readonly unknown[] | Record<string, unknown> {
  if (Array.isArray(content)) return content as unknown[]
  if (typeof content !== 'object' || content === null)
    throw format(file, 'holds no list', 'give it candles')
  const fields = content as Record<string, unknown>
  if (Object.keys(fields).some(name => priceRoleOf(name) !== undefined)) return fields
  const lists = Object.values(fields).filter(value => Array.isArray(value))
  if (lists.length === 1) return lists[0] as unknown[]
  throw format(file, `is an object without candles`, 'save the list of candles alone')
}

function rowsOf(file: string, list: readonly unknown[]): Shape {
  const first = list[0]
  const rest = { notes: [], timeframe: undefined }
  if (Array.isArray(first)) {
    return {
      ...rest,
      format: 'JSON, a list of arrays',
      header: undefined,
      rows: list.map((item, i) => ({ cells: cellsOf(file, i + 1, item), line: i + 1 })),
    }
  }
  if (typeof first !== 'object' || first === null)
    throw format(file, 'holds no candles', 'give it candles')
  const header = Object.keys(first)
  return {
    ...rest,
    format: 'JSON, a list of objects',
    header,
    rows: list.map((item, i) => ({ cells: fieldsOf(file, i + 1, item, header), line: i + 1 })),
  }
}

function cellsOf(file: string, record: number, item: unknown): string[] {
  if (!Array.isArray(item))
    throw format(file, `record ${record} is no array as the first is`, 'mend it')
  return item.map(cellOf)
}

function fieldsOf(
  file: string,
  record: number,
  item: unknown,
  header: readonly string[],
): string[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw format(file, `record ${record} is no object as the first is`, 'mend it')
  }
  const fields = item as Record<string, unknown>
  return header.map(name => cellOf(fields[name]))
}

/** Numbers arrive as text already; what is not text cannot be part of a candle. */
function cellOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

/** One array per column; where there is no column of times, they count from a start. */
function columnsOf(file: string, content: Record<string, unknown>, timeframe: string): Shape {
  const columns = Object.entries(content).filter(([, value]) => Array.isArray(value)) as [
    string,
    unknown[],
  ][]
  const prices = columns.filter(([name]) => priceRoleOf(name) !== undefined)
  if (prices.length < PRICE_ROLES.length) {
    throw format(file, 'lacks one of the columns open, high, low, close', 'give it all four')
  }
  const length = prices[0]![1].length
  const odd = columns.find(([, values]) => values.length !== length)
  if (odd) {
    throw format(
      file,
      `has ${length} of "${prices[0]![0]}" and ${odd[1].length} of "${odd[0]}"`,
      'mend it',
    )
  }
  const named = content['timeframe'] ?? content['interval']
  const start = startOf(columns, content)
  const step = timeframeMs(timeframe)
  const timeOf = (i: number): string[] => (start === undefined ? [] : [String(start + i * step)])
  return {
    format: 'JSON, one list per column',
    header: [...(start === undefined ? [] : ['time']), ...columns.map(([name]) => name)],
    timeframe: typeof named === 'string' ? named : undefined,
    notes: start === undefined ? [] : ['times count from the start that the file names'],
    rows: Array.from({ length }, (_, i) => ({
      cells: [...timeOf(i), ...columns.map(([, values]) => cellOf(values[i]))],
      line: i + 1,
    })),
  }
}

/** The first candle's time in milliseconds, where no column holds times. */
function startOf(
  columns: readonly (readonly [string, unknown])[],
  content: Record<string, unknown>,
): number | undefined {
  const isTimes = /time|date|^t$|^ts$/
  if (columns.some(([name]) => isTimes.test(plainName(name)))) return undefined
  for (const [name, value] of Object.entries(content)) {
    const epoch =
      typeof value === 'string' && /timestamp|start|time/.test(plainName(name))
        ? readEpoch(value)
        : undefined
    if (epoch !== undefined && Math.abs(epoch.value) > 1e8) {
      return epoch.value < 1e11 ? epoch.value * 1000 : epoch.value
    }
  }
  return undefined
}
