import type { Candles } from '../../core/candles/candles.js'
import type { Trade } from '../../core/account/trade.js'
import { DAY_MS } from '../../core/candles/time.js'

/** The figures of backtesting.py, under its names in camelCase. Percentages as it prints them. */
export interface BacktestingPyStats {
  readonly trades: number
  readonly equityFinal: number
  readonly equityPeak: number
  readonly returnPercent: number
  readonly annualReturnPercent: number
  readonly annualVolatilityPercent: number
  readonly cagrPercent: number
  readonly sharpe: number
  readonly sortino: number
  readonly calmar: number
  readonly alphaPercent: number
  readonly beta: number
  readonly maxDrawdownPercent: number
  readonly avgDrawdownPercent: number
  readonly maxDrawdownDays: number
  readonly winRatePercent: number
  readonly bestTradePercent: number
  readonly worstTradePercent: number
  readonly avgTradePercent: number
  readonly profitFactor: number
  readonly expectancyPercent: number
  readonly sqn: number
  readonly kelly: number
  readonly exposurePercent: number
  readonly buyAndHoldPercent: number
}

/** What the profile needs of a run. `firstTradable` is the candle at which indicators are complete. */
export interface BacktestingPyInput {
  readonly candles: Candles
  readonly equity: Float64Array
  readonly trades: readonly Trade[]
  readonly firstTradable: number
}

/**
 * Metrics under the definitions of backtesting.py 0.6.6, for comparing with it: returns of the
 * last equity of each day that has one, 252 or 365 days a year by whether there are weekends,
 * geometric means, trade statistics on returns. Not for judging a strategy; docs/metrics.md says
 * how these differ from ours. https://kernc.github.io/backtesting.py/
 */
export function measureAsBacktestingPy(input: BacktestingPyInput): BacktestingPyStats {
  const { candles, equity, trades, firstTradable } = input
  const years = yearLength(candles)
  const daily = dailyFigures(candles, equity)
  const growth = 1 + daily.geometricMean
  const annualReturn = growth ** years - 1
  const volatility = Math.sqrt((daily.variance + growth ** 2) ** years - growth ** (2 * years))
  const drawdown = drawdownFigures(candles, equity)
  const [first, last] = [equity[0]!, equity[equity.length - 1]!]
  const span = (candles.time[candles.length - 1]! - candles.time[0]!) / DAY_MS
  const totalReturn = last / first - 1
  const start = candles.close[firstTradable]!
  const hold = (candles.close[candles.length - 1]! - start) / start
  const beta = marketBeta(candles, equity)
  return {
    trades: trades.length,
    equityFinal: last,
    equityPeak: equity.reduce((peak, value) => Math.max(peak, value), -Infinity),
    returnPercent: totalReturn * 100,
    annualReturnPercent: annualReturn * 100,
    annualVolatilityPercent: volatility * 100,
    cagrPercent: ((last / first) ** (365.25 / span) - 1) * 100,
    sharpe: annualReturn / volatility,
    sortino: annualReturn / (daily.downside * Math.sqrt(years)),
    calmar: annualReturn / drawdown.deepest,
    alphaPercent: totalReturn * 100 - beta * hold * 100,
    beta,
    maxDrawdownPercent: -drawdown.deepest * 100,
    avgDrawdownPercent: -drawdown.average * 100,
    maxDrawdownDays: drawdown.longestDays,
    ...tradeFigures(trades),
    exposurePercent: exposure(candles, trades) * 100,
    buyAndHoldPercent: hold * 100,
  }
}

/** 365 where weekends are traded, else 252. */
function yearLength(candles: Candles): number {
  let weekendDays = 0
  for (let i = 0; i < candles.length; i++) {
    const weekday = (Math.floor(candles.time[i]! / DAY_MS) + 4) % 7
    if (weekday === 0 || weekday === 6) weekendDays += 1
  }
  return weekendDays / candles.length > (2 / 7) * 0.6 ? 365 : 252
}

function geometricMean(returns: readonly number[]): number {
  if (returns.some(value => value <= -1)) return 0
  return Math.exp(returns.reduce((sum, value) => sum + Math.log(1 + value), 0) / returns.length) - 1
}

