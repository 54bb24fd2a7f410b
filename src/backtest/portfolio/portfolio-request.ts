import { AppError } from '../../core/errors.js'
import type { Allocation } from '../../core/engine/allocation/allocation.js'
import type { RequestedStrategy, RunData, RunRequest } from '../run/record/run-request.js'
import { byCodeUnit } from '../../core/canonical.js'

/** Symbols and strategies on one account, with everything decided. */
export interface PortfolioRequest {
  /** One a symbol, in canonical order; all but market and strategies is the same in each. */
  readonly runs: readonly RunRequest[]
  readonly allocation: Allocation
}

/** The candles of each of a request's runs. */
export type PortfolioData = readonly RunData[]

/**
 * Requests for single symbols as one, in canonical order. Where weights are not fixed, each leg
 * begins with its equal share.
 * @throws AppError INVALID_CONFIG where two legs cannot be told apart
 */
export function requestPortfolio(
  runs: readonly RunRequest[],
  allocation: Allocation,
): PortfolioRequest {
  for (const { symbol, strategies } of runs) {
    const names = strategies.map(({ strategy }) => strategy.name)
    const twice = names.find((name, k) => names.indexOf(name) !== k)
    if (twice === undefined) continue
    throw new AppError('INVALID_CONFIG', `${symbol} runs two strategies with the name "${twice}"`, {
      hint: 'a portfolio tells its legs by symbol and strategy: give one of the two another name',
    })
  }
  const legs = runs.reduce((sum, { strategies }) => sum + strategies.length, 0)
  const weighed = (given: RequestedStrategy): RequestedStrategy =>
    allocation.method === 'fixed' ? given : { ...given, weight: 1 / legs }
  return {
    allocation,
    runs: runs
      .map(run => ({
        ...run,
        strategies: run.strategies
          .map(weighed)
          .sort((a, b) => byCodeUnit(a.strategy.name, b.strategy.name)),
      }))
      .sort((a, b) => byCodeUnit(a.symbol, b.symbol)),
  }
}
