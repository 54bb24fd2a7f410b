/** Work that a chunk is to hold: worth sending, and soon done with where a sweep is stopped. */
const CHUNK_SECONDS = 0.1
const CANDLES_MOST = 2_000_000
const POINTS_MOST = 512
/** What the first chunks hold, for nobody knows how long a set takes; then they grow with what is done. */
const CANDLES_FIRST = 20_000
const GROWTH = 1 / 4
/** Seconds after which that is known: by then threads have started. */
const KNOWN_AFTER = 0.5

/** How far a sweep has come, by which the next chunk is measured. */
export interface SweepPace {
  /** Candle evaluations that are done, in so many seconds, on so many workers. */
  readonly evaluations: number
  readonly seconds: number
  readonly workers: number
}

/**
 * Sets of the next chunk: a tenth of a second of work by the pace so far, and chunks enough of `points`
 * sets for every worker. What a sweep computes does not hang on it.
 */
export function chunkPoints(
  { evaluations, seconds, workers }: SweepPace,
  { candles, points }: { readonly candles: number; readonly points: number },
): number {
  const done = evaluations / workers
  const byPace =
    seconds < KNOWN_AFTER
      ? Math.max(CANDLES_FIRST, done * GROWTH)
      : (done / seconds) * CHUNK_SECONDS
  const byWork = Math.ceil(Math.min(byPace, CANDLES_MOST) / candles)
  const byShare = Math.ceil(points / (workers * 2))
  return Math.max(1, Math.min(POINTS_MOST, byWork, byShare))
}
