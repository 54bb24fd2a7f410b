import { valueFlag } from './flags.js'

/** How a feed is watched, whoever watches it. */
export const FEED_FLAGS = {
  quotes: valueFlag('Two-way quotes of this size in quote coins, from Jupiter or as recorded'),
  budget: valueFlag('With --quotes: the share of the request limit that they take (default: 0.25)'),
  poll: valueFlag('Seconds between two prices of which candles are built (default: 5)'),
  store: { type: 'boolean', describe: 'Keep candles that are built of polled prices' },
  then: valueFlag('The source that is followed while the first one is out'),
  stream: { type: 'boolean', describe: 'Ask at once where the stream of the source tells a close' },
  'stream-url': valueFlag("As --stream, at another address than the source's own"),
  'max-age': valueFlag('Seconds without anything new that are too many (default: two candles)'),
  'max-slots': valueFlag('Slots of the chain that a price (150) or a quote (50) may be old'),
} as const

/** Whom a session tells of its events. */
export const NOTIFY_FLAG = {
  notify: valueFlag('Configuration file that says whom to tell of events (docs/notifications.md)'),
} as const
