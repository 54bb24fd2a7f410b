import { intervalsOf } from '../cells/intervals.js'
import type { JsonList } from './json-lists.js'
import type { JsonText, JsonValue } from './json-text.js'
import type { Table } from '../tables/table.js'

/** What an answer of a service says of its candles. */
export type Answer = Partial<
  Pick<
    Table,
    'source' | 'symbol' | 'timeframe' | 'volumeIsMoney' | 'timeLabel' | 'isUnfinished' | 'header'
  >
> & {
  /** Names that say what the service means by its own. */
  readonly renamed?: Readonly<Record<string, string>>
}

type Fields = ReadonlyMap<string, JsonValue>

/** A service: how its answers are known, and what their fields mean. */
interface Service {
  readonly name: string
  matches(found: Found): boolean
  readonly read?: (found: Found) => Answer
}

/** A list of candles within an answer. */
interface Found {
  readonly fields: Fields
  readonly path: string
  /** The cells of the first row, where rows are arrays. */
  readonly width: number
  readonly text: (...keys: readonly string[]) => string | undefined
}

const SERVICES: readonly Service[] = [
  {
    name: 'Bybit',
    matches: ({ fields, path }) => fields.has('retCode') && path === 'result.list',
    read: ({ text, width }) => ({
      symbol: text('result', 'symbol'),
      header: bybitHeader(text('result', 'category') === 'inverse', width),
      ...untilTime(text('time')),
    }),
  },
  {
    name: 'OKX',
    matches: ({ text, path, width }) => text('code') === '0' && path === 'data' && width !== 7,
    read: ({ width }) => ({ header: okxHeader(width) }),
  },
  {
    name: 'KuCoin',
    matches: ({ text, path }) => text('code') === '200000' && path === 'data',
    read: ({ width }) =>
      width === 7 ? { header: ['time', 'open', 'close', 'high', 'low', 'volume', 'turnover'] } : {},
  },
  {
    name: 'Kraken',
    matches: ({ fields, path, width }) =>
      fields.has('error') && path.startsWith('result.') && width === 8,
    read: ({ path, text }) => ({
      symbol: path.slice('result.'.length),
      header: ['time', 'open', 'high', 'low', 'close', 'vwap', 'volume', 'count'],
      ...afterLast(text('result', 'last')),
    }),
  },
  {
    name: 'HTX',
    matches: ({ text }) => /^market\.\w+\.[a-z]+\.\w+$/.test(text('ch') ?? ''),
    read: ({ text }) => {
      const [, symbol, , interval] = (text('ch') ?? '').split('.')
      const renamed = { amount: 'base_volume', vol: 'quote_volume' }
      return { symbol, timeframe: interval, renamed, ...untilTime(text('ts')) }
    },
  },
  {
    name: 'GeckoTerminal',
    matches: ({ path }) => path.endsWith('attributes.ohlcv_list'),
    read: ({ text }) => ({
      header: ['time', 'open', 'high', 'low', 'close', 'volume'],
      volumeIsMoney: true,
      symbol: pair(text('meta', 'base', 'symbol'), text('meta', 'quote', 'symbol')),
    }),
  },
  { name: 'Deribit', matches: ({ fields, path }) => fields.has('jsonrpc') && path === 'result' },
  {
    name: 'Birdeye',
    matches: ({ fields, path }) => fields.has('success') && path === 'data.items',
  },
]

function bybitHeader(isInverse: boolean, width: number): readonly string[] | undefined {
  const prices = ['startTime', 'open', 'high', 'low', 'close']
  if (width === 5) return prices
  if (width !== 7) return undefined
  // Inverse contracts are worth a dollar each; their turnover is in coins.
  return [...prices, ...(isInverse ? ['quote_volume', 'base_volume'] : ['volume', 'turnover'])]
}

function okxHeader(width: number): readonly string[] | undefined {
  const prices = ['ts', 'open', 'high', 'low', 'close']
  if (width === 9) return [...prices, 'vol', 'volCcy', 'volCcyQuote', 'confirm']
  return width === 6 ? [...prices, 'confirm'] : undefined
}

function pair(base: string | undefined, quote: string | undefined): string | undefined {
  return base === undefined || quote === undefined ? undefined : `${base}-${quote}`
}

