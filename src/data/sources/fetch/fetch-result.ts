import type { Millis } from '../../../core/candles/time.js'
import type { Coverage, FetchNote } from '../../../core/ports/market/coverage.js'
import type { Interval } from '../../store/candles/coverage.js'
import { adapterOf, type CandleSource } from '../source.js'
import type { FetchResult } from './fetch-store.js'

/** What all windows of a fetch have in common. */
export interface ResultContext {
  readonly source: CandleSource
  /** What was known before of the data set. */
  readonly coverage: readonly Coverage[]
  readonly host: string
  /** The time of the source. */
  readonly now: () => Millis
}

/** What is told of a window with the candles that it brought. */
type Told = Pick<
  FetchNote,
  'requestedAt' | 'sourceTime' | 'notes' | 'path' | 'host' | 'checksum' | 'etag'
>

/** A window that was answered: candles, or the word that there are none. */
export function resultOf(
  { source, coverage, now }: ResultContext,
  { since, until }: Interval,
  candles: FetchResult['candles'],
  told: Told,
): FetchResult {
  const note: FetchNote = {
    ...told,
    since,
    until,
    state: candles.length === 0 ? 'empty' : 'candles',
    isSettled: until <= (told.sourceTime ?? now()) - source.settleMs,
    reason: null,
    adapter: adapterOf(source),
    rows: candles.length,
  }
  const open = coverage.filter(one => one.since < until && one.until > since && !one.isSettled)
  return { since, until, candles, wasSettled: open.length === 0, note }
}

/** A window that failed, or cannot be had. */
export function withoutCandles(
  { source, host }: ResultContext,
  { since, until }: Interval,
  {
    state,
    requestedAt,
    reason,
  }: {
    readonly state: 'failed' | 'unavailable'
    readonly requestedAt: Millis
    readonly reason: string
  },
): FetchResult {
  const note: FetchNote = {
    since,
    until,
    state,
    isSettled: state === 'unavailable',
    reason,
    adapter: adapterOf(source),
    host,
    path: source.through?.path ?? 'rest',
    requestedAt,
    sourceTime: null,
    checksum: 'none',
    etag: null,
    rows: 0,
    notes: {},
  }
  return { since, until, candles: [], wasSettled: true, note }
}
