import type { MarketEvent } from '../../core/ports/market/feed.js'
import { systemClock, type Clock } from '../../data/sources/clock.js'
import { isOn, numberOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { liveFeed } from './feeds/live-feed.js'
import { storedFeed } from './feeds/stored-feed.js'
import type { WatchCandlesOptions } from './feeds/watch-options.js'
import { withHttp } from './reach.js'

export type { WatchCandlesOptions } from './feeds/watch-options.js'

export interface WatchWorld {
  readonly signal: AbortSignal
  readonly onEvent: (event: MarketEvent) => void
  readonly clock?: Clock
}

const CANDLES_MAX = 1e9

/**
 * Follows candles as they close, or stored ones as they were, with quotes between them where they
 * are asked for.
 * @returns how many candles there were
 * @throws AppError as `planFetches`; FETCH_FAILED where no further request will do; SOURCE_PAUSED,
 *   NO_CANDLES, NO_QUOTES
 */
export async function watchCandles(
  workspace: Workspace,
  options: WatchCandlesOptions,
  { signal, onEvent, clock = systemClock }: WatchWorld,
): Promise<number> {
  const most =
    numberOption(options, 'candles', { min: 1, max: CANDLES_MAX, whole: true }) ?? Infinity
  // What goes on beside the candles ends with them.
  const stop = new AbortController()
  const ended = AbortSignal.any([signal, stop.signal])
  let count = 0
  const take = async (feed: Promise<AsyncIterable<MarketEvent>>): Promise<void> => {
    for await (const event of await feed) {
      onEvent(event)
      if (event.kind === 'candle' && ++count >= most) return
    }
  }
  try {
    const world = { clock, signal: ended }
    if (isOn(options, 'replay')) await take(storedFeed(workspace, options, world))
    else
      await withHttp(options, (http, stream) =>
        take(liveFeed(workspace, options, { ...world, http, stream })),
      )
  } finally {
    stop.abort()
  }
  return count
}