/** Returns from one day with candles to the next; the first day has none. */
function dailyFigures(candles: Candles, equity: Float64Array) {
  const days: number[] = []
  for (let i = 0; i < candles.length; i++) {
    const day = Math.floor(candles.time[i]! / DAY_MS)
    const next = i + 1 < candles.length ? Math.floor(candles.time[i + 1]! / DAY_MS) : Infinity
    if (next > day) days.push(equity[i]!)
  }
  const returns = days.slice(1).map((value, k) => value / days[k]! - 1)
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const below = returns.reduce((sum, value) => sum + Math.min(value, 0) ** 2, 0)
  return {
    geometricMean: geometricMean(returns),
    variance: squares / (returns.length - 1),
    downside: Math.sqrt(below / returns.length),
  }
}

/** Each drawdown lasts from one point at the peak to the next, or to the end. */
function drawdownFigures(candles: Candles, equity: Float64Array) {
  let [peak, since, deepestNow, longestMs] = [-Infinity, 0, 0, 0]
  const depths: number[] = []
  const end = (i: number): void => {
    if (i > since + 1) {
      depths.push(deepestNow)
      longestMs = Math.max(longestMs, candles.time[i]! - candles.time[since]!)
    }
    ;[since, deepestNow] = [i, 0]
  }
  for (let i = 0; i < equity.length; i++) {
    peak = Math.max(peak, equity[i]!)
    const fall = 1 - equity[i]! / peak
    deepestNow = Math.max(deepestNow, fall)
    if (fall === 0 || i === equity.length - 1) end(i)
  }
  const total = depths.reduce((sum, depth) => sum + depth, 0)
  return {
    deepest: Math.max(0, ...depths),
    average: total / depths.length,
    longestDays: longestMs / DAY_MS,
  }
}

/** Covariance of log returns of equity and market, by the market's variance. */
function marketBeta(candles: Candles, equity: Float64Array): number {
  const logReturns = (column: Float64Array): number[] =>
    Array.from({ length: candles.length - 1 }, (_, k) => Math.log(column[k + 1]! / column[k]!))
  const [own, market] = [logReturns(equity), logReturns(candles.close)]
  const mean = (values: readonly number[]): number =>
    values.reduce((a, b) => a + b, 0) / values.length
  const [ownMean, marketMean] = [mean(own), mean(market)]
  let [covariance, variance] = [0, 0]
  market.forEach((value, k) => {
    covariance += (own[k]! - ownMean) * (value - marketMean)
    variance += (value - marketMean) ** 2
  })
  return covariance / variance
}

function tradeFigures(trades: readonly Trade[]) {
  const returns = trades.map(trade => trade.return)
  const profits = trades.map(trade => trade.pnl)
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const mean = (values: readonly number[]): number => sum(values) / values.length
  const winRate = profits.filter(value => value > 0).length / trades.length
  const deviation = Math.sqrt(
    sum(profits.map(value => (value - mean(profits)) ** 2)) / (profits.length - 1),
  )
  const winLossRatio =
    mean(profits.filter(value => value > 0)) / -mean(profits.filter(value => value < 0))
  return {
    winRatePercent: winRate * 100,
    bestTradePercent: Math.max(...returns) * 100,
    worstTradePercent: Math.min(...returns) * 100,
    avgTradePercent: geometricMean(returns) * 100,
    profitFactor:
      sum(returns.filter(value => value > 0)) / Math.abs(sum(returns.filter(value => value < 0))),
    expectancyPercent: mean(returns) * 100,
    sqn: (Math.sqrt(trades.length) * mean(profits)) / deviation,
    kelly: winRate - (1 - winRate) / winLossRatio,
  }
}

/** Share of candles from an entry to its exit, both included. */
function exposure(candles: Candles, trades: readonly Trade[]): number {
  const held = new Uint8Array(candles.length)
  const index = new Map(
    Array.from(candles.time.subarray(0, candles.length), (time, i) => [time, i]),
  )
  for (const { entryTime, exitTime } of trades) {
    held.fill(1, index.get(entryTime), index.get(exitTime)! + 1)
  }
  return held.reduce((sum, value) => sum + value, 0) / candles.length
}
