import { seededRng } from '../../random.js'
import { blockLengths } from './block-length.js'
import { drawPath, type BlockMethod } from './block-paths.js'
import { quantileOfSorted } from '../samples/moments.js'
import { sharpeFigures } from '../sharpe/sharpe-figures.js'
import {
  PERIODS_A_YEAR,
  reasonAgainst,
  RESAMPLED_MIN,
  withoutValue,
  type Interval,
  type Statistic,
} from '../statistic.js'

/** A figure of the returns as they were, and where it lies in most of the drawn histories. */
export interface Resampled {
  /** Of the returns as they were. */
  readonly value: number | null
  /** Where it lies in most of the drawn histories. */
  readonly interval: Interval | null
}

/** Intervals from histories drawn from the returns in blocks. */
export interface BootstrapIntervals extends Statistic {
  /** Mean return by its deviation. */
  readonly sharpePerPeriod: Resampled | null
  /** The same a year. */
  readonly sharpeAnnual: Resampled | null
  /** Largest fall from a peak, fraction. */
  readonly maxDrawdown: Resampled | null
  /** Growth a year, fraction. */
  readonly cagr: Resampled | null
  /** How blocks are drawn. */
  readonly method: BlockMethod
  /** Mean length of a block, in periods. */
  readonly blockLength: number | null
  /** Whether the length was given, or found by Politis and White. */
  readonly blockLengthFrom: 'given' | 'politis-white' | null
  /** Histories that were drawn. */
  readonly paths: number
  /** Drawn histories whose returns never differ, left out of the interval of the Sharpe ratio. */
  readonly pathsWithoutSharpe: number
  /** Drawn histories that lose everything: their drawdown is 1 and their CAGR -1. */
  readonly pathsRuined: number
  /** Share of the histories that an interval holds. */
  readonly confidence: number
  /** Equal seeds draw equal histories. */
  readonly seed: number
  /** Returns a year. */
  readonly periodsAYear: number
}

export interface BootstrapOptions {
  /** How blocks are drawn [stationary]. */
  readonly method?: BlockMethod
  /** Mean length of a block, in returns; found where absent. */
  readonly blockLength?: number | undefined
  /** Histories to draw [10,000]. */
  readonly paths?: number
  /** Share of the histories that an interval holds [0.95]. */
  readonly confidence?: number
  /** Equal seeds draw equal histories. */
  readonly seed?: number
  /** Returns a year. */
  readonly periods?: number
}

const FORMULA =
  'quantiles (1 ± confidence)/2 over paths of the same length, drawn in blocks; SR = mean / sd (n − 1) per period, CAGR = Π(1 + r)^(periods a year / n) − 1'

/**
 * Block bootstrap intervals, by percentiles, of Sharpe ratio, maximum drawdown and CAGR. The same
 * seed gives the same. Politis and Romano (1994). https://doi.org/10.1080/01621459.1994.10476870
 */
export function bootstrapIntervals(
  returns: Float64Array,
  options: BootstrapOptions = {},
): BootstrapIntervals {
  const { method = 'stationary', paths = 10_000, confidence = 0.95 } = options
  const { seed = 1, periods = PERIODS_A_YEAR } = options
  const given = { method, paths, confidence, seed, periodsAYear: periods }
  const head = { unit: 'sharpe_per_period', n: returns.length, formula: FORMULA, ...given } as const
  const reason = reasonAgainst(returns, RESAMPLED_MIN)
  if (reason !== undefined) return { ...head, ...withoutValue(reason), ...NOTHING }
  const blockLength = options.blockLength ?? blockLengths(returns)[method]
  const drawn = drawFigures(returns, { method, length: blockLength, paths, seed })
  const cut = (values: Float64Array): Interval | null => middleOf(values, confidence)
  const root = Math.sqrt(periods)
  const sharpe = { value: sharpeFigures(returns).sharpe, interval: cut(drawn.sharpes) }
  const { growth, depth } = followPath(returns)
  const grown = drawn.growths.map(total => annual(total, returns.length, periods))
  return {
    ...head,
    ...sharpe,
    intervalOf: 'sharpe_per_period',
    sharpePerPeriod: sharpe,
    sharpeAnnual: {
      value: sharpe.value * root,
      interval: sharpe.interval && [sharpe.interval[0] * root, sharpe.interval[1] * root],
    },
    maxDrawdown: { value: depth, interval: cut(drawn.depths) },
    cagr: finiteOnly({ value: annual(growth, returns.length, periods), interval: cut(grown) }),
    blockLength,
    blockLengthFrom: options.blockLength === undefined ? 'politis-white' : 'given',
    pathsWithoutSharpe: paths - drawn.sharpes.length,
    pathsRuined: drawn.growths.filter(total => total === 0).length,
  }
}

