import type { BaseUnits } from '../../core/account/money.js'
import type { Millis } from '../../core/candles/time.js'
import type { Reply } from '../reply.js'

/** What is to be swapped: an exact amount of one mint for another. */
export interface QuoteRequest {
  readonly givesMint: string
  readonly takesMint: string
  /** Units of `givesMint`. */
  readonly amount: BaseUnits
  /** How much less than quoted the swap may bring, bps. */
  readonly slippageBps: number
}

/** A price for exactly that amount. */
export interface SwapQuote extends QuoteRequest {
  /** What it would bring now, units of `takesMint`. */
  readonly out: BaseUnits
  /** The slot that the price is of; null where it is not told. */
  readonly slot: number | null
  /** When it was asked for, UTC milliseconds. */
  readonly askedAt: Millis
  /** The answer itself, all of it: the transaction is built from it. */
  readonly raw: unknown
}

export interface BuildTerms {
  readonly wallet: string
  /** The priority fee may be no more, lamports. */
  readonly priorityMax: BaseUnits
}

/** An unsigned transaction. */
export interface BuiltSwap {
  readonly bytes: Uint8Array
  /** The last block height at which it can land, as the venue says. */
  readonly lastValidHeight: number
}

/** Where swaps are priced and built; they are sent to the chain itself. */
export interface SwapVenue {
  quote(request: QuoteRequest): Promise<Reply<SwapQuote>>
  build(quote: SwapQuote, terms: BuildTerms): Promise<Reply<BuiltSwap>>
}

/** Prices of tokens in dollars, by mint: a token without a reliable price is left out. */
export interface PriceSource {
  prices(mints: readonly string[]): Promise<Reply<ReadonlyMap<string, number>>>
}

/** The least that a swap brings which is built from a quote, as its program computes it. */
export function thresholdOf({ out, slippageBps }: Pick<SwapQuote, 'out' | 'slippageBps'>): bigint {
  return (out * BigInt(10_000 - slippageBps)) / 10_000n
}
