/** Most by least value of a curve from which on a plain axis hides what its lower part does. */
const RATIO_MOST = 10
/** Span of one curve by that of another from which on it flattens it. */
const DWARFED = 8

/** Whether logarithms show an account and what it is compared with better than amounts do. */
export function wantsLog(equity: Float64Array, hold: Float64Array): boolean {
  const [own, other] = [rangeOf(equity), rangeOf(hold)]
  const least = Math.min(own.least, other.least)
  const most = Math.max(own.most, other.most)
  if (!(least > 0)) return false
  if (most / least >= RATIO_MOST) return true
  // Of ranges this near to each other logarithms change the shape little.
  return most / least >= 2 && other.most - other.least > DWARFED * (own.most - own.least)
}

function rangeOf(values: Float64Array): { readonly least: number; readonly most: number } {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}
