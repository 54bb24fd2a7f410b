/** What returns amount to, by the names of the metrics of a run. Null where there is no value. */
export interface ReturnMetrics {
  /** Annual. Null where the returns do not differ. */
  readonly sharpe: number | null
  /** Annual. Null without a return below 0. */
  readonly sortino: number | null
  /** Fraction. */
  readonly totalReturn: number | null
  /** Fraction a year: `Π(1 + r)^(periods / n) − 1`. */
  readonly cagr: number | null
  /** CAGR by drawdown. Null without a drawdown. */
  readonly calmar: number | null
  /** Annual, fraction. */
  readonly volatility: number | null
  /** Fraction of the highest point before. */
  readonly maxDrawdown: number | null
}

/** A variance below this share of the mean square is what rounding leaves of none. */
const NO_VARIANCE = 1e-12

/**
 * What the returns of one trial amount to in each of the segments that days are cut into, so that any
 * stretch of whole segments costs as many steps as it has segments.
 */
export class SegmentMoments {
  readonly segments: number
  /** Days of each segment. */
  readonly days: Int32Array
  /** Mean of all returns, which the sums are taken about. */
  mean = 0
  readonly sums: Float64Array
  readonly squares: Float64Array
  /** Sum of the squares of the returns below 0. */
  readonly below: Float64Array
  /** What 1 grows to by the end of the segment, and its highest and lowest value on the way, 1 included. */
  readonly growth: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  /** The deepest fall within the segment, as a fraction. */
  readonly fall: Float64Array
  private readonly bounds: Int32Array

  /** `bounds` are rising: the first day of each segment, and the end of the last. */
  constructor(bounds: Int32Array) {
    const segments = bounds.length - 1
    const room = (): Float64Array => new Float64Array(segments)
    this.bounds = bounds
    this.segments = segments
    this.days = Int32Array.from({ length: segments }, (_, s) => bounds[s + 1]! - bounds[s]!)
    this.sums = room()
    this.squares = room()
    this.below = room()
    this.growth = room()
    this.high = room()
    this.low = room()
    this.fall = room()
  }

  /** Takes the returns of a trial in place of those before. */
  take(returns: Float64Array): void {
    let sum = 0
    for (const value of returns) sum += value
    this.mean = sum / returns.length
    for (let s = 0; s < this.segments; s++) this.takeSegment(returns, s)
  }

  private takeSegment(returns: Float64Array, s: number): void {
    const { mean } = this
    let [sum, squares, below] = [0, 0, 0]
    let [growth, high, low, fall] = [1, 1, 1, 0]
    for (let day = this.bounds[s]!; day < this.bounds[s + 1]!; day++) {
      const value = returns[day]!
      const away = value - mean
      sum += away
      squares += away * away
      if (value < 0) below += value * value
      // Nothing grows again from a loss of everything.
      growth *= Math.max(0, 1 + value)
      if (growth > high) high = growth
      if (growth < low) low = growth
      const depth = 1 - growth / high
      if (depth > fall) fall = depth
    }
    this.sums[s] = sum
    this.squares[s] = squares
    this.below[s] = below
    this.growth[s] = growth
    this.high[s] = high
    this.low[s] = low
    this.fall[s] = fall
  }
}

/**
 * Segments of one trial joined in time, and what they amount to. It is used again for the next stretch,
 * and goes over the segments only for what is asked: most scores need no drawdown.
 */
export class JoinedSegments implements ReturnMetrics {
  private readonly moments: SegmentMoments
  private readonly periods: number
  private segments: Int32Array = new Int32Array(0)
  private days = 0
  private sums = 0
  private squares = 0

  /** `periods` are returns a year. */
  constructor(moments: SegmentMoments, periods: number) {
    this.moments = moments
    this.periods = periods
  }

  /** Joins the segments of these numbers, in place of those before. */
  join(segments: Int32Array): this {
    const { days, sums, squares } = this.moments
    let [count, sum, square] = [0, 0, 0]
    for (let k = 0; k < segments.length; k++) {
      const s = segments[k]!
      count += days[s]!
      sum += sums[s]!
      square += squares[s]!
    }
    this.segments = segments
    this.days = count
    this.sums = sum
    this.squares = square
    return this
  }

  get sharpe(): number | null {
    const variance = this.variance()
    if (variance === null || variance === 0) return null
    return finite((Math.sqrt(this.periods) * this.mean()) / Math.sqrt(variance))
  }

  get sortino(): number | null {
    let below = 0
    for (const s of this.segments) below += this.moments.below[s]!
    if (below === 0) return null
    return finite((Math.sqrt(this.periods) * this.mean()) / Math.sqrt(below / this.days))
  }

  get totalReturn(): number | null {
    return finite(this.growth() - 1)
  }

  get cagr(): number | null {
    return finite(Math.pow(this.growth(), this.periods / this.days) - 1)
  }

  get calmar(): number | null {
    const { cagr, maxDrawdown } = this
    if (cagr === null || maxDrawdown === null || maxDrawdown === 0) return null
    return finite(cagr / maxDrawdown)
  }

  get volatility(): number | null {
    const variance = this.variance()
    return variance === null ? null : finite(Math.sqrt(this.periods * variance))
  }

  get maxDrawdown(): number | null {
    const { moments } = this
    let [growth, highest, deepest] = [1, 1, 0]
    for (const s of this.segments) {
      // The deepest fall lies within a segment, or from the peak before it to its lowest value.
      const across = 1 - (growth * moments.low[s]!) / highest
      deepest = Math.max(deepest, moments.fall[s]!, across)
      highest = Math.max(highest, growth * moments.high[s]!)
      growth *= moments.growth[s]!
    }
    return finite(deepest)
  }

  private growth(): number {
    let growth = 1
    for (const s of this.segments) growth *= this.moments.growth[s]!
    return growth
  }

  private mean(): number {
    return this.moments.mean + this.sums / this.days
  }

  /** With n - 1; 0 where rounding is all there is of it, null for fewer than two returns. */
  private variance(): number | null {
    if (this.days < 2) return null
    const variance = (this.squares - (this.sums * this.sums) / this.days) / (this.days - 1)
    return variance <= (NO_VARIANCE * this.squares) / this.days ? 0 : variance
  }
}

/** What all returns of a column amount to. */
export function metricsOfReturns(returns: Float64Array, periods: number): ReturnMetrics {
  const moments = new SegmentMoments(Int32Array.of(0, returns.length))
  moments.take(returns)
  return plainMetrics(new JoinedSegments(moments, periods).join(Int32Array.of(0)))
}

/** A copy that stays. */
export function plainMetrics(metrics: ReturnMetrics): ReturnMetrics {
  const { sharpe, sortino, totalReturn, cagr, calmar, volatility, maxDrawdown } = metrics
  return { sharpe, sortino, totalReturn, cagr, calmar, volatility, maxDrawdown }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
