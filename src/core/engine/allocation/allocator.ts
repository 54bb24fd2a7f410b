import {
  annualVolatility,
  inverseVolatilityWeights,
  isAdaptive,
  kellyWeights,
  volatilityTargetWeights,
  type Allocation,
  type TradeRecord,
} from './allocation.js'
import { assertNever } from '../../assert.js'
import type { AccountSpec, EngineMarket } from '../spec.js'
import { DAY_MS, type Millis } from '../../candles/time.js'
import type { TradeLog } from '../../account/trade-log.js'

/** Weights that hold from `time` on, one a leg. */
export interface WeightRow {
  /** Open time of the first candle that they hold for. */
  readonly time: Millis
  /** Share of the account's equity that exposure 1 of each leg means. */
  readonly weights: readonly number[]
}

/** The last close of each UTC day, as days go by. */
class DailyCloses {
  private readonly days: number[] = []
  private readonly closes: number[] = []

  take(time: Millis, close: number): void {
    const day = Math.floor(time / DAY_MS)
    const { days, closes } = this
    if (days[days.length - 1] === day) closes[closes.length - 1] = close
    else {
      days.push(day)
      closes.push(close)
    }
  }

  /**
   * Volatility a year over the closes of the `window` days before `day` and the one they start
   * from; null where fewer than half of these days have a close.
   */
  volatility(day: number, window: number): number | null {
    const { days, closes } = this
    let end = days.length
    while (end > 0 && days[end - 1]! >= day) end -= 1
    let start = end
    while (start > 0 && days[start - 1]! >= day - 1 - window) start -= 1
    if (end - start - 1 < window / 2) return null
    return annualVolatility(days.slice(start, end), closes.slice(start, end))
  }
}

/** What the closed trades of a leg add up to. */
export type SavedRecord = TradeRecord

/** Sums over the closed trades of a leg. */
class RunningRecord implements TradeRecord {
  trades = 0
  wins = 0
  losses = 0
  gain = 0
  loss = 0

  take(profit: number): void {
    this.trades += 1
    if (profit > 0) {
      this.wins += 1
      this.gain += profit
    }
    if (profit < 0) {
      this.losses += 1
      this.loss -= profit
    }
  }
}

/**
 * Gives the legs of a portfolio their weights, from what it has been told so far and nothing else:
 * closes of candles that have closed, trades that have been closed.
 */
export class Allocator {
  private readonly allocation: Allocation
  /** Index of the market of each leg. */
  private readonly marketOf: readonly number[]
  private readonly fixed: readonly number[]
  private readonly closes: readonly DailyCloses[]
  private readonly records: readonly RunningRecord[]
  private tradesTaken = 0
  private period = NaN

  constructor(allocation: Allocation, marketOf: readonly number[], fixed: readonly number[]) {
    this.allocation = allocation
    this.marketOf = marketOf
    this.fixed = fixed
    const markets = Math.max(...marketOf) + 1
    this.closes = Array.from({ length: markets }, () => new DailyCloses())
    this.records = marketOf.map(() => new RunningRecord())
  }

  /** What the trades that have closed so far add up to, those included that no weight follows from yet. */
  save(trades: TradeLog): SavedRecord[] {
    this.takeTrades(trades)
    return this.records.map(({ trades, wins, losses, gain, loss }) => ({
      trades,
      wins,
      losses,
      gain,
      loss,
    }))
  }

  /** Goes on from what was saved; `weighedAt` is the time of the last weights, null for none. */
  restore(saved: readonly SavedRecord[], weighedAt: Millis | null): void {
    saved.forEach((record, k) => Object.assign(this.records[k]!, record))
    if (weighedAt !== null) this.period = this.periodOf(weighedAt)
  }

  /** Whether closes are asked for at all. */
  get watchesCloses(): boolean {
    const { method } = this.allocation
    return method === 'volatility' || method === 'inverse-volatility'
  }

  /** The close of a candle of a market, once it has closed. */
  takeClose(market: number, time: Millis, close: number): void {
    this.closes[market]!.take(time, close)
  }

  /** Whether `time` is the first, or lies in another day or week than the last that was asked for. */
  isDue(time: Millis): boolean {
    const period = this.periodOf(time)
    if (period === this.period) return false
    this.period = period
    return true
  }

  /** The weights from `time` on. */
  weigh(time: Millis, trades: TradeLog): number[] {
    const { allocation, fixed } = this
    switch (allocation.method) {
      case 'equal':
        return fixed.map(() => 1 / fixed.length)
      case 'fixed':
        return [...fixed]
      case 'inverse-volatility':
        return inverseVolatilityWeights(this.volatilities(time))
      case 'volatility':
        return volatilityTargetWeights(this.volatilities(time), allocation.targetVolatility)
      case 'kelly':
        this.takeTrades(trades)
        return kellyWeights(this.records, allocation)
      default:
        return assertNever(allocation.method)
    }
  }

  /** UTC days, or weeks from Monday on; one period for ever where nothing is to change. */
  private periodOf(time: Millis): number {
    const { rebalance } = this.allocation
    if (rebalance === 'never' || !isAdaptive(this.allocation)) return 0
    const day = Math.floor(time / DAY_MS)
    return rebalance === '1d' ? day : Math.floor((day + 3) / 7)
  }

  private volatilities(time: Millis): (number | null)[] {
    const day = Math.floor(time / DAY_MS)
    const each = this.closes.map(closes => closes.volatility(day, this.allocation.windowDays))
    return this.marketOf.map(market => each[market]!)
  }

  private takeTrades(trades: TradeLog): void {
    for (let k = this.tradesTaken; k < trades.length; k++) {
      this.records[trades.legOf(k)]!.take(trades.returnOf(k))
    }
    this.tradesTaken = trades.length
  }
}

/** What divides the account among legs, and has seen the closes before the run. */
export function allocatorOf(
  { allocation }: AccountSpec,
  markets: readonly EngineMarket[],
  { fixed, marketOf }: { readonly fixed: readonly number[]; readonly marketOf: readonly number[] },
): Allocator | null {
  if (!allocation) return null
  const allocator = new Allocator(allocation, marketOf, fixed)
  if (allocator.watchesCloses) {
    markets.forEach(({ candles, first }, m) => {
      for (let i = 0; i < first; i++) {
        allocator.takeClose(m, candles.time[i]!, candles.close[i]!)
      }
    })
  }
  return allocator
}
