/** One of the two coins of a symbol. */
export interface Coin {
  readonly symbol: string
  /** Its mint account on Solana. */
  readonly mint?: string
  /** Digits of its base unit on Solana. */
  readonly decimals?: number
}

/** A name that a market has, or had for a while. Times are ISO 8601; `until` is exclusive. */
export interface DatedName {
  readonly name: string
  readonly from?: string
  readonly until?: string
}

/** What a symbol is called at its sources. */
export interface SymbolEntry {
  readonly base: Coin
  readonly quote: Coin
  /**
   * The market's name by source: a pair, a product, a pool or a mint account; several where it was
   * renamed.
   */
  readonly sources: Readonly<Record<string, string | readonly DatedName[]>>
  /** The source that the symbol alone stands for, where candles of several are stored. */
  readonly default?: string
}

/** The address of an account on Solana, as far as its letters tell. */
export const ACCOUNT_ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/
