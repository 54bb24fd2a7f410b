import type { Millis } from '../../../core/candles/time.js'
import type { DataSet, DataSetKey } from '../../../core/ports/market/candles.js'
import type { Coverage, FetchNote, RevisionNote } from '../../../core/ports/market/coverage.js'
import type { SourcePause } from '../../../core/ports/market/fetches.js'
import type { CandleLibrary } from '../../candles/candle-library.js'
import type { Interval } from '../../store/candles/coverage.js'
import type { Clock } from '../clock.js'
import type { HttpClient } from '../http/http-client.js'
import type { CandleSource } from '../source.js'
import type { AskError } from './asker.js'
import type { FetchStore } from './fetch-store.js'
import type { FetchPlan } from './plan.js'

/** What to fetch, from where. */
export interface FetchRequest {
  readonly key: DataSetKey
  readonly source: CandleSource
  /** The market's name at the source. */
  readonly market: string
  /** The address of the base coin, where the source names one. */
  readonly base: string | undefined
  readonly timeframeMs: Millis
  readonly plan: FetchPlan
  /** What was known before of the data set. */
  readonly coverage: readonly Coverage[]
  readonly address: string
  readonly archiveAddress: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly rate: number | undefined
  /** Whether candles that are final may be replaced. */
  readonly isReplacing: boolean
}

export interface FetchDependencies {
  readonly library: CandleLibrary
  readonly http: HttpClient
  readonly clock: Clock
  readonly onPause: (host: string, pause: SourcePause) => Promise<void>
  readonly onProgress: (progress: FetchProgress) => void
  readonly onRemark: (message: string) => void
}

export interface FetchProgress {
  readonly done: number
  readonly windows: number
  readonly candles: number
}

/** A stretch that was not stored, and why. */
export interface FetchFailure extends Interval {
  readonly reason: string
}

export interface FetchReport {
  readonly key: DataSetKey
  readonly counts: FetchStore['counts']
  readonly windows: Readonly<Record<FetchNote['state'], number>>
  readonly failures: readonly FetchFailure[]
  readonly conflicts: readonly RevisionNote[]
  /** What ended the fetch before all was asked. */
  readonly stopped: AskError | undefined
  /** The data set afterwards; undefined where nothing is stored. */
  readonly dataSet: DataSet | undefined
  /** How far this machine's clock is behind that of the source; null where that is little. */
  readonly skewMs: Millis | null
}
