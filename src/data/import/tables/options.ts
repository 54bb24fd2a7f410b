import type { DecimalMark } from '../cells/numbers.js'
import type { DataSetName } from '../../../core/ports/market/candles.js'

/** What a user may say about the files of one import. What is not said must show in the file. */
export interface ImportOptions {
  readonly key: DataSetName
  readonly columns?: string | undefined
  /** `UTC`, an offset such as `+03:00`, or an IANA name, for times that name no zone. */
  readonly timeZone?: string | undefined
  /** How dates or epochs are to be read where the file leaves it open. */
  readonly timeFormat?: TimeFormat | undefined
  /** The day of files that only hold the time since midnight, `2018-04-04`. */
  readonly date?: string | undefined
  /** Whether times are the candle's open (the default) or its close. */
  readonly timeLabel?: 'open' | 'close' | undefined
  /** The volume is money, not coins: it is divided by the close. */
  readonly quoteVolume?: boolean | undefined
  /** A power of ten that prices are multiplied by. */
  readonly priceScale?: string | undefined
  /** The mark before decimals, and the one between thousands: `,` and `.`. */
  readonly decimal?: DecimalMark | undefined
  readonly thousands?: DecimalMark | undefined
  /** Conditions that a row must meet, each `column=value`. */
  readonly where?: readonly string[] | undefined
  /** The file to read of a ZIP archive that has several. */
  readonly zipFile?: string | undefined
  /** The keys that lead to the list to read in JSON that has several, `data.candles`. */
  readonly at?: string | undefined
  readonly replace?: boolean | undefined
}

export const TIME_FORMATS = ['ymd', 'dmy', 'mdy', 's', 'ms', 'us', 'ns'] as const
export type TimeFormat = (typeof TIME_FORMATS)[number]

/** Raised whenever the same file and options would be read differently than before. */
export const READER_VERSION = 2
