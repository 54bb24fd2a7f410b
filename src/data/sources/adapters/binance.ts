import { DAY_MS, MINUTE_MS } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { listOf, parseStrings, type ExactJson } from '../reading/exact-json.js'
import { candlesOf, type RowLayout } from '../reading/rows.js'
import { binanceStream } from './binance-stream.js'
import type { ArchiveFile, ArchiveFiles, CandleSource, SourceCandle, Verdict } from '../source.js'

/** https://github.com/binance/binance-spot-api-docs: klines */
const LAYOUT: RowLayout = {
  time: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  quoteVolume: 7,
}

/** Weight that an address may use in a minute, where its answers name what is used. */
const WEIGHT_MAX = 6000
const UNKNOWN_SYMBOL = -1121

/** https://github.com/binance/binance-public-data */
const archive: ArchiveFiles = {
  address: 'https://data.binance.vision',
  parallel: 4,
  delayMs: DAY_MS,
  path: ({ market, timeframe, kind, since }: ArchiveFile) => {
    const date = new Date(since).toISOString().slice(0, kind === 'day' ? 10 : 7)
    const folder = kind === 'day' ? 'daily' : 'monthly'
    return `/data/spot/${folder}/klines/${market}/${timeframe}/${market}-${timeframe}-${date}.zip`
  },
  checksum: text => /^([0-9a-f]{64})\s/i.exec(text)?.[1]?.toLowerCase(),
  read: readCsv,
}

/** The spot market of Binance: its market-data address, and its files of days and months. */
export const binance: CandleSource = {
  name: 'binance',
  title: 'Binance spot',
  version: 1,
  address: 'https://data-api.binance.vision',
  otherAddresses: ['https://api.binance.com', 'https://api-gcp.binance.com'],
  // A request weighs 2 of 6,000 in a minute.
  limits: { requests: 3000, perMs: MINUTE_MS, parallel: 4 },
  page: 1000,
  depth: null,
  named: 'pair',
  volume: 'base',
  empty: 'flat',
  graceMs: 2000,
  settleMs: 10 * MINUTE_MS,
  key: null,
  timeframes: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '1w'],
  archive,
  stream: binanceStream,
  request: ({ market, timeframe, since, until }) => ({
    path: `/api/v3/klines?symbol=${encodeURIComponent(market)}&interval=${timeframe}&startTime=${since}&endTime=${until - 1}&limit=1000`,
  }),
  judge,
  read: ({ body }) => ({ candles: candlesOf(listOf(parseStrings(body), 'of candles'), LAYOUT) }),
  load: ({ headers }) => {
    const used = Number(headers['x-mbx-used-weight-1m'] ?? NaN)
    return Number.isFinite(used) ? used / WEIGHT_MAX : null
  },
}

function judge(answer: Answer): Verdict {
  if (answer.status !== 400) return judgeHttp(answer)
  const isUnknown = Number(codeOf(answer)) === UNKNOWN_SYMBOL
  return { kind: 'refused', why: isUnknown ? 'market' : 'request', reason: textOf(answer) }
}

function codeOf({ body }: Answer): unknown {
  try {
    return (JSON.parse(body.toString('utf8')) as { readonly code?: unknown } | null)?.code
  } catch {
    return undefined
  }
}

/** Rows as in answers, without quotes; some files have a header, some stamps are microseconds. */
function readCsv(csv: string): readonly SourceCandle[] {
  const rows: ExactJson[] = []
  for (const line of csv.split(/\r?\n/)) {
    if (line === '' || /^[a-z"]/i.test(line)) continue
    rows.push(line.split(','))
  }
  return candlesOf(rows, LAYOUT)
}
