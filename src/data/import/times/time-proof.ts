import { MINUTE_MS } from '../../../core/candles/time.js'
import type { Row } from '../tables/table.js'
import type { LocalTime } from '../cells/clock-times.js'
import type { Witness } from './time-witness.js'

/** Every zone in use today is a whole number of quarter hours from UTC. */
const QUARTER_MS = 15 * MINUTE_MS
/** What rounding of the last digit may hide at either end. */
const ROUNDING_MS = 1000

/**
 * The offset from UTC that the epochs beside local times leave as the only one possible;
 * undefined where they leave several, or there are none.
 */
export function proveOffset(
  rows: readonly Row[],
  timeOf: (cells: readonly string[]) => LocalTime | undefined,
  witnesses: readonly Witness[],
): number | undefined | 'contradiction' {
  let low = -Infinity
  let high = Infinity
  for (const { cells } of rows) {
    const local = timeOf(cells)
    if (local === undefined) continue
    for (const witness of witnesses) {
      const seen = witness.read(cells)
      if (seen === undefined) continue
      low = Math.max(low, local.ms - seen.value - seen.slack)
      high = Math.min(high, local.ms - seen.value + seen.slack)
    }
  }
  if (low > high + ROUNDING_MS) return 'contradiction'
  if (!Number.isFinite(low) || high - low >= 2 * QUARTER_MS) return undefined
  const first = Math.ceil((low - ROUNDING_MS) / QUARTER_MS)
  const last = Math.floor((high + ROUNDING_MS) / QUARTER_MS)
  if (first > last) return 'contradiction'
  return first === last ? first * QUARTER_MS + 0 : undefined
}
