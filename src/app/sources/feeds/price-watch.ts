import { symbolOf } from '../../../core/candles/symbols.js'
import { timeframeMs } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { FeedEvent } from '../../../core/ports/market/feed.js'
import type { HttpClient } from '../../../data/sources/http/http-client.js'
import { PriceKeeper } from '../../../data/sources/prices/price-keeper.js'
import { priceFeed } from '../../../data/sources/prices/price-feed.js'
import { priceAdapterOf, type PriceSource } from '../../../data/sources/prices/price-source.js'
import type { SymbolEntry } from '../../../data/sources/symbols/symbol-entry.js'
import { isOn, numberOption } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import { jupiterAsker, jupiterMarket, quotedCoin } from '../jupiter.js'
import { told } from './told.js'
import type { FeedWorld, WatchCandlesOptions } from './watch-options.js'

/** Coins that count as dollars. */
const DOLLARS: readonly string[] = ['USD', 'USDC', 'USDT']
const STALE_MS = 60_000
const STALE_SLOTS = 150
/** Of the limit; what is left is for quotes. */
const SHARE = 0.5

/**
 * Candles of polled prices, which are kept where that is asked for: under a source of their own, so
 * that they never mix with candles of an exchange.
 * @throws AppError UNKNOWN_MARKET for a quote that is no dollar, SOURCE_PAUSED
 */
export async function* watchPrices(
  workspace: Workspace,
  {
    source,
    symbol,
    timeframe,
    entry,
  }: {
    readonly source: PriceSource
    readonly symbol: string
    readonly timeframe: string
    readonly entry: SymbolEntry | undefined
  },
  options: WatchCandlesOptions,
  { http, clock, signal }: FeedWorld & { readonly http: HttpClient },
): AsyncGenerator<FeedEvent> {
  const { mint } = quotedCoin(symbol, entry?.base, 'base')
  requireDollars(source, symbol, entry)
  const asker = await jupiterAsker(workspace, options, {
    http,
    clock,
    share: SHARE,
    signal,
    isFeed: true,
  })
  const lengthMs = timeframeMs(timeframe)
  const feed = priceFeed(
    {
      source: { ...source, pollMs: pollMs(options) ?? source.pollMs },
      mint,
      timeframeMs: lengthMs,
      staleMs: staleMs(options) ?? STALE_MS,
      staleSlots: staleSlots(options) ?? STALE_SLOTS,
    },
    { asker, clock, signal, onPrice: price => keeper?.hear(price) },
  )
  const key = { symbol, timeframe, source: source.name }
  const keeper = isOn(options, 'store')
    ? new PriceKeeper({
        library: workspace.candles,
        prices: await workspace.polledPrices(),
        key,
        timeframeMs: lengthMs,
        adapter: priceAdapterOf(source),
        host: asker.host,
        now: () => clock.now(),
      })
    : undefined
  try {
    for await (const event of told(feed, jupiterMarket(symbol, asker))) {
      await keeper?.take(event)
      yield event
    }
  } finally {
    await keeper?.keepPrices()
    const { prices, late, rejected, carried } = feed.counts()
    workspace.output.log(
      `${symbolOf(key)}: ${prices} prices, ${late} too late, ${rejected} rejected as jumps, ${carried} candles without one`,
    )
  }
}

/** @throws AppError INVALID_SETTING */
function pollMs(options: WatchCandlesOptions): number | undefined {
  const seconds = numberOption(options, 'poll', { min: 0.1, max: 3600 })
  return seconds && seconds * 1000
}

/** Seconds without anything new that make a feed stale, as milliseconds. @throws AppError INVALID_SETTING */
export function staleMs(options: WatchCandlesOptions): number | undefined {
  const seconds = numberOption(options, 'maxAge', { min: 1, max: 1e7 })
  return seconds && seconds * 1000
}

/** @throws AppError INVALID_SETTING */
export function staleSlots(options: WatchCandlesOptions): number | undefined {
  return numberOption(options, 'maxSlots', { min: 1, max: 1e9, whole: true })
}

function requireDollars({ title }: PriceSource, symbol: string, entry?: SymbolEntry): void {
  if (DOLLARS.includes(entry?.quote.symbol ?? '')) return
  throw new AppError(
    'UNKNOWN_MARKET',
    `${title} has prices in dollars, and the quote of ${symbol} is ${entry?.quote.symbol ?? 'not known'}`,
    { hint: `watch a market whose quote is ${DOLLARS.join(', ')}`, data: { symbol } },
  )
}
