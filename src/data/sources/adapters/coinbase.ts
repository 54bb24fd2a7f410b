import { MINUTE_MS, timeframeMs } from '../../../core/candles/time.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { listOf, parseExact } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import type { CandleSource } from '../source.js'

/** https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles */
export const coinbase: CandleSource = {
  name: 'coinbase',
  title: 'Coinbase Exchange',
  version: 1,
  address: 'https://api.exchange.coinbase.com',
  otherAddresses: [],
  limits: { requests: 10, perMs: 1000, parallel: 4 },
  page: 300,
  depth: null,
  named: 'pair',
  volume: 'base',
  empty: 'omitted',
  // Answers may come from a cache of five seconds.
  graceMs: 6000,
  settleMs: 10 * MINUTE_MS,
  key: null,
  timeframes: ['1m', '5m', '15m', '1h', '6h', '1d'],
  request: ({ market, timeframe, since, until, timeframeMs: lengthMs }) => {
    const [start, end] = [new Date(since).toISOString(), new Date(until - lengthMs).toISOString()]
    const seconds = timeframeMs(timeframe) / 1000
    return {
      path: `/products/${encodeURIComponent(market)}/candles?granularity=${seconds}&start=${start}&end=${end}`,
    }
  },
  judge: answer => {
    if (answer.status !== 404) return judgeHttp(answer)
    return { kind: 'refused', why: 'market', reason: textOf(answer) }
  },
  read: ({ body }) => ({
    candles: candlesOf(listOf(parseExact(body), 'of candles'), {
      time: 0,
      low: 1,
      high: 2,
      open: 3,
      close: 4,
      volume: 5,
    }),
  }),
}
