import type { Candles } from '../../../core/candles/candles.js'
import {
  distributionOfKnown,
  percentileAmong,
  shareOf,
  type Distribution,
} from '../distribution.js'
import { addNoise, candleBlockLength, drawCandles, stageFor } from './other-candles.js'
import { mixedSeed } from '../seeds.js'
import type { RunFigures, StressRuns } from '../stress-runs.js'

/** The run on candles that could have been. */
export interface CandleStress {
  readonly kind: 'noise' | 'resampled'
  /** Runs made. */
  readonly n: number
  readonly totalReturn: Distribution | null
  /** Of the runs that have one. */
  readonly sharpe: Distribution | null
  readonly maxDrawdown: Distribution | null
  /** Of the market that was made. */
  readonly buyAndHoldReturn: Distribution | null
  readonly profitableShare: number | null
  /** The run on the candles as they were, without finer candles. */
  readonly observed: RunFigures
  /** Share of the runs below the observed one, equal ones counting half. */
  readonly returnPercentile: number | null
  readonly sharpePercentile: number | null
  /** `(1 + runs at least as good) / (1 + runs)`, by total return; for resampled candles only. */
  readonly pValue: number | null
  /** Noise by the range of a candle; mean length of a block in candles. */
  readonly noiseShare: number | null
  readonly blockLength: number | null
  readonly seed: number
  readonly method: string
  readonly reason: string | null
}

export interface CandleStressOptions {
  readonly runs?: number
  readonly seed?: number
}

/** Noise by the range of a candle unless told otherwise. */
const NOISE_SHARE = 0.1

/** The run on its candles with a little noise: a result that needs exact prices falls apart. */
export function noiseStress(
  runs: StressRuns,
  options: CandleStressOptions & { readonly noiseShare?: number | undefined } = {},
): CandleStress {
  const { noiseShare = NOISE_SHARE, seed = 1 } = options
  const { candles } = runs.input
  const figures = runOnStage(runs, options.runs ?? 30, (stage, k) =>
    addNoise(candles, stage, { share: noiseShare, seed: mixedSeed(seed, 1, k) }),
  )
  return {
    kind: 'noise',
    ...summaryOf(runs, figures),
    pValue: null,
    noiseShare,
    blockLength: null,
    seed,
    method:
      'each price × exp(share × (high − low) / open × z), z standard normal, then high and low widened to hold all four',
  }
}

/**
 * The run on candles drawn from its own in blocks: a null model, in which nothing longer than a
 * block can be foreseen. A real edge loses itself there; a result that stays is not one of timing.
 */
export function resampleStress(
  runs: StressRuns,
  options: CandleStressOptions & { readonly blockLength?: number | null | undefined } = {},
): CandleStress {
  const { seed = 1 } = options
  const { candles } = runs.input
  const blockLength = options.blockLength ?? candleBlockLength(candles)
  const figures = runOnStage(runs, options.runs ?? 30, (stage, k) =>
    drawCandles(candles, stage, { blockLength, seed: mixedSeed(seed, 2, k) }),
  )
  const { totalReturn } = runs.ownOnCandles()
  const better = figures.filter(one => one.totalReturn >= totalReturn).length
  return {
    kind: 'resampled',
    ...summaryOf(runs, figures),
    pValue: figures.length === 0 ? null : (1 + better) / (1 + figures.length),
    noiseShare: null,
    blockLength,
    seed,
    method:
      'null model: candles drawn in stationary blocks (Politis and Romano 1994), each with its shape and its gap to the close before, chained into a price; what is longer than a block is chance',
  }
}

function runOnStage(
  runs: StressRuns,
  count: number,
  write: (stage: Candles, k: number) => void,
): RunFigures[] {
  const stage = stageFor(runs.input.candles)
  const figures: RunFigures[] = []
  for (let k = 0; k < count; k++) {
    write(stage, k)
    const one = runs.runOn(stage)
    if (one === null) break
    figures.push(one)
  }
  return figures
}

function summaryOf(runs: StressRuns, figures: readonly RunFigures[]) {
  const observed = runs.ownOnCandles()
  const returns = figures.map(({ totalReturn }) => totalReturn)
  const sharpes = figures.map(({ sharpe }) => sharpe)
  return {
    n: figures.length,
    totalReturn: distributionOfKnown(returns),
    sharpe: distributionOfKnown(sharpes),
    maxDrawdown: distributionOfKnown(figures.map(({ maxDrawdown }) => maxDrawdown)),
    buyAndHoldReturn: distributionOfKnown(figures.map(one => one.buyAndHoldReturn)),
    profitableShare: shareOf(returns, value => value > 0),
    observed,
    returnPercentile: percentileAmong(returns, observed.totalReturn),
    sharpePercentile: percentileAmong(sharpes, observed.sharpe),
    reason: figures.length === 0 ? (runs.spent ?? 'no run was asked for') : null,
  }
}
