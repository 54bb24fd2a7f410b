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
  private before = NaN

  /** `room` has one place more than there are candles. */
  constructor(a: Float64Array, b: Float64Array, room: Int32Array) {
    this.a = a
    this.b = b
    this.indices = room
    this.indices[0] = END
  }

  /** Finds those before index `end`. */
  advance(end: number): void {
    const { a, b, indices } = this
    let { count, before } = this
    for (let i = this.end; i < end; i++) {
      const now = a[i]! - b[i]!
      if (now > 0 ? before <= 0 : now < 0 && before >= 0) indices[count++] = i
      before = now
    }
    indices[count] = END
    this.count = count
    this.before = before
    this.end = end
  }
}
