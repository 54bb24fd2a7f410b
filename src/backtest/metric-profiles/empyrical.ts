import { finiteFigures, type ForeignMetrics } from './profile-run.js'
import {
  covarianceOf,
  deviationOf,
  drawdownsOf,
  growthOf,
  meanOf,
  quantileOf,
  sumOf,
  varianceOf,
} from './series-figures.js'

/**
 * The figures of empyrical, from daily returns, risk-free rate and required return 0. Its own number
 * of days a year is 252; `annualization=` sets another.
 * https://github.com/stefan-jansen/empyrical-reloaded/blob/main/src/empyrical/stats.py
 */
export function measureAsEmpyrical(returns: Float64Array, daysAYear: number): ForeignMetrics {
  const total = growthOf(returns)
  const annualReturn = total ** (daysAYear / returns.length) - 1
  const drawdown = Math.min(...drawdownsOf(returns))
  const root = Math.sqrt(daysAYear)
  const mean = meanOf(returns)
  const downsideRisk = root * Math.sqrt(meanOf(returns.map(value => Math.min(value, 0) ** 2)))
  const losses = -sumOf(returns.filter(value => value < 0))
  return finiteFigures({
    annual_return: annualReturn,
    cagr: annualReturn,
    cum_returns_final: total - 1,
    annual_volatility: root * deviationOf(returns),
    sharpe_ratio: root * ratioOrInfinity(mean, deviationOf(returns)),
    calmar_ratio: drawdown < 0 ? annualReturn / -drawdown : NaN,
    stability_of_timeseries: stabilityOf(returns),
    max_drawdown: drawdown,
    omega_ratio: losses > 0 ? sumOf(returns.filter(value => value > 0)) / losses : NaN,
    sortino_ratio: (mean * daysAYear) / downsideRisk,
    downside_risk: downsideRisk,
    tail_ratio: Math.abs(quantileOf(returns, 0.95)) / Math.abs(quantileOf(returns, 0.05)),
    value_at_risk: quantileOf(returns, 0.05),
    conditional_value_at_risk: worstMean(returns, 0.05),
  })
}

/** What floats leave of a deviation of equal returns is none. */
function ratioOrInfinity(mean: number, deviation: number): number {
  return deviation < 1e-15 ? NaN : mean / deviation
}

/** R² of the line through the running sum of log returns. */
function stabilityOf(returns: Float64Array): number {
  if (returns.length < 2) return NaN
  let sum = 0
  const curve = returns.map(value => (sum += Math.log1p(value)))
  const places = Float64Array.from(returns, (_, k) => k)
  return covarianceOf(places, curve) ** 2 / (varianceOf(places) * varianceOf(curve))
}

/** Mean of the returns up to the one at the cutoff, that one included. */
function worstMean(returns: Float64Array, cutoff: number): number {
  const sorted = returns.toSorted((a, b) => a - b)
  return meanOf(sorted.subarray(0, Math.floor((returns.length - 1) * cutoff) + 1))
}
