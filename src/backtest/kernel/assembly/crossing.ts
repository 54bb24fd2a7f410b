// The crosses of core/tolerance.ts, to the bit.
import { at, pair } from './memory'
import { exceeds, TOLERANCE } from './tolerance'

/** The first candle from `first` on, before `end`, at whose close `a` has just crossed `b`; `end` where there is none. */
export function nextCrossing(a: usize, b: usize, first: i32, end: i32): i32 {
  let i = first
  while (i < end) {
    const over = exceeds(at(a, i), at(b, i))
    const under = !over && exceeds(at(b, i), at(a, i))
    if (over ? hasCome(a, b, i) : under && hasCome(b, a, i)) return i
    // On the side that it is on it stays for most of the time.
    i++
    if (over) i = firstNotAbove(a, b, i, end)
    else if (under) i = firstNotAbove(b, a, i, end)
  }
  return end
}

/** Whether one that is above the other now was not above it one candle ago. */
function hasCome(above: usize, below: usize, i: i32): bool {
  if (i === 0) return false
  const x = at(above, i - 1)
  const y = at(below, i - 1)
  return x === x && y === y && !exceeds(x, y)
}

/** The first index from `first` on at which `a` is not above `b`; `end` where there is none before it. */
function firstNotAbove(a: usize, b: usize, first: i32, end: i32): i32 {
  let i = first
  while (i + 3 < end) {
    const both = v128.and(exceedBoth(a, b, i), exceedBoth(a, b, i + 2))
    if (!i64x2.all_true(both)) break
    i += 4
  }
  while (i < end && exceeds(at(a, i), at(b, i))) i++
  return i
}

/** `exceeds` for two numbers of each column, from `i` on. */
function exceedBoth(a: usize, b: usize, i: i32): v128 {
  const x = pair(a, i)
  const y = pair(b, i)
  // Of x and -y, as NaN compares with nothing, the first that is NaN or the larger.
  const larger = f64x2.pmax(x, f64x2.neg(y))
  return f64x2.gt(f64x2.sub(x, y), f64x2.mul(f64x2.splat(TOLERANCE), larger))
}
