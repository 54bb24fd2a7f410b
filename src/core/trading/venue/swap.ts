import type { Market } from '../../account/market.js'
import {
  baseFor,
  baseUnits,
  formatUnits,
  leastOf,
  quoteFor,
  soldUnits,
  spendUnits,
  tokensOf,
  withinBalance,
  type BaseUnits,
  type Token,
  type TokenPair,
} from '../../account/money.js'
import { assert } from '../../assert.js'
import { AppError } from '../../errors.js'
import type { Millis } from '../../candles/time.js'
import type { Approved } from '../../risk/guard.js'
import type { VenueFill } from './broker.js'
import type { VenueOrder } from './venue-order.js'

/** An order as a swap of two tokens: exact in what it gives, with a least of what it takes. */
export interface Swap {
  /** Id of the order. */
  readonly order: string
  /** Whether the order buys or sells base. */
  readonly side: VenueOrder['side']
  /** The token that leaves the wallet. */
  readonly gives: Token
  /** The token that comes in. */
  readonly takes: Token
  /** What is given, units of `gives`; above 0, and no more than the wallet holds. */
  readonly amount: BaseUnits
  /** The swap must fail where it would bring less than this, units of `takes`. */
  readonly least: BaseUnits
}

/** What limits a swap beside its order. */
export interface SwapTerms {
  /** The tokens of the market. */
  readonly pair: TokenPair
  /** What the wallet holds of the token that is given. */
  readonly balance: BaseUnits
  /** How much less than at the order's price a market order may bring, bps; a limit order's price allows none. */
  readonly slippageBps: number
}

/**
 * The swap that an order asks of a venue: a purchase gives its spend, a sale its size, both rounded
 * down to whole units and cut to the balance. Null where that leaves nothing to give.
 */
export function swapOf(
  order: Approved<VenueOrder>,
  { pair, balance, slippageBps }: SwapTerms,
): Swap | null {
  const isBuy = order.side === 'buy'
  const { base, quote } = pair
  const asked = isBuy ? spendUnits(order.spend, quote) : soldUnits(order.size, base)
  const amount = withinBalance(asked, balance)
  if (amount === 0n) return null
  const price = order.kind === 'limit' ? order.price! : order.reference
  const expected = (isBuy ? baseFor : quoteFor)(amount, price, pair, 'up')
  return {
    order: order.id,
    side: order.side,
    gives: isBuy ? quote : base,
    takes: isBuy ? base : quote,
    amount,
    least: order.kind === 'limit' ? expected : leastOf(expected, slippageBps),
  }
}

/** What the chain says that a swap has done. */
export interface SwapResult {
  /** Units of `gives` that have left the wallet. */
  readonly given: BaseUnits
  /** Units of `takes` that have come in. */
  readonly taken: BaseUnits
  /** Cost of the transaction, tokens of the quote. */
  readonly txCost: number
  /** When it landed, as the chain says, UTC milliseconds. */
  readonly time: Millis
}

/** A swap that has landed as the session hears of it: booked is what the chain says, not what was asked. */
export function fillOf(swap: Swap, { given, taken, txCost, time }: SwapResult): VenueFill {
  assert(given > 0n && taken > 0n, 'a swap that landed has moved nothing')
  assert(given <= swap.amount, 'a swap gave more than was signed')
  assert(taken >= swap.least, 'a swap brought less than was signed')
  const [gave, took] = [tokensOf(given, swap.gives), tokensOf(taken, swap.takes)]
  const [size, value] = swap.side === 'buy' ? [took, gave] : [gave, took]
  return { kind: 'fill', order: swap.order, size, price: value / size, fee: 0, txCost, time }
}

/**
 * Refuses a market whose quantities its base token cannot hold.
 * @throws AppError INVALID_SETTING where the step is no whole number of base units
 */
export function checkStep({ symbol, step }: Market, { base }: TokenPair): void {
  const units = soldUnits(step, base)
  if (units > 0n && tokensOf(units, base) === step) return
  const unit = formatUnits(baseUnits(1n), base)
  throw new AppError(
    'INVALID_SETTING',
    `the step ${step} of ${symbol} is no multiple of ${unit}, the smallest amount of ${base.symbol}`,
    { hint: `set a step of ${unit} or a multiple of it` },
  )
}
