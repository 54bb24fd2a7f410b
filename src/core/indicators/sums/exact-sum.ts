/**
 * A sum without any rounding error: parts that do not overlap, smallest first, as Shewchuk keeps
 * them (1997, https://people.eecs.berkeley.edu/~jrs/papers/robustr.pdf). What is added and later
 * taken off again leaves nothing behind.
 */
export class ExactSum {
  /** Doubles span 2098 bits, 53 a part. */
  private readonly parts = new Float64Array(42)
  private count = 0

  clear(): void {
    this.count = 0
  }

  add(value: number): void {
    const { parts } = this
    let kept = 0
    let high = value
    for (let k = 0; k < this.count; k++) {
      const part = parts[k]!
      const sum = high + part
      const rest = sum - high
      const low = high - (sum - rest) + (part - rest)
      if (low !== 0) parts[kept++] = low
      high = sum
    }
    parts[kept++] = high
    this.count = kept
  }

  /** Adds `a * b`, its rounding error too. Dekker (1971); above 1e290 the halves overflow. */
  addProduct(a: number, b: number): void {
    const product = a * b
    const aHigh = highHalf(a)
    const bHigh = highHalf(b)
    const aLow = a - aHigh
    const bLow = b - bHigh
    this.add(product)
    this.add(aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow))
  }

  /** The sum, rounded once. */
  get value(): number {
    const { parts } = this
    let k = this.count
    if (k === 0) return 0
    let sum = parts[--k]!
    let low = 0
    while (k > 0 && low === 0) {
      const before = sum
      const part = parts[--k]!
      sum = before + part
      low = part - (sum - before)
    }
    // Half way between two doubles the smaller parts decide, which plain rounding has not seen.
    if (k > 0 && low > 0 === parts[k - 1]! > 0) {
      const other = sum + 2 * low
      if (2 * low === other - sum) sum = other
    }
    return sum
  }
}

/** The upper 26 bits of a double. */
function highHalf(value: number): number {
  const spread = value * 134_217_729
  return spread - (spread - value)
}
