import { MINUTE_MS } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp } from '../http/verdicts.js'
import { codeIn } from '../reading/answer-code.js'
import { fieldOf, listOf, parseStrings, textAt } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import type { CandleSource, Verdict } from '../source.js'

const INTERVALS: Readonly<Record<string, string>> = {
  '1m': '1',
  '3m': '3',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '1h': '60',
  '2h': '120',
  '4h': '240',
  '6h': '360',
  '12h': '720',
  '1d': 'D',
  '1w': 'W',
}

/** https://bybit-exchange.github.io/docs/v5/market/kline: spot, for a missing category is a perpetual. */
export const bybit: CandleSource = {
  name: 'bybit',
  title: 'Bybit spot',
  version: 1,
  address: 'https://api.bybit.com',
  otherAddresses: ['https://api.bytick.com'],
  limits: { requests: 600, perMs: 5000, parallel: 4 },
  page: 1000,
  depth: null,
  named: 'pair',
  volume: 'base',
  empty: 'flat',
  graceMs: 2000,
  settleMs: 10 * MINUTE_MS,
  key: null,
  timeframes: Object.keys(INTERVALS),
  request: ({ market, timeframe, since, until }) => ({
    path: `/v5/market/kline?category=spot&symbol=${encodeURIComponent(market)}&interval=${INTERVALS[timeframe]}&start=${since}&end=${until - 1}&limit=1000`,
  }),
  judge: answer => {
    const code = codeIn(answer, 'retCode')
    if (answer.status === 403) return judgeForbidden(code, answer)
    const verdict = judgeHttp(answer)
    return verdict.kind === 'answered' ? judgeCode(code, answer) : verdict
  },
  read: ({ body }) => {
    const json = parseStrings(body)
    const time = Number(textAt(fieldOf(json, 'time')) ?? NaN)
    const list = listOf(fieldOf(fieldOf(json, 'result'), 'list'), '"result.list"')
    const layout = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, quoteVolume: 6 }
    const candles = candlesOf(list, layout)
    return Number.isFinite(time) ? { candles, sourceTime: time } : { candles }
  },
}

/** Too many requests of an address are a ban of ten minutes; a page by the network is a closed region. */
function judgeForbidden(code: string | undefined, { body }: Answer): Verdict {
  const text = body.toString('utf8', 0, 1000)
  if (code === '10006' || /too frequent/i.test(text)) {
    return { kind: 'banned', ms: 10 * MINUTE_MS, reason: 'access too frequent (403)' }
  }
  return { kind: 'refused', why: 'blocked', reason: 'not served to this region (403)' }
}

function judgeCode(code: string | undefined, answer: Answer): Verdict {
  if (code === undefined || code === '0') return { kind: 'answered' }
  const reason = `${codeIn(answer, 'retMsg') ?? ''} (code ${code})`.trim()
  if (code === '10006') return judgeHttp({ ...answer, status: 429 })
  if (code === '10001') return { kind: 'refused', why: 'market', reason }
  if (code === '10016') return { kind: 'retry', reason }
  return { kind: 'refused', why: 'request', reason }
}
