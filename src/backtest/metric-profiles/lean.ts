import {
  normalCdf,
  normalQuantile,
} from '../../core/statistics/distributions/normal-distribution.js'
import { finiteFigures, type ForeignMetrics, type ProfileRun } from './profile-run.js'
import {
  correctedMoments,
  covarianceOf,
  deviationOf,
  drawdownsOf,
  meanOf,
  varianceOf,
} from './series-figures.js'

/**
 * The summary statistics of LEAN under its names, as fractions, without its rounding, risk-free rate
 * 0, the market of the run as benchmark. LEAN counts 365 days a year at crypto brokerages, else 252.
 * https://github.com/QuantConnect/Lean/blob/master/Common/Statistics/PortfolioStatistics.cs
 */
export function measureAsLean(run: ProfileRun, daysAYear: number): ForeignMetrics {
  return finiteFigures({
    ...tradeFigures(run),
    'Start Equity': run.capital,
    'End Equity': run.finalEquity,
    'Net Profit': run.finalEquity / run.capital - 1,
    'Compounding Annual Return': (run.finalEquity / run.capital) ** (365 / run.spanDays) - 1,
    Drawdown: -Math.min(0, ...drawdownsOf(run.returns)),
    ...seriesFigures(run.returns, run.market, daysAYear),
    'Total Fees': run.feesPaid,
    'Portfolio Turnover': meanOf(run.turnover),
  })
}

/** Each profit by the capital and the profits before it. A trade that made nothing is a loss. */
function tradeFigures({ trades, capital }: ProfileRun): Record<string, number> {
  let running = capital
  let [gained, lost, wins, losses] = [0, 0, 0, 0]
  for (const { pnl } of trades) {
    if (pnl > 0) {
      gained += pnl / running
      wins += 1
    } else {
      lost += pnl / running
      losses += 1
    }
    running += pnl
  }
  const [averageWin, averageLoss] = [orZero(gained, wins), orZero(lost, losses)]
  const ratio = orZero(averageWin, Math.abs(averageLoss))
  const [winRate, lossRate] = [orZero(wins, trades.length), orZero(losses, trades.length)]
  return {
    'Average Win': averageWin,
    'Average Loss': averageLoss,
    'Win Rate': winRate,
    'Loss Rate': lossRate,
    'Profit-Loss Ratio': ratio,
    Expectancy: winRate * ratio - lossRate,
  }
}

/** LEAN says 0 where there is nothing to divide by. */
function orZero(value: number, by: number): number {
  return by === 0 || Number.isNaN(by) ? 0 : value / by
}

/** What LEAN computes of daily returns and those of its benchmark. */
export function seriesFigures(
  returns: Float64Array,
  benchmark: Float64Array,
  daysAYear: number,
): Record<string, number> {
  const annual = (values: Float64Array): number => (meanOf(values) + 1) ** daysAYear - 1
  const variance = (values: Float64Array): number => {
    const own = varianceOf(values)
    return Number.isNaN(own) ? 0 : own * daysAYear
  }
  const deviation = Math.sqrt(variance(returns))
  const downside = Math.sqrt(variance(returns.filter(value => value < 0)))
  const beta = orZero(covarianceOf(returns, benchmark), varianceOf(benchmark))
  const away = returns.map((value, k) => value - benchmark[k]!)
  const trackingError = Math.sqrt(variance(away))
  const lastYear = returns.subarray(-daysAYear)
  const atRisk = (p: number): number => meanOf(lastYear) + deviationOf(lastYear) * normalQuantile(p)
  return {
    'Sharpe Ratio': orZero(annual(returns), deviation),
    'Sortino Ratio': orZero(annual(returns), downside),
    'Probabilistic Sharpe Ratio': probability(returns, daysAYear),
    Alpha: beta === 0 ? 0 : annual(returns) - beta * annual(benchmark),
    Beta: beta,
    'Annual Standard Deviation': deviation,
    'Annual Variance': variance(returns),
    'Information Ratio': orZero(annual(returns) - annual(benchmark), trackingError),
    'Tracking Error': trackingError,
    'Treynor Ratio': orZero(annual(returns), beta),
    'Value At Risk 99': atRisk(0.01),
    'Value At Risk 95': atRisk(0.05),
  }
}

/**
 * Probability that the true Sharpe ratio is above 1 a year, as LEAN computes it. Its fault: the
 * formula is written for the raw kurtosis, 3 for the normal, and LEAN fills in the excess, 0 for the
 * normal, so that the spread is too small. `kurtosisAdded` of 3 mends it.
 */
export function probability(returns: Float64Array, daysAYear: number, kurtosisAdded = 0): number {
  const deviation = deviationOf(returns)
  const sharpe = orZero(meanOf(returns), deviation)
  const { skewness, excess } = correctedMoments(returns)
  const kurtosis = excess + kurtosisAdded
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2
  const error = Math.sqrt(spread / (returns.length - 1))
  return Number.isNaN(error) ? 0 : normalCdf(orZero(sharpe - 1 / Math.sqrt(daysAYear), error))
}
