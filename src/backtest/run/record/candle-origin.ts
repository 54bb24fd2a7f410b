import type { Candles } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import type { HashedCandles } from './run-request.js'

/** Where the candles of a run come from. Not part of its manifest: a later fetch changes no run. */
export interface CandleOrigin {
  /** Name of the source. */
  readonly source: string
  /** The adapter and its version, such as `binance 1`. */
  readonly adapter: string
  /** The newest fetch of these candles. */
  readonly fetchedAt: Millis
  /** Candles missing between the first and the last of the run. */
  readonly missing: number
}

/** @returns null for imported files */
export function originOf(
  { source, fetched }: Pick<HashedCandles, 'source' | 'fetched'>,
  candles: Candles,
): CandleOrigin | null {
  if (source === undefined || fetched === undefined) return null
  return { source, adapter: fetched.adapter, fetchedAt: fetched.at, missing: missingIn(candles) }
}

/** Candles that lie between the first and the last, and are not there. */
export function missingIn({ time, length, timeframeMs }: Candles): number {
  if (length === 0) return 0
  return Math.round((time[length - 1]! - time[0]!) / timeframeMs) + 1 - length
}
