import { hasLimits, type RiskLimits } from './settings.js'
import { DAY_MS, type Millis } from '../candles/time.js'

declare const approved: unique symbol
/** What has passed the risk check. An order takes nothing else, so there is no side road to it. */
export type Approved<T> = T & { readonly [approved]: true }

export type RiskVerdict = 'maxDrawdown' | 'maxDailyLoss' | null

/**
 * The portfolio's limits as one running check: the same code in backtest, paper and live.
 * It sees the equity at every close, and each entry before it becomes an order.
 */
export class RiskGuard {
  /** Whether any limit is set at all. */
  readonly hasLimits: boolean
  private readonly limits: RiskLimits
  private peak: number
  private day = -1
  private dayStart: number
  private entriesToday = 0
  private haltedForGood = false
  private haltedDay = -1

  constructor(limits: RiskLimits, capital: number) {
    this.limits = limits
    this.hasLimits = hasLimits(limits)
    this.peak = capital
    this.dayStart = capital
  }

  /** Starts a UTC day where `time` is in a new one; `equity` is what the last close left. */
  enterDay(time: Millis, equity: number): void {
    const day = Math.floor(time / DAY_MS)
    if (day === this.day) return
    this.day = day
    this.dayStart = equity
    this.entriesToday = 0
  }

  /** The limit that this close breaches, or null. Each breach is reported once. */
  mark(equity: number): RiskVerdict {
    if (equity > this.peak) this.peak = equity
    const { maxDrawdown, maxDailyLoss } = this.limits
    if (maxDrawdown !== null && !this.haltedForGood && this.drawdown(equity) >= maxDrawdown) {
      this.haltedForGood = true
      return 'maxDrawdown'
    }
    if (
      maxDailyLoss !== null &&
      this.haltedDay !== this.day &&
      this.dailyLoss(equity) >= maxDailyLoss
    ) {
      this.haltedDay = this.day
      return 'maxDailyLoss'
    }
    return null
  }

  drawdown(equity: number): number {
    return 1 - equity / this.peak
  }

  dailyLoss(equity: number): number {
    return 1 - equity / this.dayStart
  }

  /** The limit that forbids a new entry now, or null. */
  entryBarrier(openPositions: number, ageMs: Millis): keyof RiskLimits | null {
    const { maxOpenPositions, maxTradesPerDay, maxDataAgeMs } = this.limits
    if (this.haltedForGood) return 'maxDrawdown'
    if (this.haltedDay === this.day && this.day !== -1) return 'maxDailyLoss'
    if (maxOpenPositions !== null && openPositions >= maxOpenPositions) return 'maxOpenPositions'
    if (maxTradesPerDay !== null && this.entriesToday >= maxTradesPerDay) return 'maxTradesPerDay'
    if (maxDataAgeMs !== null && ageMs > maxDataAgeMs) return 'maxDataAgeMs'
    return null
  }

  /** Cuts a spend to what the exposure limit leaves. */
  approve(spend: number, equity: number, exposedValue: number): Approved<number> {
    const { maxExposure } = this.limits
    const room = maxExposure === null ? spend : Math.max(0, maxExposure * equity - exposedValue)
    return Math.min(spend, room) as Approved<number>
  }

  /** True where positions have drifted above the exposure limit. */
  isOverexposed(equity: number, exposedValue: number): boolean {
    const { maxExposure } = this.limits
    return maxExposure !== null && exposedValue > maxExposure * equity * (1 + 1e-9)
  }

  countEntry(): void {
    this.entriesToday += 1
  }

  save(): SavedGuard {
    const { peak, day, dayStart, entriesToday, haltedForGood, haltedDay } = this
    return { peak, day, dayStart, entriesToday, haltedForGood, haltedDay }
  }

  restore(saved: SavedGuard): void {
    this.peak = saved.peak
    this.day = saved.day
    this.dayStart = saved.dayStart
    this.entriesToday = saved.entriesToday
    this.haltedForGood = saved.haltedForGood
    this.haltedDay = saved.haltedDay
  }
}

export interface SavedGuard {
  readonly peak: number
  readonly day: number
  readonly dayStart: number
  readonly entriesToday: number
  readonly haltedForGood: boolean
  readonly haltedDay: number
}
