import { normal, seededRng } from '../../src/core/random.js'
import { backtestOverfitting } from '../../src/core/statistics/splits/backtest-overfitting.js'
import { bootstrapIntervals } from '../../src/core/statistics/resampling/bootstrap.js'
import { crossValidation } from '../../src/core/statistics/splits/cross-validation.js'
import { deflatedSharpe } from '../../src/core/statistics/sharpe/deflated-sharpe.js'
import type { Trial } from '../../src/core/statistics/statistic.js'
import { superiorAbility } from '../../src/core/statistics/resampling/superior-ability.js'

/** Seconds on one thread. Each must stay under 10 on the machine of the history. */
export interface StatisticsFigures {
  /** CSCV of 16 blocks, 1,000 trials of 365 days: 12,870 combinations. */
  readonly overfittingSeconds: number
  /** 10,000 drawn histories of 365 days: Sharpe ratio, drawdown and CAGR of each. */
  readonly bootstrapSeconds: number
  /** The same of 2,000 days. */
  readonly bootstrapLongSeconds: number
  /** Deflated Sharpe ratio of 1,000 trials of 365 days, clustered. */
  readonly deflatedSeconds: number
  /** 10,000 drawn histories of 1,000 trials of 365 days. */
  readonly abilitySeconds: number
  /** Cross-validation of 1,000 trials of 365 days, 2 of 10 groups tested: 45 combinations. */
  readonly crossValidationSeconds: number
  /** The same with 7 of 14 groups: 3,432 combinations. */
  readonly crossValidationManySeconds: number
}

/** Measures all of them, each once. */
export function benchStatistics(): StatisticsFigures {
  const trials = noiseTrials(1000, 365)
  return {
    overfittingSeconds: measureOverfitting(trials),
    bootstrapSeconds: measureBootstrap(365),
    bootstrapLongSeconds: measureBootstrap(2000),
    deflatedSeconds: secondsOf(() => deflatedSharpe(trials)),
    abilitySeconds: secondsOf(() => superiorAbility(trials)),
    crossValidationSeconds: secondsOf(() => crossValidation(trials)),
    crossValidationManySeconds: secondsOf(() =>
      crossValidation(trials, { plan: { groups: 14, testGroups: 7 } }),
    ),
  }
}

/** Seconds of CSCV over 16 blocks. */
export function measureOverfitting(trials: readonly Trial[] = noiseTrials(1000, 365)): number {
  return secondsOf(() => backtestOverfitting(trials, { blocks: 16 }))
}

/** Seconds of 10,000 drawn histories of so many days. */
export function measureBootstrap(days: number): number {
  const [trial] = noiseTrials(1, days)
  return secondsOf(() => bootstrapIntervals(trial!.returns, { paths: 10_000 }))
}

function secondsOf(work: () => unknown): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

function noiseTrials(trials: number, days: number): Trial[] {
  const rng = seededRng(1)
  return Array.from({ length: trials }, (_, k) => ({
    name: `t${k}`,
    returns: Float64Array.from({ length: days }, () => 0.01 * normal(rng)),
  }))
}
