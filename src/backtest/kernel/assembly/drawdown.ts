// As core/metrics/drawdown.ts, to the bit.
import {
  EQUITY_LOWEST,
  EQUITY_PEAK,
  EQUITY_PEAK_AT,
  FALL_DEEPEST,
  FALL_PEAK_AT,
  FALL_RECOVERED_AT,
  FALL_SQUARES,
  POINTS,
} from '../../../core/fast/kernel-registers'
import { at, get, set } from './memory'

/** Takes the points of a curve up to before `end`. */
export function measureDrawdown(curve: usize, end: i32): void {
  while (get(POINTS) < <f64>end) {
    climb(curve, end)
    fall(curve, end)
  }
}

/** Goes on while each point is at or above the peak. */
function climb(curve: usize, end: i32): void {
  let peak = get(EQUITY_PEAK)
  let i = <i32>get(POINTS)
  if (at(curve, i) < peak) return
  const depth = 1 - get(EQUITY_LOWEST) / peak
  if (depth > get(FALL_DEEPEST)) {
    set(FALL_DEEPEST, depth)
    set(FALL_PEAK_AT, get(EQUITY_PEAK_AT))
    set(FALL_RECOVERED_AT, -1)
  }
  if (get(FALL_RECOVERED_AT) < 0 && get(FALL_DEEPEST) > 0) set(FALL_RECOVERED_AT, <f64>i)
  for (; i < end && at(curve, i) >= peak; i++) peak = at(curve, i)
  set(EQUITY_PEAK, peak)
  set(EQUITY_PEAK_AT, <f64>(i - 1))
  set(EQUITY_LOWEST, peak)
  set(POINTS, <f64>i)
}

/** Goes on while each point is below the peak. */
function fall(curve: usize, end: i32): void {
  const peak = get(EQUITY_PEAK)
  const perPeak = 1 / peak
  let lowest = get(EQUITY_LOWEST)
  let squares = get(FALL_SQUARES)
  let i = <i32>get(POINTS)
  for (; i < end; i++) {
    const value = at(curve, i)
    if (value >= peak) break
    if (value < lowest) lowest = value
    const depth = 1 - value * perPeak
    squares += depth * depth
  }
  set(EQUITY_LOWEST, lowest)
  set(FALL_SQUARES, squares)
  set(POINTS, <f64>i)
}
