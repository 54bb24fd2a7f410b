import { baseUnits, type BaseUnits } from '../../core/account/money.js'
import type { Millis } from '../../core/candles/time.js'

/** How swaps are tried, and what is refused before anything is signed. */
export interface SwapPolicy {
  /** How much less than quoted a transaction may bring, bps; never less than the order's least. */
  readonly slippageBps: number
  /** How much less than at the price of its decision an order may bring, bps; a limit order's price allows none. */
  readonly referenceBps: number
  /** How far below an independent price a quote may be, bps. */
  readonly priceToleranceBps: number
  /** Transactions that an order may have, one after the other. */
  readonly attemptsMax: number
  /** Failures in a row on the way to a transaction. */
  readonly triesMax: number
  /** A quote that is older is not signed. */
  readonly quoteAgeMs: Millis
  readonly quoteAgeSlots: number
  /** An order that was decided longer ago gets no new transaction. */
  readonly decisionAgeMs: Millis
  /** Network and priority fee of one transaction, lamports. */
  readonly feeMax: BaseUnits
  /** Lamports that no order spends: they pay for fees and accounts. */
  readonly solFloor: BaseUnits
  /** A swap that is worth less is not made, units of the quote token. */
  readonly worthMin: BaseUnits
  /** Between two looks at an open transaction. */
  readonly pollMs: Millis
  /** Between two looks at fills that are not final. */
  readonly finalityMs: Millis
  /** Between two sendings of the same bytes. */
  readonly resendMs: Millis
  /** After so long without an end an order is called unknown; it is driven on all the same. */
  readonly unknownAfterMs: Millis
}

export const SWAP_POLICY: SwapPolicy = {
  slippageBps: 30,
  referenceBps: 100,
  priceToleranceBps: 150,
  attemptsMax: 3,
  triesMax: 5,
  quoteAgeMs: 3_000,
  quoteAgeSlots: 20,
  decisionAgeMs: 120_000,
  feeMax: baseUnits(200_000n),
  solFloor: baseUnits(20_000_000n),
  worthMin: baseUnits(0n),
  pollMs: 500,
  finalityMs: 2_000,
  resendMs: 800,
  unknownAfterMs: 60_000,
}
