// Where the columns stand in a kernel's memory.
import { COLUMNS_AT, EQUITY_COLUMN } from '../../../core/fast/kernel-registers'

/** Where the columns begin, as `lay` has laid them. */
export let opens: usize = 0
export let highs: usize = 0
export let lows: usize = 0
export let closes: usize = 0
export let equities: usize = 0

/** Lays out the columns for so many candles. */
export function lay(candles: i32): void {
  const column = (<usize>candles) << 3
  opens = COLUMNS_AT
  highs = opens + column
  lows = highs + column
  closes = lows + column
  equities = opens + EQUITY_COLUMN * column
}
