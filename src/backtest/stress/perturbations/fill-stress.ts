import type { LegSpec } from '../../../core/trading/desk.js'
import type { AnyStrategy } from '../../../core/strategy/strategy.js'
import { distributionOfKnown, shareOf, type Distribution } from '../distribution.js'
import { mixedSeed } from '../seeds.js'
import type { RunFigures, StressRuns } from '../stress-runs.js'
import { decidingLate, missingEntries } from './wrapped-strategy.js'

/** The run with a share of its entries missed, several times. */
export interface MissedFills {
  /** Share of the entries that are missed, on average. */
  readonly share: number
  /** Runs made. */
  readonly n: number
  readonly totalReturn: Distribution | null
  readonly sharpe: Distribution | null
  readonly trades: Distribution | null
  readonly profitableShare: number | null
  readonly seed: number
  readonly method: string
  readonly reason: string | null
}

/** The run with every decision late. */
export interface DelayedFills {
  /** Candles between what the strategy decides and when it is heard. */
  readonly candles: number
  /** Runs made: one, or none. */
  readonly n: number
  readonly figures: RunFigures | null
  /** Total return less that of the run. */
  readonly difference: number | null
  readonly method: string
  readonly reason: string | null
}

const MISSED =
  'each entry is missed with this probability, by seed and time of the decision; a reversal that is missed only exits; a strategy that asks again is heard again'

const DELAYED =
  'every decision is heard so many candles later; protective exits are not late, and the strategy sees what it really holds'

/** The run with each entry missed by chance, `runs` times. */
export function missedFills(
  runs: StressRuns,
  share: number,
  options: { readonly runs?: number; readonly seed?: number } = {},
): MissedFills {
  const { seed = 1 } = options
  const figures: RunFigures[] = []
  for (let k = 0; k < (options.runs ?? 10); k++) {
    const one = runWith(runs, (strategy, leg) =>
      missingEntries(strategy, { share, seed: mixedSeed(seed, 3, k, leg) }),
    )
    if (one === null) break
    figures.push(one)
  }
  const returns = figures.map(({ totalReturn }) => totalReturn)
  return {
    share,
    n: figures.length,
    totalReturn: distributionOfKnown(returns),
    sharpe: distributionOfKnown(figures.map(({ sharpe }) => sharpe)),
    trades: distributionOfKnown(figures.map(({ trades }) => trades)),
    profitableShare: shareOf(returns, value => value > 0),
    seed,
    method: MISSED,
    reason: figures.length === 0 ? (runs.spent ?? 'no run was asked for') : null,
  }
}

/** The run with every decision `candles` candles late. */
export function delayedFills(runs: StressRuns, candles: number): DelayedFills {
  const figures = runWith(runs, strategy => decidingLate(strategy, candles))
  return {
    candles,
    n: figures === null ? 0 : 1,
    figures,
    difference: figures === null ? null : figures.totalReturn - runs.own.totalReturn,
    method: DELAYED,
    reason: figures === null ? runs.spent : null,
  }
}

function runWith(
  runs: StressRuns,
  wrap: (strategy: AnyStrategy, leg: number) => AnyStrategy,
): RunFigures | null {
  const legs = runs.input.spec.legs.map((leg, k): LegSpec => ({
    ...leg,
    strategy: wrap(leg.strategy, k),
  }))
  return runs.run({ spec: runs.specWith({ legs }) })
}
