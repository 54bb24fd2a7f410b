import type { Candles } from '../../candles/candles.js'
import type { Millis } from '../../candles/time.js'
import type { Fetched, FetchNotes } from './coverage.js'

/** A stored series of candles, and the hash of its columns. */
export interface DataSet {
  /** Name of the market. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
  /** Where the candles come from: the name of a source, or `file` for what was imported. */
  readonly source: string
  /** How many candles. */
  readonly count: number
  /** Open time of the first candle. */
  readonly first: Millis
  /** Open time of the last candle. */
  readonly last: Millis
  /** SHA-256 of the columns; equal data has an equal hash, on every machine. */
  readonly dataHash: string
  /** The newest fetch of these candles; null where none was fetched. */
  readonly fetched: Fetched | null
}

/** How a data set is called for: a symbol, or a symbol with its source as in `SOL-USDC@binance`. */
export interface DataSetName {
  /** Name of the market, with or without a source. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
}

/** Names one data set: sources of one market stand side by side. */
export interface DataSetKey {
  /** Name of the market. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
  /** Where the candles come from: the name of a source, or `file` for what was imported. */
  readonly source: string
}

/** Half-open: `since` inclusive, `until` exclusive. */
export interface TimeRange {
  /** Open time of the first candle wanted; all from the beginning where absent. */
  readonly since?: Millis
  /** Open time before which candles are wanted; all to the end where absent. */
  readonly until?: Millis
}

/** A candle as stored, its numbers as the decimals that came in. */
export interface CandleRow {
  /** Its open, UTC milliseconds. */
  readonly time: Millis
  /** First price, as the decimal that came in. */
  readonly open: string
  /** Highest price, as the decimal that came in. */
  readonly high: string
  /** Lowest price, as the decimal that came in. */
  readonly low: string
  /** Last price, as the decimal that came in. */
  readonly close: string
  /** Null where the source has no volume. */
  readonly volume: string | null
}

/** Candles already encoded for storing, so that a large import makes no object per candle. */
export interface EncodedCandles {
  /** How many candles. */
  readonly count: number
  /** Rows of a COPY, as text. */
  readonly bytes: Uint8Array
}

/** What a change of one data set may do. Nothing of it is visible before the change returns. */
export interface CandleWriter {
  /** The data set before the change; undefined where there is none. */
  readonly before: DataSet | undefined
  /** The candles before the change. */
  stored(): Promise<Candles>
  /** Adds candles, of times at which none is stored. */
  append(candles: EncodedCandles): Promise<void>
  /** Removes the candles of these open times. */
  removeTimes(times: Float64Array): Promise<void>
  /** Notes that a file has been imported, to recognise it when it comes again. */
  noteImport(note: ImportNote): void
  /** Notes in the same change what was asked of a source, and what became of it. */
  noteFetches(fetches: FetchNotes): void
}

/** An imported file: importing it again changes nothing while the data set's hash is the same. */
export interface ImportNote {
  /** SHA-256 of the file and of everything else that decides what is read from it. */
  readonly key: string
  /** What the import said of the file, as plain JSON. */
  readonly summary: unknown
}

/** What a repair has found: the data set as it was noted, and as it is. */
export interface DataRepair {
  /** What was noted of it. */
  readonly before: DataSet | undefined
  /** What is noted of it now. */
  readonly after: DataSet | undefined
}

/** The record of a repair. */
export interface RepairNote {
  /** ISO 8601, UTC. */
  readonly repairedAt: string
  /** Hash that was noted before; null where nothing was. */
  readonly from: string | null
  /** The hash that holds since. */
  readonly to: string
}

/** Candles, kept with their decimals. */
export interface CandleRepository {
  /** All data sets, by symbol, timeframe and source. */
  list(): Promise<readonly DataSet[]>
  /** One data set; undefined where there is none. */
  find(key: DataSetKey): Promise<DataSet | undefined>
  /**
   * All its candles, ascending in time.
   * @throws AppError DATA_CHANGED where they do not have the hash that is noted of them
   */
  load(key: DataSetKey): Promise<Candles>
  /** Exact decimals in time order, a page at a time. */
  rows(key: DataSetKey, range?: TimeRange): AsyncIterable<readonly CandleRow[]>
  /**
   * Changes a data set in one transaction: all of it or nothing. `change` returns the columns as
   * they are afterwards; one change of a data set runs at a time.
   */
  write(
    key: DataSetKey,
    change: (writer: CandleWriter) => Promise<Candles>,
  ): Promise<DataSet | undefined>
  /** Removes a data set; the number of candles removed. */
  remove(key: DataSetKey): Promise<number>
  /**
   * The summary noted with an import, where the data set is still as that import left it.
   * @throws AppError DATA_CHANGED where its candles are not what is noted of them
   */
  findImport(key: DataSetKey, importKey: string): Promise<unknown>
  /**
   * Takes the candles that stand there as new data, and keeps a record of it.
   * @throws AppError CHECK_FAILED where they are no candles
   */
  repair(key: DataSetKey): Promise<DataRepair>
  /** When what stands there was taken as new data, oldest first. */
  repairs(key: DataSetKey): Promise<readonly RepairNote[]>
}
