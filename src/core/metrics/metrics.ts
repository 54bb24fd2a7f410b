import { dayEnds } from '../candles/days.js'
import { DrawdownMeter, type Depth } from './drawdown.js'
import { DAY_MS, type Millis } from '../candles/time.js'

/** What a run is measured by. A value that is undefined is null, never NaN. docs/metrics.md has the formulas. */
export interface Metrics {
  /** Equity at the last close, quote currency. */
  readonly finalEquity: number
  /** What equity has gained by the capital, fraction. */
  readonly totalReturn: number
  /** The same a year, fraction. */
  readonly cagr: number | null
  /** Mean daily return by its deviation, a year. */
  readonly sharpe: number | null
  /** Mean daily return by the deviation of the losing days, a year. */
  readonly sortino: number | null
  /** CAGR by the largest drawdown. */
  readonly calmar: number | null
  /** Deviation of daily returns, a year, fraction. */
  readonly volatility: number | null
  /** Largest fall from a peak of equity, fraction. */
  readonly maxDrawdown: number
  /** From the peak of that fall to its recovery, or to the end, days. */
  readonly maxDrawdownDays: number
  /** Root of the mean squared drawdown, fraction. */
  readonly ulcerIndex: number
  /** Positions that were closed, from flat to flat. */
  readonly trades: number
  /** Share of trades with a profit. */
  readonly winRate: number | null
  /** Profit of the winning trades by the loss of the losing ones. */
  readonly profitFactor: number | null
  /** Mean return of a trade by what its entries cost, fraction. */
  readonly expectancy: number | null
  /** Mean profit of a trade by its deviation, times the root of their number. */
  readonly sqn: number | null
  /** Mean profit of the winning trades, quote currency. */
  readonly averageWin: number | null
  /** Mean profit of the losing trades, below 0, quote currency. */
  readonly averageLoss: number | null
  /** Most losing trades in a row, by exit. */
  readonly longestLosingStreak: number
  /** Share of candles with a position at the close. */
  readonly exposure: number
  /** Value of all fills by the capital. */
  readonly turnover: number
  /** Fees of all fills, quote currency. */
  readonly feesPaid: number
  /** Costs of all transactions, quote currency. */
  readonly txCostsPaid: number
  /** What all prices were worse than their references, quote currency. */
  readonly slippagePaid: number
  /** Last close by first open less 1, fraction, without costs. */
  readonly buyAndHoldReturn: number
  /** Trades that could have gone otherwise within one candle. */
  readonly ambiguousTrades: number
}

/** What metrics ask of closed trades, by their place in the order of exits. */
export interface TradeFigures {
  /** How many trades have closed. */
  readonly length: number
  /** Net profit, quote currency. */
  profitOf(k: number): number
  /** Net profit by what the entry cost. */
  returnOf(k: number): number
  /** Whether it could have gone otherwise within one candle. */
  isAmbiguous(k: number): boolean
}

/** The equity curve and what trading did, over the candles of a run. */
export interface RunOutcome {
  /** Quote currency at the start. */
  readonly capital: number
  /** Length of a candle, milliseconds. */
  readonly timeframeMs: Millis
  /** Open time of each candle of the run. */
  readonly time: Float64Array
  /** At the close of each candle of the run, quote currency. */
  readonly equity: Float64Array
  /** As `dayEnds` gives it, where that is known. */
  readonly days?: Int32Array | undefined
  /** Where one has followed the equity curve already, as far as it came. */
  readonly drawdown?: DrawdownMeter
  /** First price of the run, quote a base unit. */
  readonly firstOpen: number
  /** Last price of the run, quote a base unit. */
  readonly lastClose: number
  /** Those that closed. */
  readonly trades: TradeFigures
  /** Closes at which a position was held. */
  readonly candlesInMarket: number
  /** Value of all fills, quote currency. */
  readonly notional: number
  /** Fees of all fills, quote currency. */
  readonly feesPaid: number
  /** Costs of all transactions, quote currency. */
  readonly txCostsPaid: number
  /** What all prices were worse than their references, quote currency. */
  readonly slippagePaid: number
  /** When equity came to 0 or below, where it did: what is made of daily returns, and CAGR, is then null. */
  readonly ruinedAt?: Millis | null
}

const DAYS_A_YEAR = 365

/** A deviation of at most this share of the largest value is what floats leave of none at all. */
const NO_DEVIATION = 1e-12

/** A return below this is the rounding of a quotient near 1. */
const NO_RETURN = 1e-13

