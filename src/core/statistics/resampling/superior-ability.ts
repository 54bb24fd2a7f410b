import { assert } from '../../assert.js'
import { seededRng } from '../../random.js'
import { blockLengths } from './block-length.js'
import { drawPath } from './block-paths.js'
import { quantileOfSorted } from '../samples/moments.js'
import { normalQuantile } from '../distributions/normal-distribution.js'
import {
  isConstant,
  RESAMPLED_MIN,
  withoutValue,
  type Interval,
  type Statistic,
  type Trial,
} from '../statistic.js'

/** Whether the best of all trials is better than a benchmark, or the luckiest of many. */
export interface SuperiorAbility extends Statistic {
  /** Hansen's lower p-value. */
  readonly pLower: number | null
  /** Hansen's consistent p-value, which is `value`. */
  readonly pConsistent: number | null
  /** Hansen's upper p-value. */
  readonly pUpper: number | null
  /** White's reality check. */
  readonly pRealityCheck: number | null
  /** The test statistic: the largest mean gain by its error, or 0. */
  readonly tStatistic: number | null
  /** The trial with the largest mean gain by its error. */
  readonly best: string | null
  /** Mean of what it gains beyond the benchmark, per period. */
  readonly meanGainPerPeriod: number | null
  /** Name of what is to be beaten. */
  readonly benchmark: string
  /** Trials that were compared. */
  readonly trials: number
  /** Trials that differ from the benchmark by a constant; they have no error and are left out. */
  readonly trialsWithoutError: number
  /** Mean length of a block, in periods; null where there is no value. */
  readonly blockLength: number | null
  /** Whether the length was given, or found by Politis and White. */
  readonly blockLengthFrom: 'given' | 'politis-white' | null
  /** Histories that were drawn. */
  readonly paths: number
  /** Probability that the interval holds. */
  readonly confidence: number
  /** Equal seeds draw equal histories. */
  readonly seed: number
}

export interface AbilityOptions {
  /** What to beat; cash, whose return is 0, otherwise. */
  readonly benchmark?: Trial | undefined
  /** Mean length of a block, in returns; found where absent. */
  readonly blockLength?: number | undefined
  /** Histories to draw. */
  readonly paths?: number
  /** Probability that the interval holds. */
  readonly confidence?: number
  /** Equal seeds draw equal histories. */
  readonly seed?: number
}

const FORMULA =
  'share of drawn histories with max over k of √n (d*k − g(dk)) / ωk ≥ max(0, max over k of √n dk / ωk), d the mean gain over the benchmark per period, g(d) = d if √n d / ω ≥ −√(2 ln ln n), else 0; (1 + count) / (1 + paths)'

/**
 * Hansen's test for superior predictive ability (2005) with its three p-values, and White's reality
 * check (2000), by the stationary bootstrap of gains over the benchmark. The interval is what
 * drawing so many histories leaves open. The same seed gives the same.
 * https://doi.org/10.1198/073500105000000063 https://doi.org/10.1111/1468-0262.00152
 */
export function superiorAbility(
  trials: readonly Trial[],
  options: AbilityOptions = {},
): SuperiorAbility {
  const { paths = 10_000, confidence = 0.95, seed = 1, benchmark } = options
  const count = trials[0]?.returns.length ?? 0
  const gains = gainsOver(trials, benchmark)
  const given = { benchmark: benchmark?.name ?? 'cash', paths, confidence, seed }
  const head = {
    ...{ unit: 'probability', n: count, formula: FORMULA, trials: gains.length, ...given },
    trialsWithoutError: trials.length - gains.length,
  } as const
  if (count < RESAMPLED_MIN || gains.length === 0) {
    const reason =
      count < RESAMPLED_MIN
        ? `${count} returns are too few, at least ${RESAMPLED_MIN} are needed`
        : 'every trial differs from the benchmark by a constant, so no gain has an error'
    return { ...head, ...withoutValue(reason), ...NOTHING }
  }
  const length = options.blockLength ?? typicalLength(gains)
  const measured = measureGains(gains, length)
  const shares = sharesBeyond(gains, measured, { length, paths, seed })
  return {
    ...head,
    value: shares.pConsistent,
    interval: drawingInterval(shares.pConsistent, paths, confidence),
    intervalOf: 'value, as far as drawn histories leave it open',
    ...shares,
    tStatistic: Math.max(0, measured.ratios[measured.best]!),
    best: gains[measured.best]!.name,
    meanGainPerPeriod: measured.means[measured.best]!,
    blockLength: length,
    blockLengthFrom: options.blockLength === undefined ? 'politis-white' : 'given',
  }
}

const NOTHING = {
  pLower: null,
  pConsistent: null,
  pUpper: null,
  pRealityCheck: null,
  tStatistic: null,
  best: null,
  meanGainPerPeriod: null,
  blockLength: null,
  blockLengthFrom: null,
} as const

function gainsOver(trials: readonly Trial[], benchmark: Trial | undefined): Trial[] {
  return trials
    .map(({ name, returns }) => {
      const against = benchmark?.returns
      assert(against === undefined || against.length === returns.length, 'trials differ in length')
      return { name, returns: returns.map((value, k) => value - (against?.[k] ?? 0)) }
    })
    .filter(({ returns }) => !isConstant(returns))
}

/** The median of the automatic block lengths of the gains, so that all are drawn together. */
function typicalLength(gains: readonly Trial[]): number {
  const lengths = Float64Array.from(gains, ({ returns }) => blockLengths(returns).stationary)
  return quantileOfSorted(
    lengths.sort((a, b) => a - b),
    0.5,
  )
}

