import { TIME_FORMATS } from '../../data/import/tables/options.js'
import type { Optional } from '../options/options.js'

/** How unclear times may be read. */
export const IMPORT_TIME_FORMATS: readonly string[] = TIME_FORMATS

/** Files of candles that are to be stored under a symbol and a timeframe. */
export type ImportOptions = {
  readonly files: readonly string[]
  readonly symbol: string
  readonly timeframe: string
} & Optional<{
  /** Columns in order, or `role=name,...`. */
  columns: string
  /** Zone of times that name none. */
  timeZone: string
  timeFormat: string
  /** Whether times name the open or the close of a candle. */
  timeLabel: string
  /** Day of a file that holds milliseconds since midnight. */
  date: string
  /** Volume is money. */
  quoteVolume: boolean
  priceScale: string
  /** The mark before decimals, `,` or `.`, and the one between thousands. */
  decimal: string
  thousands: string
  /** Conditions that rows must meet, each `column=value`. */
  where: readonly string[]
  /** The file to read of a ZIP archive that has several. */
  zipFile: string
  /** The keys that lead to the list to read in JSON that has several. */
  at: string
  /** Let the files win over stored candles. */
  replace: boolean
}>