const NOTHING = {
  sharpePerPeriod: null,
  sharpeAnnual: null,
  maxDrawdown: null,
  cagr: null,
  blockLength: null,
  blockLengthFrom: null,
  pathsWithoutSharpe: 0,
  pathsRuined: 0,
} as const

function annual(growth: number, count: number, periods: number): number {
  return Math.pow(growth, periods / count) - 1
}

/** Growth beyond what a double holds is not told. */
function finiteOnly({ value, interval }: Resampled): Resampled {
  return {
    value: Number.isFinite(value) ? value : null,
    interval: interval?.every(Number.isFinite) === true ? interval : null,
  }
}

/** The interval that holds the share `confidence` of the values, in the middle; sorts a copy. */
function middleOf(values: Float64Array, confidence: number): Interval | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return [
    quantileOfSorted(sorted, (1 - confidence) / 2),
    quantileOfSorted(sorted, (1 + confidence) / 2),
  ]
}

interface PathFigures {
  /** Of the paths that have one. */
  readonly sharpes: Float64Array
  readonly depths: Float64Array
  /** Last equity by first; 0 where all was lost. */
  readonly growths: Float64Array
}

function drawFigures(
  returns: Float64Array,
  draw: { method: BlockMethod; length: number; paths: number; seed: number },
): PathFigures {
  const rng = seededRng(draw.seed)
  const places = new Int32Array(returns.length)
  const path = new Float64Array(returns.length)
  const sharpes = new Float64Array(draw.paths)
  const depths = new Float64Array(draw.paths)
  const growths = new Float64Array(draw.paths)
  let rated = 0
  for (let k = 0; k < draw.paths; k++) {
    drawPath(places, rng, draw)
    for (let i = 0; i < path.length; i++) path[i] = returns[places[i]!]!
    const { depth, growth, sharpe } = followPath(path)
    depths[k] = depth
    growths[k] = growth
    if (sharpe !== null) sharpes[rated++] = sharpe
  }
  return { sharpes: sharpes.subarray(0, rated), depths, growths }
}

/** Sharpe ratio, growth and deepest drawdown of one history, the start included. */
function followPath(path: Float64Array): { sharpe: number | null; depth: number; growth: number } {
  const count = path.length
  const first = path[0]!
  let [sum, squares] = [0, 0]
  let [equity, peak, depth] = [1, 1, 0]
  for (let i = 0; i < count; i++) {
    const value = path[i]!
    // Less the first, which changes neither deviation nor, added again, the mean, and keeps digits.
    const away = value - first
    sum += away
    squares += away * away
    equity = equity > 0 ? Math.max(0, equity * (1 + value)) : 0
    if (equity > peak) peak = equity
    const below = 1 - equity / peak
    if (below > depth) depth = below
  }
  const mean = sum / count
  const variance = (squares - mean * sum) / (count - 1)
  const isFlat = variance <= (1e-12 * squares) / count
  return { sharpe: isFlat ? null : (first + mean) / Math.sqrt(variance), depth, growth: equity }
}
