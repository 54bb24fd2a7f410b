const END = 0x7fff_ffff

/**
 * The candles at whose close `a` has just crossed `b`, either way: those where `crossed` is not 0.
 * Found as far as the columns are computed; after the last one stands an end that none reaches.
 */
export class Crossings {
  readonly indices: Int32Array
  private readonly a: Float64Array
  private readonly b: Float64Array
  private count = 0
  private end = 0

  /** `room` has one place more than there are candles. */
  constructor(a: Float64Array, b: Float64Array, room: Int32Array) {
    this.a = a
    this.b = b
    this.indices = room
    this.indices[0] = END
  }

  /** Finds those from index `start` on, before index `end`. */
  advance(start: number, end: number): void {
    const { a, b, indices } = this
    let { count } = this
    let i = Math.max(this.end, start)
    while (i < end) {
      const before = i === 0 ? NaN : a[i - 1]! - b[i - 1]!
      const now = a[i]! - b[i]!
      if (now > 0 ? before <= 0 : now < 0 && before >= 0) indices[count++] = i
      // On the side that it is on it stays for most of the time.
      if (now > 0) for (i++; i < end && a[i]! > b[i]!; i++);
      else if (now < 0) for (i++; i < end && a[i]! < b[i]!; i++);
      else i++
    }
    indices[count] = END
    this.count = count
    this.end = i
  }
}
