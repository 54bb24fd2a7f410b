/**
 * A fill on its way from the broker to the books: one a leg, written anew for each fill. Numbers go
 * from call to call in its fields, because V8 boxes those that are passed as arguments.
 */
export class Fill {
  /** Open time and index of the candle that it falls in. */
  time = 0
  index = 0
  /** 1 buys, -1 sells. */
  side = 1
  /** Base units, above 0. */
  size = 0
  /** What was filled, slippage included, and the price before it. */
  price = 0
  reference = 0
  fee = 0
  txCost = 0
  slippage = 0
  /** Index into EXIT_REASONS; of an entry `signal` or `order`. */
  reason = 0
  tag: string | null = null
  /** Whether it waited in the book and was met there. */
  isMaker = false
  ambiguous = false
}
