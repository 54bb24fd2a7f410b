import { splitSymbol } from '../../core/candles/symbols.js'
import { timeframeMs, timeframeName, type Millis } from '../../core/candles/time.js'
import type { Clock } from '../../core/ports/clock.js'
import type { FeedEvent } from '../../core/ports/feed.js'
import type { HttpClient } from '../../data/sources/http/http-client.js'
import { pollFeed } from '../../data/sources/feed/poll-feed.js'
import { Asker, AskError } from '../../data/sources/fetch/asker.js'
import { sourceNamed } from '../../data/sources/sources.js'
import { marketAt } from '../../data/sources/symbols/symbol-map.js'
import { stopError } from '../sources/fetch-candles.js'
import type { ReachOptions } from '../sources/fetch-options.js'
import { requireTimeframe } from '../sources/fetch-plan.js'
import { reachOf } from '../sources/reach.js'
import type { Workspace } from '../workspace/compose.js'

/** The candles of a market at a source, as they close. */
export interface CandleFeedTerms {
  readonly source: string
  /** With or without its source. */
  readonly symbol: string
  readonly timeframeMs: Millis
  /** Open of the first candle; those that have closed since come first, as past ones. */
  readonly from: Millis
}

export interface FeedWorld {
  readonly http: HttpClient
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Opens a feed of candles. What does not hold is found before the first is asked for.
 * @throws AppError UNKNOWN_SOURCE, UNKNOWN_MARKET, INVALID_TIMEFRAME, SOURCE_KEY
 */
export async function candleFeed(
  workspace: Workspace,
  terms: CandleFeedTerms,
  options: ReachOptions,
  { http, clock, signal }: FeedWorld,
): Promise<AsyncGenerator<FeedEvent>> {
  const { symbol } = splitSymbol(terms.symbol)
  const source = sourceNamed(terms.source)
  const { names, entry } = marketAt(await workspace.symbols(), symbol, source.name)
  const timeframe = timeframeName(terms.timeframeMs)
  requireTimeframe(source, timeframe)
  const reach = reachOf(source, options, workspace.environment)
  const market = names[names.length - 1]!.name
  const fetches = await workspace.fetches()
  const asker = new Asker({
    ...reach,
    http,
    clock,
    limits: source.limits,
    onPause: (host, pause) => fetches.pause(host, pause),
    onRemark: message => workspace.output.log(message),
  })
  const request = {
    source,
    market,
    base: entry.base.mint,
    timeframe,
    timeframeMs: timeframeMs(timeframe),
    from: terms.from,
  }
  return told(pollFeed(request, { asker, clock, signal }), error =>
    stopError({ source, market, reach }, error),
  )
}

async function* told(
  feed: AsyncGenerator<FeedEvent>,
  errorOf: (error: AskError) => Error,
): AsyncGenerator<FeedEvent> {
  try {
    yield* feed
  } catch (error) {
    throw error instanceof AskError ? errorOf(error) : error
  }
}
