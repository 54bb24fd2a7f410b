import type { Indicator } from '../indicator.js'

export type Family =
  'average' | 'momentum' | 'volatility' | 'range' | 'trend' | 'volume' | 'price' | 'timeframe'

/** What is known of an indicator: the docs are generated from it and the contract is run on it. */
export interface CatalogueEntry {
  /** Its function, as it is imported. */
  readonly name: string
  /** The group that it is listed in. */
  readonly family: Family
  /** Parameters with their defaults, as they are written. */
  readonly signature: string
  /** One line. */
  readonly description: string
  /** Where the formula is explained; absent where it is Assay's own. */
  readonly formula?: string
  /** The fields of an indicator with several outputs; none where it is an indicator itself. */
  readonly outputs: readonly string[]
  /**
   * Powers by which values grow when all prices, or all volumes, are multiplied: a price has
   * 1 and 0, a ratio 0 and 0.
   */
  readonly grows: readonly [price: number, volume: number]
  /** Outputs that are ratios, where the others are not. */
  readonly ratios?: readonly string[]
  /** An example of use. */
  readonly example: () => Indicator | Readonly<Record<string, Indicator>>
}
