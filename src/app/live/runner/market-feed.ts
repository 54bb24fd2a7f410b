import type { SessionRequest } from '../../../backtest/portfolio/session-request.js'
import { splitSymbol } from '../../../core/candles/symbols.js'
import { timeframeName, type Millis } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { MarketEvent } from '../../../core/ports/market/feed.js'
import type { HttpClient, OpenStream } from '../../../data/sources/http/http-client.js'
import { textOption } from '../../options/options.js'
import { liveFeed } from '../../sources/feeds/live-feed.js'
import { DEFAULT_SOURCE } from '../../sources/fetch-plan.js'
import type { WatchCandlesOptions } from '../../sources/feeds/watch-options.js'
import type { Workspace } from '../../workspace/compose.js'

/** How feeds are reached and watched: the options of `assay data watch`, but for what is watched. */
export type FeedOptions = Omit<
  WatchCandlesOptions,
  'symbol' | 'timeframe' | 'source' | 'since' | 'until' | 'replay' | 'speed' | 'candles'
>

/** The candles of a market at a source, as they close. */
export interface FeedTerms {
  readonly source: string
  /** With or without its source. */
  readonly symbol: string
  readonly timeframeMs: Millis
  /** Open of the first candle; those that have closed since come first, as past ones. */
  readonly from: Millis
}

export interface FeedWorld {
  readonly http: HttpClient
  readonly stream?: OpenStream
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Opens a feed. What does not hold is found before the first candle is asked for.
 * @throws AppError UNKNOWN_SOURCE, UNKNOWN_MARKET, INVALID_TIMEFRAME, SOURCE_KEY, SOURCE_PAUSED
 */
export async function openFeed(
  workspace: Workspace,
  { source, symbol: name, timeframeMs, from }: FeedTerms,
  options: FeedOptions,
  world: FeedWorld,
): Promise<AsyncIterator<MarketEvent>> {
  const { symbol } = splitSymbol(name)
  const timeframe = timeframeName(timeframeMs)
  const watched = { ...options, symbol, timeframe, source, since: new Date(from) }
  const feed = await liveFeed(workspace, watched, world)
  return feed[Symbol.asyncIterator]()
}

/**
 * The source of a session's candles: the one that is named, that of its symbols, or Binance.
 * @throws AppError USAGE where its symbols have several, and none is named
 */
export function feedOf({ runs }: SessionRequest, options: { readonly feed?: unknown }): string {
  const named = textOption(options, 'feed')
  if (named !== undefined) return named
  const sources = runs.map(({ symbol, source }) => splitSymbol(symbol).source ?? source)
  const [first, ...others] = [...new Set(sources.filter(source => source !== undefined))]
  if (others.length === 0) return first ?? DEFAULT_SOURCE
  throw new AppError(
    'USAGE',
    `the symbols have candles of ${first} and ${others.join(', ')}; a session follows one source`,
    { hint: 'name it: --feed NAME (assay data sources)' },
  )
}
