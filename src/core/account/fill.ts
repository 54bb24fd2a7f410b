/**
 * A fill on its way from the broker to the books: one a leg, written anew for each fill. Numbers go
 * from call to call in its fields, because V8 boxes those that are passed as arguments.
 */
export class Fill {
  /** Open time and index of the candle that it falls in. */
  time = 0
  index = 0
  /** Base units, above 0. */
  size = 0
  /** What was filled, slippage included, and the price before it. */
  price = 0
  reference = 0
  fee = 0
  txCost = 0
  slippage = 0
  /** For an exit: index into EXIT_REASONS. */
  reason = 0
  ambiguous = false
}
