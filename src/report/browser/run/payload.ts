/** What the page's script is handed: a header as JSON, and one block a column, a plane of it a line. */
export interface Payload {
  readonly symbol: string
  readonly timeframeMs: number
  /** Open time of the first candle, UTC milliseconds. */
  readonly firstTime: number
  readonly candles: number
  readonly capital: number
  /** Price of buy-and-hold's entry. */
  readonly firstOpen: number
  /** Decimals that prices are shown with. */
  readonly priceDigits: number
  /** Whether open, high, low and close are stored against each other (`restorePrices`). */
  readonly linkedPrices: boolean
  /** Candle in which the account stopped, and why; null where it traded to the end. */
  readonly stop: { readonly index: number; readonly name: string } | null
  /** Whether equity is best shown by logarithms at first. */
  readonly startsLog: boolean
  readonly strategies: readonly string[]
  readonly reasons: readonly string[]
  /** Indicator columns, in the order of the blocks `indicator-0`, `indicator-1`, ... */
  readonly indicators: readonly { readonly strategy: number; readonly name: string }[]
  readonly trades: number
  readonly columns: readonly PackedColumn[]
}

/**
 * How a column is written.
 * - `delta`: whole numbers `value * scale`, each against the one before, zigzag.
 * - `plain`: whole numbers `value * scale`, zigzag.
 * - `float32`, `float64`: IEEE bits; planes that are missing are zero.
 */
export type Coding = 'delta' | 'plain' | 'float32' | 'float64'

/** A column cut into planes of one byte a value, so that like bytes compress together. */
export interface PackedColumn {
  readonly id: string
  readonly length: number
  readonly coding: Coding
  readonly scale: number
  /** From the least significant byte for whole numbers, from the most significant for floats. */
  readonly planes: readonly PackedPlane[]
}

export interface PackedPlane {
  readonly deflated: boolean
}

/** The code of "no value" among whole numbers. */
export const NO_VALUE = -0x8000_0000

/** Trade columns and how each is written: doubles where a reader may copy the digits. */
export const TRADE_COLUMNS = {
  entryTime: 'float64',
  exitTime: 'float64',
  entryPrice: 'float64',
  exitPrice: 'float64',
  size: 'float64',
  pnl: 'float64',
  return: 'float32',
  fees: 'float32',
  txCosts: 'float32',
  slippage: 'float32',
  mae: 'float32',
  mfe: 'float32',
  candles: 'plain',
  strategy: 'plain',
  side: 'plain',
  exitReason: 'plain',
  ambiguous: 'plain',
} as const satisfies Record<string, Coding>

export type TradeColumn = keyof typeof TRADE_COLUMNS
