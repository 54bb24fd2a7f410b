import { DAY_MS } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import { judgeHttp } from '../http/verdicts.js'
import { fieldOf, listOf, parseExact, textAt, type ExactJson } from '../reading/exact-json.js'
import { candlesOf, type RowLayout } from '../reading/rows.js'
import { PageError, type CandleSource, type Verdict } from '../source.js'

/** The field before the volume is the volume-weighted average price. */
const LAYOUT: RowLayout = { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 6 }

/** https://docs.kraken.com/api/docs/rest-api/get-ohlc-data: the newest 720 candles, whatever is asked. */
export const kraken: CandleSource = {
  name: 'kraken',
  title: 'Kraken spot',
  version: 1,
  address: 'https://api.kraken.com',
  otherAddresses: [],
  limits: { requests: 1, perMs: 1000, parallel: 1 },
  page: 720,
  depth: 720,
  named: 'pair',
  volume: 'base',
  empty: 'flat',
  graceMs: 10_000,
  settleMs: DAY_MS,
  key: null,
  timeframes: ['1m', '5m', '15m', '30m', '1h', '4h', '1d'],
  request: ({ market, timeframeMs, since }) => ({
    path: `/0/public/OHLC?pair=${encodeURIComponent(market)}&interval=${timeframeMs / 60_000}&since=${since / 1000 - 1}`,
  }),
  judge: answer => {
    const verdict = judgeHttp(answer)
    return verdict.kind === 'answered' ? judgeErrors(answer) : verdict
  },
  read: ({ body }) => {
    const result = fieldOf(parseExact(body), 'result')
    // The key is the pair's own name at Kraken, not always the one that was asked.
    const pairs = Object.entries(Object(result) as Record<string, ExactJson>).filter(
      ([name]) => name !== 'last',
    )
    if (pairs.length !== 1) throw new PageError(`the answer has ${pairs.length} pairs`)
    return { candles: candlesOf(listOf(pairs[0]![1], 'of candles'), LAYOUT) }
  },
}

/** Errors come with status 200, as a list of texts. */
function judgeErrors({ body }: Answer): Verdict {
  const head = body.toString('utf8', 0, 400)
  if (/^\s*\{\s*"error"\s*:\s*\[\s*\]/.test(head)) return { kind: 'answered' }
  const errors = listOf(fieldOf(errorsIn(body), 'error'), 'of errors')
  const text = textAt(errors[0]) ?? ''
  if (text === '') return { kind: 'answered' }
  if (/^EQuery:Unknown asset pair/.test(text)) {
    return { kind: 'refused', why: 'market', reason: text }
  }
  if (/Too many requests|Rate limit/.test(text)) return { kind: 'wait', ms: null, reason: text }
  if (text.startsWith('EService')) return { kind: 'retry', reason: text }
  return { kind: 'refused', why: 'request', reason: text }
}

function errorsIn(body: Buffer): ExactJson | undefined {
  try {
    const json = parseExact(body)
    return fieldOf(json, 'error') === undefined ? { error: [] } : json
  } catch {
    return { error: [] }
  }
}
