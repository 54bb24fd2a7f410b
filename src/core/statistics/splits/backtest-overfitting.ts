import { assert } from '../../assert.js'
import { quantileOfSorted } from '../samples/moments.js'
import { splitBlocks } from './split-blocks.js'
import { combinations, splitOutcomes, type SplitOutcomes } from './split-outcomes.js'
import { lineThrough } from '../samples/straight-line.js'
import { withoutValue, type Statistic, type Trial } from '../statistic.js'
import { rateTrials, type RatedTrials } from '../sharpe/trials.js'

/** How likely it is that choosing the best trial chooses one that is below the median later. */
export interface BacktestOverfitting extends Statistic {
  /** Blocks in time that the returns are cut into. */
  readonly blocks: number
  /** Ways to choose half of the blocks. */
  readonly combinations: number
  /** Trials that were compared. */
  readonly trials: number
  /** Trials whose returns never differ, left out. */
  readonly trialsWithoutSharpe: number
  /** What else the combinations show; null where there is no value. */
  readonly details: OverfittingDetails | null
}

export interface OverfittingDetails {
  /** Mean of the logits. */
  readonly logitMean: number
  /** Median of the logits. */
  readonly logitMedian: number
  /** How many logits fall where. */
  readonly logitHistogram: readonly HistogramBin[]
  /** Slope of the line of the best trial's Sharpe ratio out of sample over that in sample, per period. */
  readonly degradationSlope: number | null
  /** Where that line begins. */
  readonly degradationIntercept: number | null
  /** Share of the variance that it explains. */
  readonly degradationR2: number | null
  /** How often the best in sample has a Sharpe ratio below zero out of sample. */
  readonly lossProbability: number
  /** Mean Sharpe ratio of the best in sample, there, per period. */
  readonly sharpeInSampleMean: number
  /** Mean Sharpe ratio of the same out of sample, per period. */
  readonly sharpeOutOfSampleMean: number
  /** Whether choosing the best beats the mean of all trials at every quantile out of sample. */
  readonly isDominantFirstOrder: boolean
  /** The same of the sums of the lowest quantiles. */
  readonly isDominantSecondOrder: boolean
}

export interface HistogramBin {
  /** Its lower edge. */
  readonly from: number
  /** Its upper edge. */
  readonly to: number
  /** How many fall into it. */
  readonly count: number
}

export interface OverfittingOptions {
  /** Even, from 2 to 20. */
  readonly blocks?: number
}

export const BLOCKS_DEFAULT = 16
export const BLOCKS_MAX = 20

const FORMULA =
  'share of all choices of S/2 of S blocks with ln(w / (1 − w)) ≤ 0, w = rank out of sample of the best in sample / (N + 1), by Sharpe per period'

/**
 * The probability of backtest overfitting by combinatorially symmetric cross-validation. Bailey,
 * Borwein, López de Prado and Zhu (2017). https://doi.org/10.21314/JCF.2016.322
 */
export function backtestOverfitting(
  trials: readonly Trial[],
  { blocks = BLOCKS_DEFAULT }: OverfittingOptions = {},
): BacktestOverfitting {
  assert(blocks % 2 === 0 && blocks >= 2 && blocks <= BLOCKS_MAX, 'blocks are even, from 2 to 20')
  const all = rateTrials(trials)
  const head = {
    unit: 'probability',
    n: all.count,
    formula: FORMULA,
    blocks,
    combinations: combinations(blocks),
    trials: all.rated.length,
    trialsWithoutSharpe: all.withoutSharpe,
  } as const
  const reason = reasonAgainstSplit(all, blocks)
  if (reason !== undefined) return { ...head, ...withoutValue(reason), details: null }
  const columns = all.rated.map(({ returns }) => returns)
  const outcomes = splitOutcomes(splitBlocks(columns, blocks))
  return {
    ...head,
    value: shareOf(outcomes.logits, logit => logit <= 0),
    interval: null,
    intervalOf: null,
    details: detailsOf(outcomes),
  }
}

function reasonAgainstSplit({ count, rated }: RatedTrials, blocks: number): string | undefined {
  const least = Math.max(blocks, 4)
  if (count < least) return `${count} returns are too few for ${blocks} blocks, ${least} are needed`
  if (rated.length >= 2) return undefined
  return `${rated.length} trials with a deviation are too few to choose from, at least 2 are needed`
}

function detailsOf(outcomes: SplitOutcomes): OverfittingDetails {
  const { bestInSample, bestOutOfSample, logits, meanOutOfSample } = outcomes
  const sorted = logits.toSorted((a, b) => a - b)
  const line = lineThrough(bestInSample, bestOutOfSample)
  return {
    logitMean: meanOf(logits),
    logitMedian: quantileOfSorted(sorted, 0.5),
    logitHistogram: histogramOf(sorted),
    degradationSlope: line?.slope ?? null,
    degradationIntercept: line?.intercept ?? null,
    degradationR2: line?.r2 ?? null,
    lossProbability: shareOf(bestOutOfSample, sharpe => sharpe < 0),
    sharpeInSampleMean: meanOf(bestInSample),
    sharpeOutOfSampleMean: meanOf(bestOutOfSample),
    ...dominanceOf(bestOutOfSample, meanOutOfSample),
  }
}

function shareOf(values: Float64Array, isCounted: (value: number) => boolean): number {
  let count = 0
  for (const value of values) if (isCounted(value)) count += 1
  return count / values.length
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

const BINS = 20

/** Bins of equal width, symmetric about 0, so that none holds both signs. */
function histogramOf(sorted: Float64Array): HistogramBin[] {
  const reach = Math.max(Math.abs(sorted[0]!), Math.abs(sorted[sorted.length - 1]!), 1e-9)
  const width = (2 * reach) / BINS
  const counts = new Int32Array(BINS)
  for (const value of sorted) {
    // A logit of 0 belongs to those that count as overfitted.
    const bin = Math.ceil((value + reach) / width) - 1
    counts[Math.max(0, Math.min(BINS - 1, bin))]! += 1
  }
  return Array.from(counts, (count, k) => ({
    from: (k - BINS / 2) * width,
    to: (k + 1 - BINS / 2) * width,
    count,
  }))
}

/** Compares quantile by quantile, and the sums of them from the lowest on. */
function dominanceOf(
  chosen: Float64Array,
  all: Float64Array,
): Pick<OverfittingDetails, 'isDominantFirstOrder' | 'isDominantSecondOrder'> {
  const [a, b] = [chosen, all].map(values => values.toSorted((x, y) => x - y)) as [
    Float64Array,
    Float64Array,
  ]
  let [isDominantFirstOrder, isDominantSecondOrder] = [true, true]
  let lead = 0
  for (let k = 0; k < a.length; k++) {
    const ahead = a[k]! - b[k]!
    lead += ahead
    if (ahead < 0) isDominantFirstOrder = false
    if (lead < 0) isDominantSecondOrder = false
  }
  return { isDominantFirstOrder, isDominantSecondOrder }
}
