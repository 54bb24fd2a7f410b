import { splitSymbol } from '../../../core/candles/symbols.js'
import { timeframeName, type Millis } from '../../../core/candles/time.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { MarketEvent } from '../../../core/ports/feed.js'
import type { HttpClient, OpenStream } from '../../../data/sources/http/http-client.js'
import { liveFeed } from '../../sources/feeds/live-feed.js'
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
