import type { Millis } from '../../candles/time.js'
import type { DataSetKey, DataSetName } from './candles.js'
import type { SwitchEvent } from './feed.js'
import type { Coverage, FetchPath, RevisionNote } from './coverage.js'

/** Requests of one kind, added up. */
export interface Provenance {
  /** The adapter and its version. */
  readonly adapter: string
  /** The host that answered. */
  readonly host: string
  /** The way the candles came. */
  readonly path: FetchPath
  /** How many requests. */
  readonly requests: number
  /** How many candles they had. */
  readonly rows: number
  /** When the first of them was made. */
  readonly first: Millis
  /** When the last of them was made. */
  readonly last: Millis
}

/** A revision, with when it was noticed. */
export interface Revision extends RevisionNote {
  /** UTC milliseconds. */
  readonly noticedAt: Millis
}

/** A host that must not be asked for a while. */
export interface SourcePause {
  /** When it may be asked again. */
  readonly until: Millis
  /** What it answered. */
  readonly reason: string
}

/** What was asked of sources, and what they answered. Written with the candles, by their writer. */
export interface FetchRepository {
  /** What is known of each stretch of time, in order, without overlap. */
  coverage(key: DataSetKey): Promise<readonly Coverage[]>
  /** By which ways the candles came. */
  provenance(key: DataSetKey): Promise<readonly Provenance[]>
  /** Candles that the source told otherwise before, in the order in which that was noticed. */
  revisions(key: DataSetKey): Promise<readonly Revision[]>
  /** Data sets of which anything was asked, whether candles are stored or not. */
  asked(): Promise<readonly DataSetKey[]>
  /**
   * Does work on a data set while no other process does.
   * @throws AppError FETCH_BUSY where one does
   */
  alone<T>(key: DataSetKey, work: () => Promise<T>): Promise<T>
  /** Until when a host must not be asked; undefined where it may. */
  pauseOf(host: string): Promise<SourcePause | undefined>
  /** Notes that a host must not be asked for a while; a later end wins. */
  pause(host: string, pause: SourcePause): Promise<void>
  /** Notes that a feed has left a source for another one. */
  noteSwitch(name: DataSetName, event: SwitchEvent, at: Millis): Promise<void>
}
