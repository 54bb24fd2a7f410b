import { valueFlag } from './flags.js'

/** How a feed is watched, whoever watches it. */
export const FEED_FLAGS = {
  quotes: valueFlag('Two-way quotes of this size in quote coins, from Jupiter or recorded'),
  budget: valueFlag('With --quotes: the share of the request limit that they take (default: 0.25)'),
  poll: valueFlag('Seconds between two prices of which candles are built (default: 5)'),
  store: { type: 'boolean', describe: 'Keep candles that are built of polled prices' },
  then: valueFlag('The source to follow while the first one is down'),
  stream: { type: 'boolean', describe: 'Ask as soon as the stream of the source reports a close' },
  'stream-url': valueFlag('As --stream, at another address'),
  'max-age': valueFlag('Seconds without news after which the feed is stale (default: two candles)'),
  'max-slots': valueFlag('How many slots old a price (150) or a quote (50) may be'),
} as const

/** Whom a session tells of its events. */
export const NOTIFY_FLAG = {
  notify: valueFlag('Configuration file that names who hears of events (docs/notifications.md)'),
} as const
