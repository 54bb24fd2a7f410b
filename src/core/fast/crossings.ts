import { exceeds } from '../tolerance.js'

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
      const isOver = exceeds(a[i]!, b[i]!)
      const isUnder = !isOver && exceeds(b[i]!, a[i]!)
      if (isOver ? hasCome(a, b, i) : isUnder && hasCome(b, a, i)) indices[count++] = i
      // On the side that it is on it stays for most of the time.
      i++
      if (isOver) i = firstNotAbove(a, b, i, end)
      else if (isUnder) i = firstNotAbove(b, a, i, end)
    }
    indices[count] = END
    this.count = count
    this.end = i
  }
}

/** Whether one that is above the other now was not above it one candle ago. */
function hasCome(above: Float64Array, below: Float64Array, i: number): boolean {
  if (i === 0) return false
  const x = above[i - 1]!
  const y = below[i - 1]!
  return x === x && y === y && !exceeds(x, y)
}

/** The first index from `first` on at which `a` is not above `b`; `end` where there is none before it. */
function firstNotAbove(a: Float64Array, b: Float64Array, first: number, end: number): number {
  let i = first
  while (i < end && exceeds(a[i]!, b[i]!)) i++
  return i
}
