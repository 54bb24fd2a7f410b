import { EXPECTED_MAXIMUM_FORMULA, expectedMaximum } from './expected-maximum.js'
import { PERIODS_A_YEAR, withoutValue, type Statistic } from '../statistic.js'

/** How long a backtest must be for so many trials. */
export interface BacktestLength extends Statistic {
  /** The same in returns; null where there is no value. */
  readonly periods: number | null
  /** The upper bound of the paper, `2 ln N / SR²`, in years. */
  readonly upperBoundYears: number | null
  /** Trials that were made. */
  readonly trials: number
  /** The annual Sharpe ratio that luck alone must not be expected to reach. */
  readonly targetSharpeAnnual: number
  /** What the best of the trials is expected to reach by chance in one year of returns. */
  readonly expectedMaximum: number
  /** Length of the returns at hand, in years; null where there are none. */
  readonly years: number | null
  /** Whether the returns at hand are as many; null where there are none. */
  readonly isLongEnough: boolean | null
  /** Returns a year. */
  readonly periodsAYear: number
}

export interface BacktestLengthInput {
  /** Trials that were made. */
  readonly trials: number
  /** The annual Sharpe ratio that luck alone must not be expected to reach. */
  readonly targetSharpeAnnual?: number
  /** Returns at hand; 0 where there are none. */
  readonly count?: number
  /** Returns a year. */
  readonly periods?: number
}

const FORMULA = `((${EXPECTED_MAXIMUM_FORMULA}) / SR)² years, SR annual, N independent trials, γ = 0.5772…`

/**
 * The minimum backtest length in years: in a shorter one the best of `trials` worthless strategies is
 * expected to show the annual Sharpe ratio `targetSharpeAnnual`. Bailey, Borwein, López de Prado and
 * Zhu (2014), theorem 1. https://ssrn.com/abstract=2308659
 */
export function backtestLength(input: BacktestLengthInput): BacktestLength {
  const { trials, targetSharpeAnnual = 1, count = 0, periods = PERIODS_A_YEAR } = input
  const luck = expectedMaximum(trials)
  const years = count === 0 ? null : count / periods
  const needed = luck === 0 ? null : Math.pow(luck / targetSharpeAnnual, 2)
  return {
    ...(needed === null
      ? withoutValue(
          'one trial has no luck of several to outlast; minimum track record length judges it',
        )
      : { value: needed, interval: null, intervalOf: null }),
    unit: 'years',
    n: count,
    formula: FORMULA,
    periods: needed === null ? null : needed * periods,
    upperBoundYears:
      needed === null ? null : (2 * Math.log(trials)) / (targetSharpeAnnual * targetSharpeAnnual),
    trials,
    targetSharpeAnnual,
    expectedMaximum: luck,
    years,
    isLongEnough: years === null || needed === null ? null : years >= needed,
    periodsAYear: periods,
  }
}
