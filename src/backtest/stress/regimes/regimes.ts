import { indexAtOrAfter, type Candles } from '../../../core/candles/candles.js'
import { dailyReturns } from '../../../core/metrics/metrics.js'
import { dayOfCandle } from '../../../core/candles/days.js'
import { DAY_MS, formatTime, HOUR_MS } from '../../../core/candles/time.js'
import type { Trade } from '../../../core/account/trade.js'
import type { BacktestOutcome } from '../../run/replay/outcome.js'
import { backtestInput } from '../../run/run.js'
import type { RunData, RunRequest } from '../../run/record/run-request.js'
import {
  defaultWindows,
  marketRegime,
  TRENDS,
  VOLATILITIES,
  type MarketRegime,
  type RegimeWindows,
} from './market-regime.js'
import { GroupTally, type RegimeGroup } from './regime-group.js'

/** Where the profit was made: by the market at the entry, and by the calendar, UTC. */
export interface RegimeBreakdown {
  /** Trades. */
  readonly n: number
  readonly days: number
  readonly volatility: readonly RegimeGroup[]
  readonly trend: readonly RegimeGroup[]
  /** Hours 00 to 23 of the entry. Days have no hour. */
  readonly hour: readonly RegimeGroup[]
  readonly weekday: readonly RegimeGroup[]
  /** Months of the year, 01 to 12. */
  readonly month: readonly RegimeGroup[]
  readonly year: readonly RegimeGroup[]
  readonly windows: RegimeWindows
  /** Volatilities that part the terciles, a candle. */
  readonly volatilityCuts: readonly [number, number] | null
  readonly method: string
  readonly reason: string | null
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
const MONTHS = HOURS.slice(1, 13)

const METHOD =
  'a trade belongs to its entry, a day to its first candle; volatility: deviation of log returns over the window before it, terciles over the candles of the run; trend: sign of the change over the window before it'

/** A way to part trades and days; both are told their time and the index of their candle. */
interface Split {
  readonly keys: readonly string[]
  readonly keyOf: (time: number, index: number) => string
  readonly hasDays: boolean
}

/** The run's trades and daily returns by volatility, trend, hour, weekday, month and year. */
export function regimeBreakdown(
  request: RunRequest,
  data: RunData,
  outcome: BacktestOutcome,
  windows: Partial<RegimeWindows> = {},
): RegimeBreakdown {
  const { candles, first } = backtestInput(request, data)
  const used = { ...defaultWindows(candles.timeframeMs), ...windows }
  const regime = marketRegime(candles, first, used)
  const { trades } = outcome
  const days = daysOf(request, candles, outcome)
  const profit = trades.reduce((sum, { pnl }) => sum + pnl, 0)
  const tally = (split: Split): RegimeGroup[] => groupsOf(split, { trades, days, candles, profit })
  return {
    n: trades.length,
    days: days.length,
    volatility: tally(volatilitySplit(regime)),
    trend: tally(trendSplit(regime)),
    hour: tally({ keys: HOURS, keyOf: hourOf, hasDays: false }),
    weekday: tally({ keys: WEEKDAYS, keyOf: weekdayOf, hasDays: true }),
    month: tally({ keys: MONTHS, keyOf: time => formatTime(time).slice(5, 7), hasDays: true }),
    year: tally({ keys: [], keyOf: time => formatTime(time).slice(0, 4), hasDays: true }),
    windows: used,
    volatilityCuts: regime.cuts,
    method: METHOD,
    reason: reasonOf(trades.length, profit),
  }
}

function reasonOf(count: number, profit: number): string | null {
  if (count === 0) return 'the run has no closed trade'
  return profit <= 0 ? 'there is no profit to take a share of' : null
}

function volatilitySplit(regime: MarketRegime): Split {
  return { keys: VOLATILITIES, keyOf: (_, index) => regime.volatilityBefore(index), hasDays: true }
}

function trendSplit(regime: MarketRegime): Split {
  return { keys: TRENDS, keyOf: (_, index) => regime.trendBefore(index), hasDays: true }
}

function hourOf(time: number): string {
  return HOURS[Math.floor((time - Math.floor(time / DAY_MS) * DAY_MS) / HOUR_MS)]!
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(time: number): string {
  const day = Math.floor(time / DAY_MS) + 3
  return WEEKDAYS[day - Math.floor(day / 7) * 7]!
}

interface Day {
  readonly time: number
  /** Index of its first candle, or of the next one where the day has none. */
  readonly index: number
  readonly value: number
}

function daysOf(request: RunRequest, candles: Candles, { time, equity }: BacktestOutcome): Day[] {
  const { timeframeMs } = candles
  const returns = dailyReturns({ time, equity, capital: request.capital, timeframeMs })
  const firstDay = dayOfCandle(time[0]!, timeframeMs)
  return Array.from(returns, (value, k) => {
    const since = Math.max(time[0]!, (firstDay + k) * DAY_MS)
    return { time: since, index: indexAtOrAfter(candles, since), value }
  })
}

function groupsOf(
  { keys, keyOf, hasDays }: Split,
  given: {
    readonly trades: readonly Trade[]
    readonly days: readonly Day[]
    readonly candles: Candles
    readonly profit: number
  },
): RegimeGroup[] {
  const tallies = new Map(keys.map(key => [key, new GroupTally()]))
  const tallyOf = (key: string): GroupTally => {
    const tally = tallies.get(key) ?? new GroupTally()
    tallies.set(key, tally)
    return tally
  }
  for (const trade of given.trades) {
    const index = indexAtOrAfter(given.candles, trade.entryTime)
    tallyOf(keyOf(trade.entryTime, index)).takeTrade(trade)
  }
  for (const { time, index, value } of hasDays ? given.days : []) {
    tallyOf(keyOf(time, index)).takeDay(value)
  }
  const groups = [...tallies].map(([key, tally]) => tally.read(key, given.profit, hasDays))
  // Years come as they are met, by trades first.
  return keys.length > 0 ? groups : groups.sort((a, b) => Number(a.key) - Number(b.key))
}
