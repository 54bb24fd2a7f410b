import { DAY_MS } from '../../core/candles/time.js'
import { formatChange, formatFixed, formatPercent } from '../../core/number-format.js'
import { remark, REMARK_LIMITS, type Remark } from './remark.js'
import type { Report } from '../run/record/report.js'

const LIMITS = REMARK_LIMITS

/** Remarks on the equity curve, alone and against holding the market. */
export function equityRemarks(report: Report): Remark[] {
  return [
    ...shortAnnualised(report),
    ...implausibleSharpe(report),
    ...exposureRemarks(report),
    ...almostHolding(report),
    ...longDrawdown(report),
  ]
}

/** A year made of a few weeks: their luck is raised to the power of a year. */
function shortAnnualised({ metrics, candles }: Report): Remark[] {
  const days = spanDays(candles)
  const { cagr, sharpe, sortino, calmar, volatility } = metrics
  const isNone = [cagr, sharpe, sortino, calmar, volatility].every(value => value === null)
  if (days >= LIMITS.annualisedDays || isNone) return []
  return [remark('short_annualised', 'warning', shortAnnualisedText(days), { days })]
}

/** What is said of figures a year that were made of fewer than `annualisedDays` days. */
export function shortAnnualisedText(days: number): string {
  return `CAGR, Sharpe, Sortino, Calmar and volatility are annualised from ${formatFixed(days, days < 10 ? 1 : 0)} days: from fewer than ${LIMITS.annualisedDays} they say little. Read the total return and the drawdown, or take a longer range.`
}

function implausibleSharpe({ metrics: { sharpe, trades } }: Report): Remark[] {
  if (sharpe === null || sharpe <= LIMITS.sharpe || trades < LIMITS.tradesFew) return []
  const text = `A Sharpe ratio of ${formatFixed(sharpe, 1)} over ${trades} trades is more than anyone sustains in a market that others trade. Look for lookahead with assay check, for missing costs, and for a search over many parameters.`
  return [remark('implausible_sharpe', 'serious', text, { sharpe, trades })]
}

function exposureRemarks({ metrics }: Report): Remark[] {
  const { exposure, totalReturn, buyAndHoldReturn } = metrics
  const evidence = { exposure, total_return: totalReturn, buy_and_hold: buyAndHoldReturn }
  const share = formatPercent(exposure)
  if (exposure < LIMITS.exposureTiny) {
    const text = `In the market ${share} of the time: the result rests on a few hours. Compare it with what the capital would earn elsewhere meanwhile, and look for more such moments in other markets.`
    return [remark('rarely_in_market', 'note', text, evidence)]
  }
  const holding = buyAndHoldReturn * exposure
  if (totalReturn >= holding || buyAndHoldReturn <= 0) return []
  if (exposure > LIMITS.exposureFull) {
    const text = `In the market ${share} of the time, it made ${formatChange(totalReturn)}; holding made ${formatChange(buyAndHoldReturn)} without a trade. Its timing costs more than it earns.`
    return [remark('always_in_and_behind', 'warning', text, evidence)]
  }
  const text = `In the market ${share} of the time, it made ${formatChange(totalReturn)}; holding that share of the capital throughout would have made ${formatChange(holding)}. Its timing has to beat that first.`
  return [remark('behind_same_exposure', 'warning', text, { ...evidence, holding })]
}

function almostHolding({ equity, candles, metrics: { exposure } }: Report): Remark[] {
  if (exposure < LIMITS.holdingExposure) return []
  const correlation = marketCorrelation(equity, candles.close)
  if (correlation === null || correlation < LIMITS.correlation) return []
  const text = `Its returns correlate with the market's at ${formatFixed(correlation, 3)}, ${formatPercent(exposure)} of the time in it: this is holding, with costs. Judge it by what it adds to buy and hold, not by its profit.`
  return [remark('almost_holding', 'warning', text, { correlation, exposure })]
}

/** Pearson correlation of the changes of two columns from candle to candle; null where one stands still. */
function marketCorrelation(equity: Float64Array, close: Float64Array): number | null {
  const count = equity.length - 1
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0]
  for (let i = 1; i <= count; i++) {
    const [a, b] = [equity[i]! / equity[i - 1]! - 1, close[i]! / close[i - 1]! - 1]
    sumA += a
    sumB += b
    squaresA += a * a
    squaresB += b * b
    products += a * b
  }
  const spread = (count * squaresA - sumA * sumA) * (count * squaresB - sumB * sumB)
  return spread > 0 ? (count * products - sumA * sumB) / Math.sqrt(spread) : null
}

const RUN_DAYS_LEAST = 30

/** Days from the first open to the last close. */
function spanDays({ time, length, timeframeMs }: Report['candles']): number {
  return (time[length - 1]! + timeframeMs - time[0]!) / DAY_MS
}

function longDrawdown({ metrics, candles, stop = null }: Report): Remark[] {
  // An account that entered nothing any more could not recover.
  if (stop !== null) return []
  const days = spanDays(candles)
  const { maxDrawdownDays: longest, maxDrawdown } = metrics
  if (days < RUN_DAYS_LEAST || longest <= days * LIMITS.drawdownShare) return []
  const text = `The longest drawdown lasts ${formatFixed(longest, 0)} of ${formatFixed(days, 0)} days, the deepest is ${formatPercent(maxDrawdown)}. Ask whether you would still have been trading it at its end; a smaller --position-size makes it shallower, not shorter.`
  return [
    remark('long_drawdown', 'warning', text, {
      longest_days: longest,
      days,
      max_drawdown: maxDrawdown,
    }),
  ]
}
