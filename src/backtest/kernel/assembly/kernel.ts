// The loop over the candles of one long or flat leg, in AssemblyScript. What each step computes, and in which order
// of operations, is what core/engine/engine.ts, position.ts and protection.ts compute, to the bit.
import {
  BY_STOP_LOSS,
  BY_TAKE_PROFIT,
  BY_TRAILING_STOP,
  CANDLES_IN_MARKET,
  CASH,
  CROSS_A,
  CROSS_B,
  ENTRY_INDEX,
  HIGHEST,
  LOWEST,
  NO_ORDER,
  ORDER,
  OTHER_ORDER,
  PEAK,
  QUANTITY,
  SLIPPAGE_RATE,
  STOP_LEVEL,
  TARGET_LEVEL,
  TIME_STOP,
  TRADES,
  TRADES_MOST,
  TRAILING_STOP,
} from '../../../core/fast/kernel-registers'
import { closes, equities, highs, lows, opens } from './columns'
import { nextCrossing } from './crossing'
import { measureDrawdown } from './drawdown'
import { fill, leave } from './fills'
import { at, get, pair, put, putPair, set } from './memory'
import { exceeds, TOLERANCE } from './tolerance'

export { lay } from './columns'

/** Asks the strategy at the close of a candle. */
declare function ask(i: i32): void

/**
 * Takes the candles from `first` to before `end`: each order at the next open, then protective exits and
 * marks, then the strategy where it has to be asked. @returns the index of the candle before which it
 * stopped, or `end`
 */
export function go(first: i32, end: i32): i32 {
  const a = <usize>get(CROSS_A)
  const b = <usize>get(CROSS_B)
  let crossing = -1
  let i = first
  while (i < end) {
    const order = get(ORDER)
    if (order === OTHER_ORDER || get(TRADES) === TRADES_MOST) return i
    if (order !== NO_ORDER) fill(i)
    if (crossing < i) crossing = nextCrossing(a, b, i, end)
    const word = min(crossing, timeUp(i, end))
    const until = min(word + 1, end)
    follow(i, until)
    if (word < end) ask(word)
    i = until
  }
  return end
}

/** The close at which the time of the position is up; `end` where that is not before it. */
function timeUp(i: i32, end: i32): i32 {
  if (get(QUANTITY) === 0 || get(TIME_STOP) === 0) return end
  const due = max(<f64>i, get(ENTRY_INDEX) + get(TIME_STOP) - 1)
  return due < <f64>end ? <i32>due : end
}

/** Protective exits and marks, from one order to the next. */
function follow(first: i32, end: i32): void {
  let i = first
  if (get(QUANTITY) !== 0) {
    i = hold(first, end)
    if (i < end) protect(i)
  }
  rest(i, end)
}

/** Marks candles at which nothing is held. */
function rest(first: i32, end: i32): void {
  const cash = get(CASH)
  const equity = equities
  const both = f64x2.splat(cash)
  let i = first
  for (; i + 1 < end; i += 2) putPair(equity, i, both)
  if (i < end) put(equity, i, cash)
}

/**
 * Follows an open position up to a candle that touches one of its levels, and marks the candles before
 * it. @returns the index of that candle; `end` where there is none
 */
function hold(first: i32, end: i32): i32 {
  // Copies, for what is global is loaded anew at each candle.
  const low = lows
  const high = highs
  const close = closes
  const equity = equities
  const cash = get(CASH)
  const quantity = get(QUANTITY)
  const target = get(TARGET_LEVEL)
  const trailing = get(TRAILING_STOP)
  // Where there is no trailing stop the peak moves nothing.
  const keep = trailing === 0 ? 0 : 1 - trailing
  let lowest = get(LOWEST)
  let highest = get(HIGHEST)
  let peak = Math.max(get(PEAK), highest)
  let stop = Math.max(get(STOP_LEVEL), peak * keep)
  const cashes = f64x2.splat(cash)
  const quantities = f64x2.splat(quantity)
  let lowests = f64x2.splat(lowest)
  let i = first
  while (i < end) {
    if (exceeds(target, highest)) {
      // Two at a time, while they come nowhere near the stop and go no higher.
      const stops = f64x2.splat(stop * (1 + 4 * TOLERANCE))
      const tops = f64x2.splat(highest)
      for (; i + 1 < end; i += 2) {
        const downs = pair(low, i)
        const moved = v128.or(f64x2.le(downs, stops), f64x2.gt(pair(high, i), tops))
        if (v128.any_true(moved)) break
        lowests = f64x2.pmin(lowests, downs)
        putPair(equity, i, f64x2.add(cashes, f64x2.mul(quantities, pair(close, i))))
      }
      if (i === end) break
    }
    const down = at(low, i)
    const up = at(high, i)
    if (down < lowest) lowest = down
    if (!exceeds(down, stop) || !exceeds(target, up)) {
      if (up > highest) highest = up
      break
    }
    put(equity, i, cash + quantity * at(close, i))
    i++
    if (up <= highest) continue
    highest = up
    if (up <= peak) continue
    peak = up
    if (up * keep > stop) stop = up * keep
  }
  lowest = min(lowest, min(f64x2.extract_lane(lowests, 0), f64x2.extract_lane(lowests, 1)))
  set(LOWEST, lowest)
  // The peak that the stop hangs on is that of the candles before.
  set(PEAK, peak)
  set(HIGHEST, highest)
  set(CANDLES_IN_MARKET, get(CANDLES_IN_MARKET) + <f64>(i - first))
  return i
}

/** Leaves the position in the candle at `i`, which touches a level: the stop before the target. */
function protect(i: i32): void {
  const open = at(opens, i)
  const high = at(highs, i)
  const wasOpen = get(ENTRY_INDEX) !== <f64>i
  const target = get(TARGET_LEVEL)
  const trail = get(TRAILING_STOP) === 0 ? 0 : get(PEAK) * (1 - get(TRAILING_STOP))
  const isTrailing = trail > get(STOP_LEVEL)
  const stop = isTrailing ? trail : get(STOP_LEVEL)
  const slipped = 1 - get(SLIPPAGE_RATE)
  const reason = isTrailing ? BY_TRAILING_STOP : BY_STOP_LOSS
  if (!exceeds(open, stop)) return leave(i, open, open * slipped, reason, 0)
  if (wasOpen && !exceeds(target, open)) return leave(i, open, open, BY_TAKE_PROFIT, 0)
  const low = at(lows, i)
  const isBoth = !exceeds(low, stop) && !exceeds(target, high)
  if (!exceeds(low, stop)) {
    const reference = Math.max(Math.min(open, stop), low)
    return leave(i, reference, reference * slipped, reason, isBoth ? 1 : 0)
  }
  const reference = Math.min(Math.max(open, target), high)
  leave(i, reference, reference, BY_TAKE_PROFIT, 0)
}

/** The drawdown of a curve that begins at the candle `first`, up to before point `end`. */
export function measure(first: i32, end: i32): void {
  measureDrawdown(equities + ((<usize>first) << 3), end)
}
