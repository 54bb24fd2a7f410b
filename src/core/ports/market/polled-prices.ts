import type { Millis } from '../../candles/time.js'

/** A price as a source told it, before anything was made of it. */
export interface PolledPrice {
  /** In dollars, as the decimal that came in. */
  readonly price: string
  /** When it was heard, UTC milliseconds by the clock of this machine. */
  readonly heardAt: Millis
  /** When it was made by the slot of the chain, UTC milliseconds. */
  readonly madeAt: Millis
  /** The slot of the chain at which it was made; null where that is not said. */
  readonly slot: number | null
}

/** Polled prices, which cannot be asked for again: candles can be built anew of them. */
export interface PolledPriceRepository {
  /** Adds prices of a market. One of a time that is there already stays as it was. */
  save(symbol: string, source: string, prices: readonly PolledPrice[]): Promise<void>
}
