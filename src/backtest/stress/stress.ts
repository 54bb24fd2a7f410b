import { AppError } from '../../core/errors.js'
import type { ParamSpecs, ParamValue } from '../../core/strategy/params.js'
import type { RunData, RunRequest } from '../run/record/run-request.js'
import { CAPACITY_RUNS, capacityCurve, type CapacityCurve } from './capacity.js'
import { noiseStress, resampleStress, type CandleStress } from './perturbations/candle-stress.js'
import { costAttribution, type CostAttribution } from './cost-attribution.js'
import { BREAK_EVEN_RUNS, costStress, type CostStress } from './perturbations/cost-stress.js'
import {
  delayedFills,
  missedFills,
  type DelayedFills,
  type MissedFills,
} from './perturbations/fill-stress.js'
import {
  neighboursOf,
  perturbParams,
  type ParamPerturbation,
} from './perturbations/param-perturbation.js'
import { regimeBreakdown, type RegimeBreakdown } from './regimes/regimes.js'
import { mixedSeed } from './seeds.js'
import { startJitter, type StartJitter } from './perturbations/start-jitter.js'
import {
  checkOptions,
  STRESS_DEFAULTS,
  type RunCounts,
  type StressOptions,
} from './stress-options.js'
import { StressRuns, type RunFigures } from './stress-runs.js'
import { tradePaths, type TradePaths } from './trades/trade-paths.js'

/** What becomes of a run when what it rests on changes a little. */
export interface StressResult {
  readonly seed: number
  /** The run as it was. */
  readonly own: RunFigures
  readonly shuffle: TradePaths
  readonly bootstrap: TradePaths
  readonly noise: CandleStress
  readonly resampled: CandleStress
  readonly missed: readonly MissedFills[]
  readonly delayed: readonly DelayedFills[]
  readonly costs: CostStress
  readonly attribution: CostAttribution
  readonly jitter: StartJitter
  readonly regimes: RegimeBreakdown
  readonly capacity: CapacityCurve
  /** One for each strategy of the run. */
  readonly params: readonly (ParamPerturbation & { readonly strategy: string })[]
  /** Runs made. */
  readonly runs: number
  /** Why some were left out; null where none was. */
  readonly budgetSpent: string | null
}

/**
 * Everything that this folder knows to ask of a run, within a budget of runs, candles and, where it
 * has a clock, time. The same request, data and options give the same result; only a limit of time that was
 * reached makes it hang on the machine, and `budgetSpent` then says so.
 * @throws AppError STRATEGY_FAILED where a strategy throws; NO_CANDLES where the range holds none;
 * INVALID_SETTING for options that make no sense, and for an unknown impact preset
 */
export function stressRun(
  request: RunRequest,
  data: RunData,
  options: StressOptions = {},
): StressResult {
  checkOptions(options)
  const given = { ...STRESS_DEFAULTS, ...options }
  const runs = new StressRuns(request, data, options.budget)
  const fit = fittingRuns(runs, given)
  const { seed } = given
  const trades = { trades: runs.outcome.trades, capital: request.capital }
  const paths = (part: number) => ({ ...given.trades, seed: mixedSeed(seed, part) })
  // Few runs that say much come first, so that a budget cuts the many.
  return {
    seed,
    own: runs.own,
    shuffle: tradePaths('shuffle', trades, paths(11)),
    bootstrap: tradePaths('bootstrap', trades, paths(12)),
    regimes: regimeBreakdown(request, data, runs.outcome, given.regimeWindows),
    attribution: costAttribution(request, data, runs.outcome),
    costs: costStress(runs, given.costMultiples),
    delayed: given.delays.map(candles => delayedFills(runs, candles)),
    capacity: capacityCurve(runs, given),
    params: perturbEach(runs),
    missed: given.missedShares.map(share =>
      missedFills(runs, share, { runs: fit(given.missedRuns), seed }),
    ),
    jitter: startJitter(runs, { starts: fit(given.starts), share: given.startShare }),
    resampled: resampleStress(runs, {
      runs: fit(given.candleRuns),
      seed,
      blockLength: given.candleBlockLength,
    }),
    noise: noiseStress(runs, { runs: fit(given.candleRuns), seed, noiseShare: given.noiseShare }),
    runs: runs.count,
    budgetSpent: runs.spent,
  }
}

/** A neighbour that throws cannot be traded: it counts as one that lost everything. */
const FAILED = { totalReturn: -1, sharpe: null }

/** Each strategy's parameters one step away, the others as they are. */
function perturbEach(runs: StressRuns): StressResult['params'] {
  const { legs } = runs.input.spec
  return legs.map((leg, k) => ({
    strategy: leg.strategy.name,
    ...perturbParams({
      specs: leg.strategy.params as ParamSpecs,
      params: leg.params,
      check: params => leg.strategy.check?.(params),
      own: runs.own,
      evaluate: (params: Readonly<Record<string, ParamValue>>) => {
        const changed = legs.map((one, other) => (other === k ? { ...one, params } : one))
        try {
          return runs.run({ spec: runs.specWith({ legs: changed }) })
        } catch (error) {
          if (error instanceof AppError && error.code === 'STRATEGY_FAILED') return FAILED
          throw error
        }
      },
    }),
  }))
}

/** How many of so many runs there is room for, when all parts are given the same share of theirs. */
function fittingRuns(runs: StressRuns, given: RunCounts): (wanted: number) => number {
  const neighbours = runs.input.spec.legs
    .map(({ strategy, params }) => neighboursOf(strategy.params as ParamSpecs, params).length)
    .reduce((sum, count) => sum + count, 0)
  const fixed =
    given.costMultiples.length + BREAK_EVEN_RUNS + given.delays.length + CAPACITY_RUNS + neighbours
  const many = 2 * given.candleRuns + given.missedShares.length * given.missedRuns + given.starts
  return wanted => runs.fitting(wanted, fixed + many)
}
