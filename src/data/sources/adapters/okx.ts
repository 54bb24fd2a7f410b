import { MINUTE_MS } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp } from '../http/verdicts.js'
import { codeIn } from '../reading/answer-code.js'
import { fieldOf, listOf, parseStrings } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import type { CandleSource, Verdict } from '../source.js'

/** From six hours on, a bar without `utc` opens at midnight in Hong Kong. */
const BARS: Readonly<Record<string, string>> = {
  '1m': '1m',
  '3m': '3m',
  '5m': '5m',
  '15m': '15m',
  '30m': '30m',
  '1h': '1H',
  '2h': '2H',
  '4h': '4H',
  '6h': '6Hutc',
  '12h': '12Hutc',
  '1d': '1Dutc',
}

/** https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-candlesticks-history */
export const okx: CandleSource = {
  name: 'okx',
  title: 'OKX spot',
  version: 1,
  address: 'https://www.okx.com',
  otherAddresses: [],
  limits: { requests: 20, perMs: 2000, parallel: 4 },
  page: 100,
  depth: null,
  named: 'pair',
  volume: 'base',
  empty: 'flat',
  graceMs: 2000,
  settleMs: 10 * MINUTE_MS,
  key: null,
  timeframes: Object.keys(BARS),
  // `after` is older than, `before` newer than, neither included.
  request: ({ market, timeframe, since, until }) => ({
    path: `/api/v5/market/history-candles?instId=${encodeURIComponent(market)}&bar=${BARS[timeframe]}&after=${until}&before=${since - 1}&limit=100`,
  }),
  judge: answer => {
    const code = codeIn(answer, 'code')
    if (code === '50011') return judgeHttp({ ...answer, status: 429 })
    const verdict = judgeHttp(answer)
    return verdict.kind === 'answered' ? judgeCode(code, answer) : verdict
  },
  read: ({ body }) => ({
    candles: candlesOf(listOf(fieldOf(parseStrings(body), 'data'), '"data"'), {
      time: 0,
      open: 1,
      high: 2,
      low: 3,
      close: 4,
      volume: 5,
      quoteVolume: 7,
      closed: { at: 8, text: '1' },
    }),
  }),
}

function judgeCode(code: string | undefined, answer: Answer): Verdict {
  if (code === undefined || code === '0') return { kind: 'answered' }
  const reason = `${codeIn(answer, 'msg') ?? ''} (code ${code})`.trim()
  if (code === '51001') return { kind: 'refused', why: 'market', reason }
  if (code === '50001') return { kind: 'retry', reason }
  return { kind: 'refused', why: 'request', reason }
}
