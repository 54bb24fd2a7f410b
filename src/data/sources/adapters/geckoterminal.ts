import { DAY_MS, MINUTE_MS } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { fieldOf, listOf, parseExact, textAt, type ExactJson } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import { PageError, type CandleSource, type PageRequest, type Verdict } from '../source.js'

const LENGTHS: Readonly<Record<string, readonly [unit: string, count: number]>> = {
  '1m': ['minute', 1],
  '5m': ['minute', 5],
  '15m': ['minute', 15],
  '1h': ['hour', 1],
  '4h': ['hour', 4],
  '12h': ['hour', 12],
  '1d': ['day', 1],
}

/**
 * https://docs.coingecko.com/reference/pool-ohlcv-contract-address. A market is a pool; its volume
 * is in dollars, so that none is stored.
 */
export const geckoterminal: CandleSource = {
  name: 'geckoterminal',
  title: 'GeckoTerminal',
  version: 1,
  address: 'https://api.geckoterminal.com',
  otherAddresses: [],
  limits: { requests: 30, perMs: MINUTE_MS, parallel: 1 },
  // One less than the limit: whether the end is included is not said.
  page: 999,
  depth: null,
  named: 'account',
  volume: 'usd',
  empty: 'omitted',
  graceMs: 90_000,
  settleMs: DAY_MS,
  key: null,
  timeframes: Object.keys(LENGTHS),
  request: ({ market, timeframe, since, until, timeframeMs }) => {
    const [unit, count] = LENGTHS[timeframe]!
    const limit = (until - since) / timeframeMs + 1
    return {
      path: `/api/v2/networks/solana/pools/${encodeURIComponent(market)}/ohlcv/${unit}?aggregate=${count}&before_timestamp=${until / 1000}&limit=${limit}&currency=usd&token=base&include_empty_intervals=false`,
    }
  },
  judge,
  read: ({ body }, asked) => {
    const json = parseExact(body)
    requireBase(json, asked)
    const list = fieldOf(fieldOf(fieldOf(json, 'data'), 'attributes'), 'ohlcv_list')
    return {
      candles: candlesOf(listOf(list, '"data.attributes.ohlcv_list"'), {
        time: 0,
        open: 1,
        high: 2,
        low: 3,
        close: 4,
        volume: null,
      }),
    }
  },
}

function judge(answer: Answer): Verdict {
  if (answer.status === 404) return { kind: 'refused', why: 'market', reason: textOf(answer) }
  if (answer.status === 401) {
    return { kind: 'unavailable', reason: 'older than what is given without a paid plan' }
  }
  return judgeHttp(answer)
}

/** A pool has its two coins in an order of its own. */
function requireBase(json: ExactJson, { base }: PageRequest): void {
  const found = textAt(fieldOf(fieldOf(fieldOf(json, 'meta'), 'base'), 'address'))
  if (base === undefined || found === undefined || found === base) return
  throw new PageError(`the pool's base is ${found}, not ${base}`)
}
