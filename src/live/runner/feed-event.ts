import type { Millis } from '../../core/candles/time.js'
import type { MarketEvent } from '../../core/ports/market/feed.js'
import { feedName } from './feed-clocks.js'
import type { FedMarket } from './runner-input.js'
import type { SessionEvent } from './session-log.js'

/** What a feed says beside candles and quotes, as a session writes it down. */
export function feedEvent(
  of: FedMarket,
  event: Exclude<MarketEvent, { readonly kind: 'candle' | 'quote' }>,
  time: Millis,
): SessionEvent {
  const market = feedName(of)
  if (event.kind === 'switched') return { ...event, type: 'feed.switched', market, time }
  const { kind, ...said } = event
  return { ...said, type: `feed.${kind}`, market, candle: said, time }
}
