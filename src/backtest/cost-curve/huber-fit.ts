import type { Impact } from '../../core/account/costs.js'

export interface FitPoints {
  readonly length: number
  readonly size: Float64Array
  readonly bps: Float64Array
}

const G_MIN = 0.5
const G_MAX = 1.2
const STEPS = 12
/** Residuals beyond this many typical ones count less: Huber's proposal. */
const HUBER = 1.345
const ROUNDS_MAX = 20
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The curve that fits best, with a and b at least 0 and g from 0.5 to 1.2. Quotes far off count in
 * proportion, not squared: P. J. Huber, Robust Estimation of a Location Parameter, 1964.
 */
export function fitCurve(points: FitPoints): Impact {
  let best = fitFor(points, 1)
  for (let k = 0; k <= STEPS; k++) {
    const next = fitFor(points, G_MIN + ((G_MAX - G_MIN) * k) / STEPS)
    if (next.loss < best.loss) best = next
  }
  const step = (G_MAX - G_MIN) / STEPS
  let [low, high] = [Math.max(G_MIN, best.g - step), Math.min(G_MAX, best.g + step)]
  for (let k = 0; k < 8; k++) {
    const left = fitFor(points, high - GOLDEN * (high - low))
    const right = fitFor(points, low + GOLDEN * (high - low))
    if (left.loss < right.loss) high = right.g
    else low = left.g
    for (const next of [left, right]) if (next.loss < best.loss) best = next
  }
  return { a: best.a, b: best.b, g: best.g }
}

interface Fit extends Impact {
  readonly loss: number
}

/** Straight lines over Q^g, each with the weights of the last one's residuals. */
function fitFor(points: FitPoints, g: number): Fit {
  const { length, bps } = points
  const x = powers(points, g)
  const weights = new Float64Array(length).fill(1)
  let line = lineThrough(x, bps, weights, length)
  for (let k = 0; k < ROUNDS_MAX; k++) {
    const limit = HUBER * scaleOf(x, bps, line, length)
    for (let i = 0; i < length; i++) {
      const residual = Math.abs(bps[i]! - line.a - line.b * x[i]!)
      weights[i] = residual <= limit ? 1 : limit / residual
    }
    const next = lineThrough(x, bps, weights, length)
    const moved = Math.abs(next.a - line.a) + Math.abs(next.b - line.b)
    line = next
    if (moved <= 1e-9 * (Math.abs(line.a) + Math.abs(line.b))) break
  }
  return { ...line, g, loss: lossOf(x, bps, line, length) }
}

/** A ladder has few sizes: each power is taken once. */
function powers({ length, size }: FitPoints, g: number): Float64Array {
  const known = new Map<number, number>()
  const x = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    let power = known.get(size[i]!)
    if (power === undefined) known.set(size[i]!, (power = Math.pow(size[i]!, g)))
    x[i] = power
  }
  return x
}

interface Line {
  readonly a: number
  readonly b: number
}

function lineThrough(x: Float64Array, y: Float64Array, w: Float64Array, length: number): Line {
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0]
  for (let i = 0; i < length; i++) {
    n += w[i]!
    sx += w[i]! * x[i]!
    sy += w[i]! * y[i]!
    sxx += w[i]! * x[i]! * x[i]!
    sxy += w[i]! * x[i]! * y[i]!
  }
  const spread = n * sxx - sx * sx
  const b = spread > 0 ? Math.max(0, (n * sxy - sx * sy) / spread) : 0
  const a = (sy - b * sx) / n
  // A curve that begins below 0 is taken through 0.
  return a >= 0 ? { a, b } : { a: 0, b: sxx > 0 ? Math.max(0, sxy / sxx) : 0 }
}

/** A typical residual: the median of their sizes, by 1.4826 as for normal ones. */
function scaleOf(x: Float64Array, y: Float64Array, { a, b }: Line, length: number): number {
  const stride = Math.max(1, Math.floor(length / 20_000))
  const sizes = new Float64Array(Math.ceil(length / stride))
  for (let i = 0, k = 0; i < length; i += stride, k++) {
    sizes[k] = Math.abs(y[i]! - a - b * x[i]!)
  }
  sizes.sort()
  return Math.max(1e-9, 1.4826 * sizes[Math.floor(sizes.length / 2)]!)
}

/** The sum of what is off, which does not hang on what is typical for one curve. */
function lossOf(x: Float64Array, y: Float64Array, { a, b }: Line, length: number): number {
  let loss = 0
  for (let i = 0; i < length; i++) loss += Math.abs(y[i]! - a - b * x[i]!)
  return loss
}