/** All metrics of a run. */
export function measure(run: RunOutcome): Metrics {
  const daily = dailyMoments(run)
  const drawdown = depthOf(run)
  const finalEquity = run.equity[run.equity.length - 1]!
  const totalReturn = finalEquity / run.capital - 1
  const cagr = annualGrowth(run, finalEquity)
  const { trades } = run
  const tally = new TradeTally()
  tally.takeAll(trades)
  const count = trades.length
  return {
    finalEquity,
    totalReturn,
    cagr,
    sharpe: deviationRatio(daily.mean, daily.deviation, daily.largest),
    sortino: deviationRatio(daily.mean, daily.downside, daily.largest),
    calmar: cagr === null ? null : ratio(cagr, drawdown.deepest),
    volatility: finite(Math.sqrt(DAYS_A_YEAR) * daily.deviation),
    maxDrawdown: drawdown.deepest,
    maxDrawdownDays: drawdown.days,
    ulcerIndex: drawdown.ulcer,
    trades: count,
    winRate: ratio(tally.wins, count),
    profitFactor: ratio(tally.gain, tally.loss),
    expectancy: ratio(tally.returns, count),
    sqn: systemQuality(trades, tally.total / count),
    averageWin: ratio(tally.gain, tally.wins),
    averageLoss: ratio(-tally.loss, tally.losses),
    longestLosingStreak: tally.longest,
    ambiguousTrades: tally.ambiguous,
    exposure: run.candlesInMarket / run.equity.length,
    turnover: run.notional / run.capital,
    feesPaid: run.feesPaid,
    txCostsPaid: run.txCostsPaid,
    slippagePaid: run.slippagePaid,
    buyAndHoldReturn: run.lastClose / run.firstOpen - 1,
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function ratio(value: number, by: number): number | null {
  return by === 0 ? null : finite(value / by)
}

/** A year's ratio of a daily mean to a daily deviation; null where there is none to speak of. */
function deviationRatio(mean: number, deviation: number, largest: number): number | null {
  if (!(deviation > Math.max(NO_RETURN, NO_DEVIATION * largest))) return null
  return finite((Math.sqrt(DAYS_A_YEAR) * mean) / deviation)
}

/** `(end / start) ^ (365.25 days / span) - 1`, first candle's open to last candle's close. */
function annualGrowth(run: RunOutcome, finalEquity: number): number | null {
  const span = run.time[run.time.length - 1]! + run.timeframeMs - run.time[0]!
  if (finalEquity <= 0 || isRuined(run)) return null
  return finite(Math.pow(finalEquity / run.capital, (365.25 * DAY_MS) / span) - 1)
}

function depthOf({ capital, drawdown, equity, time, timeframeMs }: RunOutcome): Depth {
  const meter = drawdown ?? new DrawdownMeter(capital)
  meter.take(equity, equity.length)
  return meter.read(time, timeframeMs)
}

interface DailyMoments {
  readonly mean: number
  /** Sample standard deviation; NaN for fewer than two days. */
  readonly deviation: number
  /** Root mean square of the negative returns, over all days. */
  readonly downside: number
  /** Size of the largest return. */
  readonly largest: number
}

const NO_MOMENTS: DailyMoments = { mean: NaN, deviation: NaN, downside: NaN, largest: NaN }

function isRuined({ ruinedAt }: RunOutcome): boolean {
  return ruinedAt !== undefined && ruinedAt !== null
}

function dailyMoments(run: RunOutcome): DailyMoments {
  if (isRuined(run)) return NO_MOMENTS
  const returns = dailyReturns(run)
  const count = returns.length
  let sum = 0
  let largest = 0
  for (const value of returns) {
    sum += value
    const size = value < 0 ? -value : value
    if (size > largest) largest = size
  }
  const mean = sum / count
  let squares = 0
  let below = 0
  for (const value of returns) {
    squares += (value - mean) * (value - mean)
    if (value < 0) below += value * value
  }
  const deviation = count < 2 ? NaN : Math.sqrt(squares / (count - 1))
  return { mean, deviation, downside: Math.sqrt(below / count), largest }
}

/**
 * Last equity of each UTC day against the day before, the first day against the capital. A candle
 * belongs to the day of its last millisecond; a day without one between the first and the last has
 * return 0. NaN where there was no equity above 0 to begin the day with.
 */
export function dailyReturns({
  time,
  equity,
  capital,
  timeframeMs,
  days = dayEnds(time.subarray(0, equity.length), timeframeMs),
}: Pick<RunOutcome, 'time' | 'equity' | 'capital' | 'timeframeMs' | 'days'>): Float64Array {
  const returns = new Float64Array(days.length)
  let before = capital
  let end = 0
  for (let d = 0; d < days.length; d++) {
    if (days[d] === end) continue
    end = days[d]!
    const after = equity[end - 1]!
    returns[d] = before > 0 ? after / before - 1 : NaN
    before = after
  }
  return returns
}

/** Sums over trades. */
class TradeTally {
  gain = 0
  loss = 0
  returns = 0
  total = 0
  wins = 0
  losses = 0
  longest = 0
  ambiguous = 0
  private streak = 0

  takeAll(trades: TradeFigures): void {
    const count = trades.length
    for (let k = 0; k < count; k++) this.take(trades, k)
  }

  private take(trades: TradeFigures, k: number): void {
    const profit = trades.profitOf(k)
    this.total += profit
    this.returns += trades.returnOf(k)
    if (trades.isAmbiguous(k)) this.ambiguous += 1
    if (profit > 0) {
      this.gain += profit
      this.wins += 1
    }
    if (profit < 0) {
      this.loss -= profit
      this.losses += 1
    }
    this.streak = profit < 0 ? this.streak + 1 : 0
    if (this.streak > this.longest) this.longest = this.streak
  }
}

/** `sqrt(n) * mean(pnl) / sd(pnl)`, sd with n - 1. */
function systemQuality(trades: TradeFigures, mean: number): number | null {
  const count = trades.length
  if (count < 2) return null
  let squares = 0
  let largest = 0
  for (let k = 0; k < count; k++) {
    const profit = trades.profitOf(k)
    squares += (profit - mean) ** 2
    largest = Math.max(largest, Math.abs(profit))
  }
  const deviation = Math.sqrt(squares / (count - 1))
  return deviation > NO_DEVIATION * largest ? ratio(Math.sqrt(count) * mean, deviation) : null
}
