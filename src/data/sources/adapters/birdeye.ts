import { DAY_MS } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { fieldOf, listOf, parseExact } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import type { CandleSource, Verdict } from '../source.js'

const TYPES: Readonly<Record<string, string>> = {
  '1m': '1m',
  '3m': '3m',
  '5m': '5m',
  '15m': '15m',
  '30m': '30m',
  '1h': '1H',
  '2h': '2H',
  '4h': '4H',
}

/** https://docs.birdeye.so: v3 OHLCV of a token over its pools, prices in dollars, with a key. */
export const birdeye: CandleSource = {
  name: 'birdeye',
  title: 'Birdeye',
  version: 1,
  address: 'https://public-api.birdeye.so',
  otherAddresses: [],
  limits: { requests: 1, perMs: 1000, parallel: 1 },
  // Below 1,000 candles a request costs 60 units, above it more.
  page: 999,
  depth: null,
  named: 'account',
  volume: 'base',
  empty: 'flat',
  graceMs: 10_000,
  settleMs: DAY_MS,
  key: { variable: 'BIRDEYE_API_KEY', header: 'x-api-key' },
  timeframes: Object.keys(TYPES),
  request: ({ market, timeframe, since, until }) => ({
    path: `/defi/v3/ohlcv?address=${encodeURIComponent(market)}&type=${TYPES[timeframe]}&currency=usd&time_from=${since / 1000}&time_to=${until / 1000 - 1}`,
    headers: { 'x-chain': 'solana' },
  }),
  judge,
  read: ({ body }) => ({
    candles: candlesOf(
      listOf(fieldOf(fieldOf(parseExact(body), 'data'), 'items'), '"data.items"'),
      { time: 'unix_time', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' },
    ),
  }),
}

function judge(answer: Answer): Verdict {
  const text = answer.body.toString('utf8', 0, 500)
  if (answer.status === 400 && /compute units/i.test(text)) {
    return { kind: 'refused', why: 'budget', reason: 'the budget of the key is spent (400)' }
  }
  if (answer.status === 404) return { kind: 'refused', why: 'market', reason: textOf(answer) }
  return judgeHttp(answer)
}
