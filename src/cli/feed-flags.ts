const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const

/** How a feed is watched, whoever watches it. */
export const FEED_FLAGS = {
  quotes: text('Two-way quotes of this size in quote coins, from Jupiter or as recorded'),
  budget: text('With --quotes: the share of the request limit that they take (default: 0.25)'),
  poll: text('Seconds between two prices of which candles are built (default: 5)'),
  store: { type: 'boolean', describe: 'Keep candles that are built of polled prices' },
  then: text('The source that is followed while the first one is out'),
  stream: { type: 'boolean', describe: 'Ask at once where the stream of the source tells a close' },
  'stream-url': text("As --stream, at another address than the source's own"),
  'max-age': text('Seconds without anything new that are too many (default: two candles)'),
  'max-slots': text('Slots of the chain that a price (150) or a quote (50) may be old'),
} as const

/** Whom a session tells of its events. */
export const NOTIFY_FLAG = {
  notify: text('Configuration file that says whom to tell of events (docs/notifications.md)'),
} as const