/** Candles that end after the time at which the service answered. */
function untilTime(text: string | undefined): Answer {
  const now = Number(text ?? NaN)
  return now > 0 ? { isUnfinished: (open, step) => open <= now && open + step > now } : {}
}

/** Kraken names the last candle that is final, in seconds. */
function afterLast(text: string | undefined): Answer {
  const last = Number(text ?? NaN) * 1000
  return last > 0 ? { isUnfinished: open => open > last } : {}
}

const SYMBOL_KEYS = [
  'symbol',
  'ticker',
  'pair',
  'instrument',
  'instId',
  'product_id',
  'instrument_name',
]
const INTERVAL_KEYS = ['timeframe', 'interval', 'granularity', 'resolution']

/** What is known of a list of candles by the answer around it. */
export function answerOf(json: JsonText, root: JsonValue, list: JsonList): Answer {
  if (json.kindOf(root) !== 'object') return {}
  const fields = json.fields(root)
  const found: Found = {
    fields,
    path: list.path.join('.'),
    width: list.shape === 'arrays' ? json.items(list.items[0]!).length : 0,
    text: (...keys) => textAt(json, fields, keys),
  }
  const service = SERVICES.find(one => one.matches(found))
  const said = saidAround(json, fields, list.path)
  return service === undefined ? said : { ...said, ...service.read?.(found), source: service.name }
}

function textAt(json: JsonText, fields: Fields, keys: readonly string[]): string | undefined {
  let value = fields.get(keys[0]!)
  for (const key of keys.slice(1)) {
    if (value === undefined || json.kindOf(value) !== 'object') return undefined
    value = json.fields(value).get(key)
  }
  if (value === undefined || /array|object/.test(json.kindOf(value))) return undefined
  return json.textOf(value)
}

/** The market and the interval that stand beside the list, or in a `meta` there. */
function saidAround(json: JsonText, root: Fields, path: readonly string[]): Answer {
  let fields: Fields | undefined = root
  const levels: Fields[] = [root]
  for (const key of path) {
    const value: JsonValue | undefined = fields?.get(key)
    if (value === undefined || json.kindOf(value) !== 'object') break
    fields = json.fields(value)
    levels.push(fields)
  }
  const first = (keys: readonly string[]): string | undefined =>
    levels
      .flatMap(level =>
        keys.flatMap(key => [textAt(json, level, [key]), textAt(json, level, ['meta', key])]),
      )
      .find(text => text !== undefined && text !== '')
  const interval = first(INTERVAL_KEYS)
  const isRead = interval !== undefined && intervalsOf(interval).length > 0
  return { symbol: first(SYMBOL_KEYS), timeframe: isRead ? interval : undefined }
}

/** The reason that an answer without candles gives; undefined where it gives none. */
export function reasonOf(json: JsonText, root: JsonValue): string | undefined {
  if (json.kindOf(root) === 'array') {
    const cells = json
      .items(root)
      .slice(0, 3)
      .map(item => json.textOf(item))
    return cells[0] === 'error' ? cells.slice(1).join(' ') : undefined
  }
  if (json.kindOf(root) !== 'object') return undefined
  const fields = json.fields(root)
  const keys = [
    ['msg'],
    ['retMsg'],
    ['message'],
    ['error_message'],
    ['err-msg'],
    ['errmsg'],
    ['error', 'message'],
  ]
  const more = [
    ['status', 'error_message'],
    ['chart', 'error', 'description'],
    ['error'],
    ['errorMessage'],
    ['Error Message'],
    ['Note'],
    ['Information'],
    ['label'],
  ]
  const said = [...keys, ...more]
    .map(path => textAt(json, fields, path))
    .find(text => text !== undefined && text !== '' && !/^(ok|success|true)$/i.test(text))
  return said ?? listed(json, fields)
}

/** `{"error": ["EQuery:Unknown asset pair"]}` and `{"errors": [{"title": "Not Found"}]}`. */
function listed(json: JsonText, fields: Fields): string | undefined {
  const list = fields.get('error') ?? fields.get('errors')
  if (list === undefined || json.kindOf(list) !== 'array') return undefined
  const first = json.firstItem(list)
  if (first === undefined) return undefined
  if (json.kindOf(first) !== 'object') return json.textOf(first)
  const inner = json.fields(first)
  return textAt(json, inner, ['title']) ?? textAt(json, inner, ['detail'])
}
