import {
  normalCdf,
  normalQuantile,
} from '../../core/statistics/distributions/normal-distribution.js'
import { finiteFigures, type ForeignMetrics } from './profile-run.js'
import {
  correctedMoments,
  covarianceOf,
  deviationOf,
  drawdownsOf,
  growthOf,
  meanOf,
  quantileOf,
  sumOf,
} from './series-figures.js'

/**
 * The figures of quantstats, from daily returns and with its defaults: its wins and losses are days,
 * not trades. Its own number of days a year is 252; `periods=` sets another.
 * https://github.com/ranaroussi/quantstats/blob/main/quantstats/stats.py
 */
export function measureAsQuantstats(returns: Float64Array, daysAYear: number): ForeignMetrics {
  return finiteFigures({ ...growthFigures(returns, daysAYear), ...dayFigures(returns) })
}

function growthFigures(returns: Float64Array, daysAYear: number): Record<string, number> {
  const count = returns.length
  const root = Math.sqrt(daysAYear)
  const [mean, deviation] = [meanOf(returns), deviationOf(returns)]
  const growth = growthOf(returns)
  const cagr = growth < 0 ? NaN : growth ** (daysAYear / count) - 1
  const drawdowns = drawdownsOf(returns)
  const deepest = Math.min(0, ...drawdowns)
  const sharpe = mean / deviation
  const downside = Math.sqrt(sumOf(returns.map(value => Math.min(value, 0) ** 2)) / count)
  const sortino = downside === 0 ? NaN : mean / downside
  const penalty = autocorrelationPenalty(returns)
  const ulcer = Math.sqrt(sumOf(drawdowns.map(depth => depth ** 2)) / (count - 1))
  const { skewness, excess } = correctedMoments(returns)
  return {
    comp: growth - 1,
    cagr,
    volatility: root * deviation,
    sharpe: root * sharpe,
    smart_sharpe: (root * sharpe) / penalty,
    sortino: root * sortino,
    smart_sortino: (root * sortino) / penalty,
    adjusted_sortino: (root * sortino) / Math.SQRT2,
    probabilistic_sharpe_ratio: probability(sharpe, { skewness, excess, count }),
    calmar: cagr / Math.abs(deepest),
    max_drawdown: deepest,
    ulcer_index: ulcer,
    ulcer_performance_index: ulcer === 0 ? NaN : (growth - 1) / ulcer,
    serenity_index: sumOf(returns) / (ulcer * (-shortfall(drawdowns) / deviation)),
    recovery_factor: Math.abs(sumOf(returns)) / Math.abs(deepest),
    skew: skewness,
    kurtosis: excess,
    value_at_risk: mean + deviation * normalQuantile(0.05),
    cvar: shortfall(returns),
    risk_return_ratio: sharpe,
    expected_return: growth ** (1 / count) - 1,
  }
}

/** Wins and losses by day. */
function dayFigures(returns: Float64Array): Record<string, number> {
  const [wins, losses] = [returns.filter(value => value > 0), returns.filter(value => value < 0)]
  const moved = wins.length + losses.length
  const winRate = moved === 0 ? 0 : wins.length / moved
  const payoff = meanOf(wins) / Math.abs(meanOf(losses))
  const factor = sumOf(wins) / Math.abs(sumOf(losses))
  const tail = Math.abs(quantileOf(returns, 0.95) / quantileOf(returns, 0.05))
  const calm = returns.filter(value => value >= 0)
  const lossShare = Math.abs(meanOf(losses) / losses.length)
  return {
    best: returns.reduce((most, value) => Math.max(most, value), -Infinity),
    worst: returns.reduce((least, value) => Math.min(least, value), Infinity),
    avg_return: sumOf(returns) / moved,
    avg_win: meanOf(wins),
    avg_loss: meanOf(losses),
    win_rate: winRate,
    payoff_ratio: payoff,
    profit_factor: factor,
    profit_ratio: calm.length === 0 ? 0 : Math.abs(meanOf(calm) / calm.length) / lossShare,
    omega: factor,
    gain_to_pain_ratio: sumOf(returns) / Math.abs(sumOf(losses)),
    tail_ratio: tail,
    common_sense_ratio: factor * tail,
    cpc_index: factor * winRate * payoff,
    outlier_win_ratio: quantileOf(returns, 0.99) / meanOf(calm),
    outlier_loss_ratio: quantileOf(returns, 0.01) / meanOf(losses),
    kelly_criterion: (payoff * winRate - (1 - winRate)) / payoff,
    risk_of_ruin: ((1 - winRate) / (1 + winRate)) ** returns.length,
    consecutive_wins: longestRun(returns, value => value > 0),
    consecutive_losses: longestRun(returns, value => value < 0),
    exposure: Math.ceil((moved / returns.length) * 100) / 100,
  }
}

/** `√(1 + 2 Σ (n − x)/n |ρ|^x)`, ρ the correlation of each return with the next. */
function autocorrelationPenalty(returns: Float64Array): number {
  const count = returns.length
  if (count < 2) return 1
  const [before, after] = [returns.subarray(0, count - 1), returns.subarray(1)]
  const spread = deviationOf(before) * deviationOf(after)
  const coefficient = Math.abs(covarianceOf(before, after) / spread)
  if (!Number.isFinite(coefficient)) return 1
  let sum = 0
  for (let x = 1; x < count; x++) sum += ((count - x) / count) * coefficient ** x
  return Math.sqrt(1 + 2 * sum)
}

/** Mean of a normal number that is below its 5 % quantile. */
function shortfall(values: Float64Array): number {
  const deviation = deviationOf(values)
  if (!(deviation > 0)) return meanOf(values)
  const density = Math.exp(-(normalQuantile(0.05) ** 2) / 2) / Math.sqrt(2 * Math.PI)
  return meanOf(values) - (deviation * density) / 0.05
}

/** Probability that the true Sharpe ratio is above 0, with the raw kurtosis. */
function probability(
  sharpe: number,
  { skewness, excess, count }: { skewness: number; excess: number; count: number },
): number {
  const spread = 1 - skewness * sharpe + ((excess + 2) / 4) * sharpe ** 2
  return normalCdf(sharpe / Math.sqrt(spread / (count - 1)))
}

function longestRun(returns: Float64Array, counts: (value: number) => boolean): number {
  let [longest, run] = [0, 0]
  for (const value of returns) {
    run = counts(value) ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
