import type { TrueCandle, VenueShape } from './stand-in.js'

const json = (value: unknown): string => JSON.stringify(value)
const numberOf = (url: URL, name: string): number => Number(url.searchParams.get(name))
const html = { status: 429, body: '' }

/** JSON whose decimals are numbers, as some venues write them: without zeros at the end. */
function rowsOfNumbers(rows: readonly (readonly (number | string)[])[]): string {
  return `[${rows.map(row => `[${row.map(cell => String(Number(cell))).join(',')}]`).join(',\n')}]`
}

const LENGTHS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '1h': 3_600_000,
  '1H': 3_600_000,
  '1d': 86_400_000,
  '1Dutc': 86_400_000,
  D: 86_400_000,
}

export const BINANCE: VenueShape = {
  source: 'binance',
  market: 'SOLUSDC',
  page: 1000,
  newestFirst: false,
  leavesOutEmpty: false,
  parse: url =>
    url.pathname !== '/api/v3/klines'
      ? undefined
      : {
          market: url.searchParams.get('symbol')!,
          stepMs: LENGTHS[url.searchParams.get('interval')!]!,
          since: numberOf(url, 'startTime'),
          until: numberOf(url, 'endTime') + 1,
          limit: numberOf(url, 'limit'),
        },
  body: (rows, { stepMs }) =>
    json(
      rows.map(row => [
        row.time,
        `${row.open}000000`,
        `${row.high}000000`,
        `${row.low}000000`,
        `${row.close}000000`,
        `${row.volume}00000`,
        row.time + stepMs - 1,
        `${row.quoteVolume}000`,
        7,
        '0',
        '0',
        '0',
      ]),
    ),
  unknownMarket: { status: 400, body: json({ code: -1121, msg: 'Invalid symbol.' }) },
  tooMany: {
    status: 429,
    headers: { 'retry-after': '17' },
    body: json({ code: -1003, msg: 'Too much request weight used.' }),
  },
}

export const COINBASE: VenueShape = {
  source: 'coinbase',
  market: 'SOL-USD',
  page: 300,
  newestFirst: true,
  leavesOutEmpty: true,
  parse: url => {
    const match = /^\/products\/([^/]+)\/candles$/.exec(url.pathname)
    if (match === null) return undefined
    const stepMs = numberOf(url, 'granularity') * 1000
    const [start, end] = ['start', 'end'].map(name => Date.parse(url.searchParams.get(name)!))
    // Rows before the start may come along.
    return { market: match[1]!, stepMs, since: start! - stepMs, until: end! + stepMs, limit: 301 }
  },
  body: rows =>
    rowsOfNumbers(
      rows.map(({ time, low, high, open, close, volume }) => [
        time / 1000,
        low,
        high,
        open,
        close,
        volume,
      ]),
    ),
  unknownMarket: { status: 404, body: json({ message: 'NotFound' }) },
  tooMany: { ...html, body: json({ message: 'Public rate limit exceeded' }) },
}

export const COINBASE_ADVANCED: VenueShape = {
  source: 'coinbase-advanced',
  market: 'SOL-USD',
  page: 300,
  newestFirst: true,
  leavesOutEmpty: true,
  parse: url => {
    const match = /\/brokerage\/market\/products\/([^/]+)\/candles$/.exec(url.pathname)
    if (match === null) return undefined
    const lengths = { ONE_MINUTE: 60_000, ONE_HOUR: 3_600_000, ONE_DAY: 86_400_000 }
    const stepMs = lengths[url.searchParams.get('granularity') as keyof typeof lengths]
    const since = numberOf(url, 'start') * 1000
    const until = numberOf(url, 'end') * 1000 + 1000
    return { market: match[1]!, stepMs, since, until, limit: numberOf(url, 'limit') }
  },
  body: rows =>
    json({
      candles: rows.map(({ time, low, high, open, close, volume }) => ({
        start: String(time / 1000),
        low,
        high,
        open,
        close,
        volume,
      })),
    }),
  unknownMarket: {
    status: 404,
    body: json({ error: 'NOT_FOUND', message: 'valid product_id is required' }),
  },
  tooMany: { status: 429, body: json({ error: 'rate limit exceeded' }) },
}

export const KRAKEN: VenueShape = {
  source: 'kraken',
  market: 'SOLUSDC',
  page: 720,
  newestFirst: false,
  leavesOutEmpty: false,
  parse: url =>
    url.pathname !== '/0/public/OHLC'
      ? undefined
      : {
          market: url.searchParams.get('pair')!,
          stepMs: numberOf(url, 'interval') * 60_000,
          since: numberOf(url, 'since') * 1000,
          until: Infinity,
          limit: 720,
        },
  body: rows =>
    json({
      error: [],
      result: {
        SOLUSDC: rows.map(row => [
          row.time / 1000,
          row.open,
          row.high,
          row.low,
          row.close,
          '142.0000',
          row.volume,
          7,
        ]),
        last: (rows.at(-2)?.time ?? 0) / 1000,
      },
    }),
  unknownMarket: { status: 200, body: json({ error: ['EQuery:Unknown asset pair'] }) },
  tooMany: { status: 200, body: json({ error: ['EGeneral:Too many requests'] }) },
}

