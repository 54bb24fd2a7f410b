import { AppError } from '../../core/errors.js'
import { checkedOptions } from './research-options.js'
import {
  measureStatistic,
  STATISTIC_OPTIONS,
  type StatisticName,
  type StatisticOptions,
} from '../statistics/measure.js'
import { statisticJson } from '../statistics/statistic-text.js'
import { checkVaried, type ReturnsTable } from '../statistics/returns-file.js'

/** Returns as fractions: one column, or several by name. */
export type Returns = ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>

/** A statistic as `assay stats NAME --json` prints it. */
export interface StatisticResult {
  readonly value: number | null
  readonly interval: readonly [number, number] | null
  readonly n: number
  readonly formula: string
  readonly reason?: string
  readonly [detail: string]: unknown
}

type Options = StatisticOptions

/** The statistics of `assay stats`, of arrays instead of a file. docs/statistics.md explains each. */
export const stats = {
  /** Probability that the true Sharpe ratio is above a benchmark. */
  psr: (returns: Returns, options?: Options) => measured('psr', returns, options),
  /** The same for the best of several columns, after the luck of having chosen. */
  dsr: (returns: Returns, options?: Options) => measured('dsr', returns, options),
  /** How many returns would show it. */
  mintrl: (returns: Returns, options?: Options) => measured('mintrl', returns, options),
  /** Years below which the best of so many trials is luck. */
  minbtl: (options: Options) => measured('minbtl', undefined, options),
  /** Probability of backtest overfitting, over all columns. */
  pbo: (returns: Returns, options?: Options) => measured('pbo', returns, options),
  /** Sharpe ratio after a haircut for the number of tests. */
  haircut: (returns: Returns, options?: Options) => measured('haircut', returns, options),
  /** Intervals of Sharpe ratio, drawdown and CAGR from drawn histories. */
  bootstrap: (returns: Returns, options?: Options) => measured('bootstrap', returns, options),
  /** Whether any column beats a benchmark beyond luck. */
  spa: (returns: Returns, options?: Options) => measured('spa', returns, options),
  /** What picking the best column in training gives on days that were left out, over many paths. */
  cpcv: (returns: Returns, options?: Options) => measured('cpcv', returns, options),
}

function measured(
  name: StatisticName,
  returns: Returns | undefined,
  options: Options = {},
): StatisticResult {
  const table = returns === undefined ? undefined : tableOf(returns)
  const statistic = measureStatistic(name, table, checkedOptions(options, STATISTIC_OPTIONS))
  const { file: _file, ignored_column: _ignored, ...json } = statisticJson(name, table, statistic)
  return json as unknown as StatisticResult
}

/** Checked as a file would be. @throws AppError INVALID_RETURNS */
function tableOf(returns: Returns): ReturnsTable {
  const columns: Readonly<Record<string, ArrayLike<number>>> = isColumn(returns)
    ? { returns }
    : returns
  const trials = Object.entries(columns).map(([name, values]) => ({
    name,
    returns: Float64Array.from(values),
  }))
  const length = trials[0]?.returns.length ?? 0
  if (length === 0) throw refused('there are no returns', 'give a return for each period')
  for (const trial of trials) {
    if (trial.returns.length !== length) {
      throw refused(
        `column "${trial.name}" has ${trial.returns.length} returns, but the first has ${length}`,
        'give every column a return for each period',
      )
    }
    const wrong = trial.returns.findIndex(value => !(Math.abs(value) <= 1e6))
    if (wrong < 0) continue
    throw refused(
      `column "${trial.name}", place ${wrong}: ${trial.returns[wrong]} is no return`,
      'write returns as fractions: 0.01 is 1 %',
    )
  }
  const table = { file: 'returns', trials, ignoredColumn: null, notes: [] }
  checkVaried(table)
  return table
}

function isColumn(returns: Returns): returns is ArrayLike<number> {
  return Array.isArray(returns) || ArrayBuffer.isView(returns)
}

function refused(message: string, hint: string): AppError {
  return new AppError('INVALID_RETURNS', message, { hint })
}
