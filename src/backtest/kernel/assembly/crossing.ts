// As core/fast/crossings.ts, to the bit.
import { at, pair } from './memory'

/** The first candle from `first` on, before `end`, at whose close `a` has just crossed `b`; `end` where there is none. */
export function nextCrossing(a: usize, b: usize, first: i32, end: i32): i32 {
  let i = first
  while (i < end) {
    const before = i === 0 ? NaN : at(a, i - 1) - at(b, i - 1)
    const now = at(a, i) - at(b, i)
    if (now > 0 ? before <= 0 : now < 0 && before >= 0) return i
    // On the side that it is on it stays for most of the time.
    if (now > 0) i = firstNotAbove(a, b, i + 1, end)
    else if (now < 0) i = firstNotAbove(b, a, i + 1, end)
    else i++
  }
  return end
}

/** The first index from `first` on at which `a` is not above `b`; `end` where there is none before it. */
function firstNotAbove(a: usize, b: usize, first: i32, end: i32): i32 {
  let i = first
  while (i + 3 < end) {
    const two = f64x2.gt(pair(a, i), pair(b, i))
    const more = f64x2.gt(pair(a, i + 2), pair(b, i + 2))
    if (!i64x2.all_true(v128.and(two, more))) break
    i += 4
  }
  while (i < end && at(a, i) > at(b, i)) i++
  return i
}
