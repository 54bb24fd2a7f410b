import { MINUTE_MS } from '../../../core/candles/time.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { fieldOf, listOf, parseExact } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import type { CandleSource } from '../source.js'

const GRANULARITIES: Readonly<Record<string, string>> = {
  '1m': 'ONE_MINUTE',
  '5m': 'FIVE_MINUTE',
  '15m': 'FIFTEEN_MINUTE',
  '30m': 'THIRTY_MINUTE',
  '1h': 'ONE_HOUR',
  '2h': 'TWO_HOUR',
  '4h': 'FOUR_HOUR',
  '6h': 'SIX_HOUR',
  '1d': 'ONE_DAY',
}

/** https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/rest-api: public product candles */
export const coinbaseAdvanced: CandleSource = {
  name: 'coinbase-advanced',
  title: 'Coinbase Advanced',
  version: 1,
  address: 'https://api.coinbase.com',
  otherAddresses: [],
  limits: { requests: 10, perMs: 1000, parallel: 4 },
  // It refuses what is not less than 350.
  page: 300,
  depth: null,
  named: 'pair',
  volume: 'base',
  empty: 'omitted',
  // Answers may come from a cache.
  graceMs: 6000,
  settleMs: 10 * MINUTE_MS,
  key: null,
  timeframes: Object.keys(GRANULARITIES),
  request: ({ market, timeframe, since, until }) => ({
    // A second before the end, so that it does not matter whether the end is included.
    path: `/api/v3/brokerage/market/products/${encodeURIComponent(market)}/candles?start=${since / 1000}&end=${until / 1000 - 1}&granularity=${GRANULARITIES[timeframe]}&limit=300`,
    headers: { 'cache-control': 'no-cache' },
  }),
  judge: answer => {
    const isUnknown = answer.status === 404 || /product/i.test(answer.body.toString('utf8', 0, 300))
    if (answer.status !== 404 && !(answer.status === 400 && isUnknown)) return judgeHttp(answer)
    return { kind: 'refused', why: 'market', reason: textOf(answer) }
  },
  read: ({ body }) => ({
    candles: candlesOf(listOf(fieldOf(parseExact(body), 'candles'), '"candles"'), {
      time: 'start',
      open: 'open',
      high: 'high',
      low: 'low',
      close: 'close',
      volume: 'volume',
    }),
  }),
}