export const OKX: VenueShape = {
  source: 'okx',
  market: 'SOL-USDC',
  page: 100,
  newestFirst: true,
  leavesOutEmpty: false,
  parse: url =>
    url.pathname !== '/api/v5/market/history-candles'
      ? undefined
      : {
          market: url.searchParams.get('instId')!,
          stepMs: LENGTHS[url.searchParams.get('bar')!]!,
          since: numberOf(url, 'before') + 1,
          until: numberOf(url, 'after'),
          limit: numberOf(url, 'limit'),
        },
  body: (rows, { now, stepMs }) =>
    json({
      code: '0',
      msg: '',
      data: rows.map(row => [
        String(row.time),
        row.open,
        row.high,
        row.low,
        row.close,
        row.volume,
        row.quoteVolume,
        row.quoteVolume,
        row.time + stepMs <= now ? '1' : '0',
      ]),
    }),
  unknownMarket: {
    status: 200,
    body: json({ code: '51001', msg: 'Instrument ID does not exist', data: [] }),
  },
  tooMany: { status: 429, body: json({ code: '50011', msg: 'Too Many Requests', data: [] }) },
}

export const BYBIT: VenueShape = {
  source: 'bybit',
  market: 'SOLUSDC',
  page: 1000,
  newestFirst: true,
  leavesOutEmpty: false,
  parse: url => {
    if (url.pathname !== '/v5/market/kline') return undefined
    const interval = url.searchParams.get('interval')!
    return {
      // Left out, it would be a perpetual.
      market:
        url.searchParams.get('category') === 'spot'
          ? url.searchParams.get('symbol')!
          : 'a perpetual',
      stepMs: interval === 'D' ? 86_400_000 : Number(interval) * 60_000,
      since: numberOf(url, 'start'),
      until: numberOf(url, 'end') + 1,
      limit: numberOf(url, 'limit'),
    }
  },
  body: (rows, { now }) =>
    json({
      retCode: 0,
      retMsg: 'OK',
      result: {
        category: 'spot',
        symbol: 'SOLUSDC',
        list: rows.map(row => [
          String(row.time),
          row.open,
          row.high,
          row.low,
          row.close,
          row.volume,
          row.quoteVolume,
        ]),
      },
      retExtInfo: {},
      time: now,
    }),
  unknownMarket: {
    status: 200,
    body: json({ retCode: 10001, retMsg: 'Not supported symbols', result: {}, time: 0 }),
  },
  tooMany: {
    status: 200,
    body: json({ retCode: 10006, retMsg: 'Too many visits!', result: {}, time: 0 }),
  },
}

const POOL = 'Pool1111111111111111111111111111111111111111'
const SOL = 'So11111111111111111111111111111111111111112'

export const GECKOTERMINAL: VenueShape = {
  source: 'geckoterminal',
  market: POOL,
  page: 1000,
  newestFirst: true,
  leavesOutEmpty: true,
  parse: url => {
    const match = /\/pools\/([^/]+)\/ohlcv\/(minute|hour|day)$/.exec(url.pathname)
    if (match === null) return undefined
    const unit = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[match[2]!]!
    const until = numberOf(url, 'before_timestamp') * 1000
    const stepMs = unit * numberOf(url, 'aggregate')
    return { market: match[1]!, stepMs, since: -Infinity, until, limit: numberOf(url, 'limit') }
  },
  body: rows =>
    `{"data":{"attributes":{"ohlcv_list":${rowsOfNumbers(
      rows.map(({ time, open, high, low, close, quoteVolume }) => [
        time / 1000,
        open,
        high,
        low,
        close,
        quoteVolume,
      ]),
    )}}},"meta":{"base":{"address":"${SOL}"},"quote":{}}}`,
  unknownMarket: { status: 404, body: json({ errors: [{ status: '404', title: 'Not Found' }] }) },
  tooMany: { status: 429, body: json({ status: { error_code: 429, error_message: 'limit' } }) },
}

export const BIRDEYE: VenueShape = {
  source: 'birdeye',
  market: SOL,
  page: 1000,
  newestFirst: false,
  leavesOutEmpty: false,
  parse: url =>
    url.pathname !== '/defi/v3/ohlcv'
      ? undefined
      : {
          market: url.searchParams.get('address')!,
          stepMs: LENGTHS[url.searchParams.get('type')!]!,
          since: numberOf(url, 'time_from') * 1000,
          until: (numberOf(url, 'time_to') + 1) * 1000,
          limit: 1000,
        },
  body: rows => `{"success":true,"data":{"items":[${rows.map(birdeyeItem).join(',')}]}}`,
  unknownMarket: { status: 404, body: json({ success: false, message: 'Not found' }) },
  tooMany: { status: 429, body: json({ success: false, message: 'Too many requests' }) },
}

function birdeyeItem(row: TrueCandle): string {
  const [o, h, l, c, v, usd] = [row.open, row.high, row.low, row.close, row.volume, row.quoteVolume]
    .map(Number)
    .map(String)
  return `{"o":${o},"h":${h},"l":${l},"c":${c},"v":${v},"v_usd":${usd},"unix_time":${row.time / 1000}}`
}

export const VENUES: readonly VenueShape[] = [
  BINANCE,
  BIRDEYE,
  BYBIT,
  COINBASE,
  COINBASE_ADVANCED,
  GECKOTERMINAL,
  KRAKEN,
  OKX,
]
