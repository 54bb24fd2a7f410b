import { DAY_MS } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { listOf, parseExact, textAt } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import type { CandleSource } from '../source.js'
import { ccxtName } from './ccxt-name.js'
import { ccxtClient } from './ccxt-client.js'
import { loadCcxt, type CcxtExchange } from './ccxt-package.js'

/** Longer ones open at other times at some exchanges, which the package does not say. */
const TIMEFRAMES = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h']
const PAGE = 100
const SPACING_MS = 2000

/**
 * An exchange that Assay has no adapter for, through the package ccxt of the user. Its decimals are
 * those of doubles, and what it hides of an answer stays hidden.
 * @param folder where the package is looked for first
 * @throws AppError UNKNOWN_SOURCE
 */
export async function ccxtSource(
  id: string,
  { folder, proxy }: { readonly folder: string; readonly proxy?: string | undefined },
): Promise<CandleSource> {
  const { version, exchange } = await loadCcxt(folder)
  const found = exchange(id)
  if (found.has?.fetchOHLCV !== true) {
    throw new AppError('UNKNOWN_SOURCE', `${found.name ?? id} has no candles through ccxt`, {
      hint: 'assay data sources lists those that have',
      data: { exchange: id },
    })
  }
  if (proxy !== undefined) found.httpsProxy = proxy
  return sourceOf(id, found, version)
}

function sourceOf(id: string, exchange: CcxtExchange, version: string): CandleSource {
  const name = ccxtName(id)
  return {
    name,
    title: `${exchange.name ?? id} through ccxt`,
    version: 1,
    through: { path: 'ccxt', package: `ccxt ${version}`, client: ccxtClient(exchange) },
    address: `ccxt://${name}`,
    otherAddresses: [],
    limits: { requests: 1, perMs: exchange.rateLimit ?? SPACING_MS, parallel: 1 },
    page: exchange.features?.spot?.fetchOHLCV?.limit ?? PAGE,
    depth: null,
    named: 'unified',
    volume: 'base',
    empty: 'omitted',
    graceMs: 10_000,
    settleMs: DAY_MS,
    key: null,
    timeframes: TIMEFRAMES.filter(one => one in (exchange.timeframes ?? {})),
    request: ({ market, timeframe, since, until, timeframeMs }) => ({
      path: `/candles?symbol=${encodeURIComponent(market)}&timeframe=${timeframe}&since=${since}&until=${until}&limit=${(until - since) / timeframeMs}`,
    }),
    judge: answer =>
      answer.status === 404
        ? { kind: 'refused', why: 'market', reason: textOf(answer) }
        : judgeHttp(answer),
    read: ({ body }) => {
      const rows = listOf(parseExact(body), 'of candles')
      const hasVolume = rows.some(row => textAt(listOf(row, 'in its rows')[5]) !== undefined)
      const volume = hasVolume ? 5 : null
      return { candles: candlesOf(rows, { time: 0, open: 1, high: 2, low: 3, close: 4, volume }) }
    },
  }
}
