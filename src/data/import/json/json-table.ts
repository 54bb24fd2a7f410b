import { AppError } from '../../../core/errors.js'
import { timeframeMs } from '../../../core/candles/time.js'
import { cleanText } from '../cells/clean-text.js'
import { readEpoch } from '../cells/epochs.js'
import { plainName } from '../cells/column-names.js'
import { timeRoleOf } from '../cells/time-names.js'
import { answerOf, reasonOf, type Answer } from './json-answers.js'
import { candleLists, type JsonList } from './json-lists.js'
import { jsonRows, type JsonRows } from './json-rows.js'
import { JsonError, JsonText, type JsonValue } from './json-text.js'
import { nearestName } from '../../../core/names.js'
import type { ImportOptions } from '../tables/options.js'
import type { Source } from '../tables/source.js'
import type { Row, Table } from '../tables/table.js'

const JSON_BYTES_MAX = 1 << 28
const PAUSE_ROWS = 10_000
const SAMPLE_ROWS = 5000

export function looksLikeJson(source: Source): boolean {
  const start = source.sample.toString('utf8', 0, 1024)
  return /^[\s\uFEFF]*(?:\{|\[\s*(?:[[{\]"\d-]|$))/.test(start)
}

/** JSON in any of its shapes as a table: rows of arrays, of objects, columns, answers, lines. */
export async function jsonTable(
  source: Source,
  { key: { timeframe }, at }: Pick<ImportOptions, 'key' | 'at'>,
): Promise<Table> {
  const { file } = source
  const json = parseJson(file, await readAll(source))
  const { list, root, isLines } = onlyList(file, json, at)
  const rows = withStart(json, root, jsonRows(file, json, list), timeframe)
  const answer = answerOf(json, root, list)
  const named = rows.header ?? answer.header
  const header = named?.map(name => cleanText(answer.renamed?.[name] ?? name))
  return {
    file,
    unit: 'record',
    prose: '',
    symbol: answer.symbol,
    timeframe: answer.timeframe,
    ...meaningOf(answer),
    format: isLines ? 'JSON lines' : rows.format,
    header,
    sample: Array.from({ length: Math.min(rows.length, SAMPLE_ROWS) }, (_, i) => rowAt(rows, i)),
    isWhole: rows.length <= SAMPLE_ROWS,
    isBareList: list.shape === 'arrays' && list.path.length === 0,
    warnings: source.warnings,
    notes: notesOf(answer, list, rows),
    read: async (onRow, pause) => {
      for (let i = 0; i < rows.length; i++) {
        onRow(rows.cells(i), i + rows.first)
        if (i % PAUSE_ROWS === 0) await pause()
      }
      await pause()
    },
  }
}

function meaningOf({ source, volumeIsMoney, timeLabel, isUnfinished }: Answer): Partial<Table> {
  return { source, volumeIsMoney, timeLabel, isUnfinished }
}

function rowAt(rows: JsonRows, i: number): Row {
  return { cells: rows.cells(i), line: i + rows.first }
}

function notesOf({ source }: Answer, { path }: JsonList, rows: Started): string[] {
  return [
    ...(source === undefined ? [] : [`it is an answer of ${source}`]),
    ...(path.length === 0 ? [] : [`the candles are in ${path.join('.')}`]),
    ...(rows.isCounted ? ['times count from the start that the file names'] : []),
  ]
}

/** All bytes in one piece; where their number is known it is made once, to keep the memory low. */
async function readAll(source: Source): Promise<Buffer> {
  let bytes = Buffer.allocUnsafeSlow(Math.min(source.size, JSON_BYTES_MAX))
  let length = 0
  for await (const chunk of source.chunks()) {
    if (length + chunk.length > JSON_BYTES_MAX) {
      throw format(
        source.file,
        `is JSON of more than ${JSON_BYTES_MAX >> 20} MB`,
        'convert it to CSV, which is read as a stream, or split it',
      )
    }
    if (length + chunk.length > bytes.length) {
      const longer = Buffer.allocUnsafeSlow(2 * (length + chunk.length))
      bytes.copy(longer, 0, 0, length)
      bytes = longer
    }
    length += chunk.copy(bytes, length)
  }
  return bytes.subarray(0, length)
}

function parseJson(file: string, bytes: Buffer): JsonText {
  try {
    return new JsonText(bytes)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw format(
      file,
      `is not JSON: ${cleanText(error.message)}`,
      'see whether the download was cut off, or download it again',
    )
  }
}

function format(file: string, what: string, hint: string): AppError {
  return new AppError('IMPORT_FORMAT', `"${file}" ${what}`, { hint, data: { file } })
}

interface OnlyList {
  readonly list: JsonList
  readonly root: JsonValue
  readonly isLines: boolean
}

/** The one list of candles in a file; those of several lines, or answers, are put together. */
function onlyList(file: string, json: JsonText, at: string | undefined): OnlyList {
  const [root] = json.roots
  if (root === undefined) throw format(file, 'holds no JSON', 'download it again')
  if (json.roots.length > 1) return joined(file, json, at)
  const lists = listsAt(file, candleLists(json, root), at)
  if (lists.length > 1) throw severalLists(file, lists)
  if (lists.length === 0) throw withoutCandles(file, json, root)
  return { list: lists[0]!, root, isLines: false }
}

/** One candle a line, one row of cells a line, or one answer after another. */
function joined(file: string, json: JsonText, at: string | undefined): OnlyList {
  const [root] = json.roots as [JsonValue]
  const isRow = json.kindOf(root) === 'array' && isRowOfCells(json, root)
  if (isRow) return { list: { path: [], shape: 'arrays', items: json.roots }, root, isLines: true }
  const found = json.roots.flatMap(one => candleLists(json, one))
  const lists = listsAt(file, found, at)
  const [first] = lists
  if (first === undefined) throw withoutCandles(file, json, root)
  const { shape } = first
  if (shape !== 'arrays' && shape !== 'objects') throw severalLists(file, lists)
  const items = lists.flatMap(list => (list.shape === shape ? list.items : []))
  const isLines = first.path.length === 0 && json.kindOf(root) === 'object'
  // Lines that are no candles count as rows without prices.
  const list = { path: first.path, shape, items: isLines ? json.roots : items } as const
  return { list, root, isLines }
}

function isRowOfCells(json: JsonText, list: JsonValue): boolean {
  const first = json.firstItem(list)
  return first !== undefined && /string|scalar/.test(json.kindOf(first))
}

/** What a list is called: the keys that lead to it. */
function placeOfList({ path }: JsonList): string {
  return cleanText(path.join('.')) || TOP
}

const TOP = 'its top'

/** The lists at the place that is named; all of them where none is. */
function listsAt(file: string, lists: JsonList[], at: string | undefined): JsonList[] {
  if (at === undefined) return lists
  const found = lists.filter(list => placeOfList(list) === at.replace(/^\./, ''))
  if (found.length > 0 || lists.length === 0) return found
  const places = [...new Set(lists.map(placeOfList))]
  const near = nearestName(at, places)
  throw new AppError('USAGE', `"${file}" has no list of candles at "${at}"`, {
    hint:
      near === undefined
        ? `there are some at ${places.slice(0, 5).join(', ')}`
        : `did you mean --at ${near}?`,
  })
}

function severalLists(file: string, lists: readonly JsonList[]): AppError {
  const paths = lists.slice(0, 5).map(placeOfList)
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${file}" holds several lists of candles: ${paths.join(', ')}`,
    {
      hint: `name the one to read: --at ${paths[0]}`,
      data: { file, paths },
    },
  )
}

function withoutCandles(file: string, json: JsonText, root: JsonValue): AppError {
  const reason = reasonOf(json, root)
  if (reason !== undefined) {
    return format(
      file,
      `is an answer without candles that gives a reason: "${cleanText(reason).slice(0, 120)}"`,
      'ask the service again; nothing of it was stored',
    )
  }
  const isList = json.kindOf(root) === 'array'
  if (!isList && json.kindOf(root) === 'object' && json.fields(root).has('prices'))
    return format(
      file,
      'holds single prices, not candles',
      'ask for candles: at CoinGecko /ohlc in place of /market_chart',
    )
  if (isList && json.firstItem(root) === undefined)
    return format(file, 'is an empty list: it holds no candles', 'ask the service for another time')
  const what = isList ? 'is a list without candles' : 'is an object without candles'
  return format(
    file,
    what,
    'Assay looks for open, high, low, close and a time; save the list of candles',
  )
}

interface Started extends JsonRows {
  /** Whether times were counted from a start that the file names. */
  readonly isCounted: boolean
}

/** Columns without times count from a start beside them. */
function withStart(json: JsonText, root: JsonValue, rows: JsonRows, timeframe: string): Started {
  const isTimed =
    rows.header === undefined || rows.header.some(name => timeRoleOf(name) !== undefined)
  const start = isTimed || json.kindOf(root) !== 'object' ? undefined : startOf(json, root)
  if (start === undefined) return { ...rows, isCounted: false }
  const step = timeframeMs(timeframe)
  return {
    ...rows,
    isCounted: true,
    header: ['time', ...rows.header!],
    cells: row => [String(start + row * step), ...rows.cells(row)],
  }
}

/** The first candle's time in milliseconds, where no column holds times. */
function startOf(json: JsonText, root: JsonValue): number | undefined {
  for (const [name, value] of json.fields(root)) {
    const isStart = /timestamp|start|time/.test(plainName(name))
    const epoch = isStart ? readEpoch(json.textOf(value)) : undefined
    if (epoch !== undefined && Math.abs(epoch.value) > 1e8) {
      return epoch.value < 1e11 ? epoch.value * 1000 : epoch.value
    }
  }
  return undefined
}