interface MeasuredGains {
  readonly means: Float64Array
  /** Standard deviation of `√n` times the mean, blocks taken into account. */
  readonly errors: Float64Array
  /** `√n` mean / error. */
  readonly ratios: Float64Array
  readonly best: number
}

function measureGains(gains: readonly Trial[], length: number): MeasuredGains {
  const count = gains[0]!.returns.length
  const means = Float64Array.from(
    gains,
    ({ returns }) => returns.reduce((sum, r) => sum + r, 0) / count,
  )
  const weights = kernel(count, length)
  const errors = Float64Array.from(gains, ({ returns }, k) => errorOf(returns, means[k]!, weights))
  const ratios = means.map((mean, k) => (Math.sqrt(count) * mean) / errors[k]!)
  const best = ratios.reduce((at, ratio, k) => (ratio > ratios[at]! ? k : at), 0)
  return { means, errors, ratios, best }
}

/** A weight below this adds nothing to a double. */
const WEIGHT_MIN = 1e-17

/** Weights of the autocovariances that the stationary bootstrap implies (Hansen 2005, appendix). */
function kernel(count: number, length: number): number[] {
  const goesOn = 1 - 1 / length
  const weights: number[] = []
  for (let lag = 1; lag < count; lag++) {
    const share = lag / count
    weights.push((1 - share) * Math.pow(goesOn, lag) + share * Math.pow(goesOn, count - lag))
  }
  return weights
}

function errorOf(returns: Float64Array, mean: number, weights: readonly number[]): number {
  const away = returns.map(value => value - mean)
  let variance = 0
  for (const value of away) variance += value * value
  const least = variance
  weights.forEach((weight, k) => {
    if (weight < WEIGHT_MIN) return
    let products = 0
    for (let i = k + 1; i < away.length; i++) products += away[i]! * away[i - k - 1]!
    variance += 2 * weight * products
  })
  // Only returns that cancel each other out to the last digit leave nothing here.
  return Math.sqrt(Math.max(variance, 1e-12 * least) / returns.length)
}

type Shares = Pick<SuperiorAbility, 'pLower' | 'pConsistent' | 'pUpper' | 'pRealityCheck'> & {
  readonly pConsistent: number
}

/** How often chance alone reaches what the trials have reached, under each null hypothesis. */
function sharesBeyond(
  gains: readonly Trial[],
  { errors, means, ratios }: MeasuredGains,
  draw: { length: number; paths: number; seed: number },
): Shares {
  const count = gains[0]!.returns.length
  const root = Math.sqrt(count)
  const limit = -Math.sqrt(2 * Math.log(Math.log(count)))
  const rows = rowsOf(gains)
  const drawn = new Float64Array(gains.length)
  const reached = Math.max(0, largest(ratios))
  const reachedMean = largest(means)
  const beyond = { lower: 0, consistent: 0, upper: 0, check: 0 }
  const history = historyDrawer(rows, count, draw)
  for (let path = 0; path < draw.paths; path++) {
    history(drawn)
    let [lower, consistent, upper, check] = [0, 0, 0, -Infinity]
    for (let k = 0; k < drawn.length; k++) {
      const scale = root / errors[k]!
      const mean = means[k]!
      const away = drawn[k]! - mean
      if (away > check) check = away
      upper = Math.max(upper, scale * away)
      lower = Math.max(lower, scale * (mean > 0 ? away : drawn[k]!))
      consistent = Math.max(consistent, scale * (ratios[k]! >= limit ? away : drawn[k]!))
    }
    if (lower >= reached) beyond.lower += 1
    if (consistent >= reached) beyond.consistent += 1
    if (upper >= reached) beyond.upper += 1
    if (check >= reachedMean) beyond.check += 1
  }
  const share = (times: number): number => (1 + times) / (1 + draw.paths)
  return {
    pLower: share(beyond.lower),
    pConsistent: share(beyond.consistent),
    pUpper: share(beyond.upper),
    pRealityCheck: share(beyond.check),
  }
}

/** The largest value. */
function largest(values: Float64Array): number {
  return values.reduce((most, value) => (value > most ? value : most), -Infinity)
}

/** The gains of all trials, time after time, so that a history is a walk through memory. */
function rowsOf(gains: readonly Trial[]): Float64Array {
  const count = gains[0]!.returns.length
  const rows = new Float64Array(count * gains.length)
  gains.forEach(({ returns }, k) => {
    for (let i = 0; i < count; i++) rows[i * gains.length + k] = returns[i]!
  })
  return rows
}

/** Writes the mean gains of one drawn history; a row drawn twice is added once, with its weight. */
function historyDrawer(
  rows: Float64Array,
  count: number,
  { length, seed }: { length: number; seed: number },
): (into: Float64Array) => void {
  const rng = seededRng(seed)
  const places = new Int32Array(count)
  const times = new Int32Array(count)
  return into => {
    drawPath(places, rng, { method: 'stationary', length })
    times.fill(0)
    for (const place of places) times[place] = times[place]! + 1
    into.fill(0)
    for (let i = 0; i < count; i++) {
      const weight = times[i]! / count
      if (weight > 0) addRow(into, rows, { from: i * into.length, weight })
    }
  }
}

function addRow(
  into: Float64Array,
  rows: Float64Array,
  { from, weight }: { from: number; weight: number },
): void {
  for (let k = 0; k < into.length; k++) into[k] = into[k]! + weight * rows[from + k]!
}

/** What is known of a share after so many draws (Wilson 1927). https://doi.org/10.2307/2276774 */
function drawingInterval(share: number, draws: number, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2)
  const middle = (share + (z * z) / (2 * draws)) / (1 + (z * z) / draws)
  const reach =
    (z / (1 + (z * z) / draws)) *
    Math.sqrt((share * (1 - share)) / draws + (z * z) / (4 * draws * draws))
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}
