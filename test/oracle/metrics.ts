import type { Metrics } from '../../src/core/metrics/metrics.js'
import type { OracleRun } from './account.js'

const DAY = 86_400_000
const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0)
const mean = (list: readonly number[]): number => sum(list) / list.length

/** "sd with n-1". */
function deviation(list: readonly number[]): number | null {
  if (list.length < 2) return null
  const centre = mean(list)
  return Math.sqrt(sum(list.map(value => (value - centre) ** 2)) / (list.length - 1))
}

/** "A metric that is undefined (no trades, zero deviation) is null, never NaN or Infinity." */
function ratio(above: number, below: number | null): number | null {
  if (below === null || below === 0) return null
  const value = above / below
  return Number.isFinite(value) ? value : null
}

interface Curve {
  readonly first: number
  readonly equity: readonly number[]
  readonly inMarket: number
}

export function measureNaively(run: OracleRun, curve: Curve): Metrics {
  const { candles, spec } = run
  const { first, equity } = curve
  const last = candles.length - 1
  const end = equity[equity.length - 1]!
  const openTime = candles.time[first]!
  const closeTimes = equity.map((_, k) => candles.time[first + k]! + candles.timeframeMs)
  const growth = end / spec.capital
  const cagr = cagrOf(growth, closeTimes[closeTimes.length - 1]! - openTime)
  const falls = drawdowns(spec.capital, equity)
  const maxDrawdown = Math.max(0, ...falls)
  return {
    finalEquity: end,
    totalReturn: growth - 1,
    cagr,
    ...dailyRatios(dailyReturns(run, curve)),
    calmar: cagr === null ? null : ratio(cagr, maxDrawdown),
    maxDrawdown,
    maxDrawdownDays: drawdownDays({ capital: spec.capital, openTime, equity, closeTimes }),
    ulcerIndex: Math.sqrt(mean(falls.map(fall => fall * fall))),
    ...tradeMetrics(run),
    exposure: curve.inMarket / equity.length,
    turnover: run.notional / spec.capital,
    feesPaid: run.feesPaid,
    txCostsPaid: run.txCostsPaid,
    slippagePaid: run.slippagePaid,
    buyAndHoldReturn: candles.close[last]! / candles.open[first]! - 1,
  }
}

/** "CAGR = `(end/start)^(365.25 d / span) - 1`". */
function cagrOf(growth: number, span: number): number | null {
  if (growth <= 0) return null
  const cagr = growth ** ((365.25 * DAY) / span) - 1
  return Number.isFinite(cagr) ? cagr : null
}

/** "last equity of each UTC calendar day against the day before, the first day against the starting capital; a day without candles carries its equity". */
function dailyReturns({ candles, spec }: OracleRun, { first, equity }: Curve): number[] {
  const lastOfDay = new Map<number, number>()
  equity.forEach((value, k) => lastOfDay.set(Math.floor(candles.time[first + k]! / DAY), value))
  const days = [...lastOfDay.keys()]
  const returns: number[] = []
  let before = spec.capital
  for (let day = days[0]!; day <= days[days.length - 1]!; day++) {
    const value = lastOfDay.get(day) ?? before
    returns.push(value / before - 1)
    before = value
  }
  return returns
}

/** "Sharpe = `sqrt(365) x mean / sd`; Sortino uses `sqrt(mean(min(r,0)^2))` over all days; volatility `sqrt(365) x sd`." */
function dailyRatios(
  returns: readonly number[],
): Pick<Metrics, 'sharpe' | 'sortino' | 'volatility'> {
  const sd = deviation(returns)
  const downside = Math.sqrt(mean(returns.map(value => Math.min(value, 0) ** 2)))
  const year = Math.sqrt(365)
  return {
    sharpe: ratio(year * mean(returns), sd),
    sortino: ratio(year * mean(returns), downside),
    volatility: sd === null ? null : year * sd,
  }
}

/** "Max drawdown on the equity points, from the running peak, the start included". */
function drawdowns(capital: number, equity: readonly number[]): number[] {
  let peak = capital
  return equity.map(value => {
    peak = Math.max(peak, value)
    return 1 - value / peak
  })
}

/** "its length in days": of the deepest fall, from the peak's close to the recovery's close or the last close. */
function drawdownDays(run: {
  capital: number
  openTime: number
  equity: readonly number[]
  closeTimes: readonly number[]
}): number {
  let peak = run.capital
  let since = run.openTime
  let depth = 0
  let days = 0
  let deepest = 0
  run.equity.forEach((value, k) => {
    const time = run.closeTimes[k]!
    if (depth > deepest || (depth === deepest && depth > 0)) days = (time - since) / DAY
    deepest = Math.max(deepest, depth)
    if (value >= peak) {
      peak = value
      since = time
      depth = 0
      return
    }
    depth = Math.max(depth, 1 - value / peak)
    if (depth > deepest) {
      deepest = depth
      days = (time - since) / DAY
    }
  })
  return days
}

type TradeMetrics = Pick<
  Metrics,
  | 'trades'
  | 'winRate'
  | 'profitFactor'
  | 'expectancy'
  | 'sqn'
  | 'averageWin'
  | 'averageLoss'
  | 'longestLosingStreak'
  | 'ambiguousTrades'
>

/** "Trades, win rate, profit factor (on net pnl), expectancy (mean return), SQN, average win and loss, longest losing streak". */
function tradeMetrics({ trades }: OracleRun): TradeMetrics {
  const pnl = trades.map(trade => trade.pnl)
  const wins = pnl.filter(value => value > 0)
  const losses = pnl.filter(value => value < 0)
  return {
    trades: trades.length,
    winRate: ratio(wins.length, trades.length),
    profitFactor: ratio(sum(wins), -sum(losses)),
    expectancy: trades.length === 0 ? null : mean(trades.map(trade => trade.return)),
    sqn: ratio(Math.sqrt(pnl.length) * mean(pnl), deviation(pnl)),
    averageWin: wins.length === 0 ? null : mean(wins),
    averageLoss: losses.length === 0 ? null : mean(losses),
    longestLosingStreak: losingStreak(pnl),
    ambiguousTrades: trades.filter(trade => trade.ambiguous).length,
  }
}

function losingStreak(pnl: readonly number[]): number {
  let longest = 0
  let run = 0
  for (const value of pnl) {
    run = value < 0 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
