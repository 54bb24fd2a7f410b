import { assert } from '../assert.js'
import type { Fill } from '../account/fill.js'
import type { Refusal } from '../account/refusal.js'
import { DAY_MS, type Millis } from '../candles/time.js'
import { hasLimits, type RiskLimits } from './limits.js'

declare const approved: unique symbol
/** What has passed the risk check. The books take no other entry, so there is no side road to them. */
export type Approved<T> = T & { readonly [approved]: true }

/** The limits that a mark breaches, null for none. */
export type RiskVerdict = readonly ('maxDrawdown' | 'maxDailyLoss')[] | null

const DRAWDOWN: RiskVerdict = Object.freeze(['maxDrawdown' as const])
const DAILY_LOSS: RiskVerdict = Object.freeze(['maxDailyLoss' as const])
const BOTH: RiskVerdict = Object.freeze(['maxDrawdown' as const, 'maxDailyLoss' as const])

/** An entry before it fills, as far as limits ask. */
export interface EntryTerms {
  /** Whether it opens a position; an addition needs no place. */
  readonly opens: boolean
  /** Positions open now. */
  readonly openPositions: number
  /** Positions that others open at the same fill point, before it. */
  readonly admitted: number
  /** How long before this fill it was decided: 0 without a gap. */
  readonly ageMs: Millis
  /** UTC day of the mark at which it was decided. */
  readonly decidedDay: number
  /** Whether its leg alone is paused. */
  readonly isPaused: boolean
}

/** Share of the exposure limit by which positions may drift above it before they are trimmed. */
const DRIFT = 1.1

/**
 * The portfolio's limits as one running check: the same code in backtest, paper and live.
 * It sees the equity at every close, and each entry before it fills.
 */
export class RiskGuard {
  /** Whether any limit is set at all. */
  readonly hasLimits: boolean
  /** Open time of the candle at which the account was ruined; -1 while it is not. */
  ruinedAt = -1
  /** Open time of the candle whose close broke the limit that ends entries for good; -1 for none. */
  haltedAt = -1
  /** The last mark, and the open and the end of its candle. */
  equity: number
  time = 0
  until = 0
  /** Whether somebody has paused entries. */
  isPaused = false
  private readonly limits: RiskLimits
  private peak: number
  /** UTC day of the last mark, and the equity with which it began. */
  private markDay = -1
  private dayStart: number
  private lastEquity: number
  /** UTC day of the last fill of an entry, and positions opened in it. */
  private fillDay = -1
  private openedToday = 0
  /** Trades that closed with a loss since one that did not, and the UTC day in which they were too many. */
  private lossStreak = 0
  private streakDay = -1
  private haltedForGood = false
  private haltedDay = -1

  constructor(limits: RiskLimits, capital: number) {
    this.limits = limits
    this.hasLimits = hasLimits(limits)
    this.equity = capital
    this.peak = capital
    this.dayStart = capital
    this.lastEquity = capital
  }

  /** Stops entries for good, as an operator may. */
  halt(): void {
    this.haltedForGood = true
  }

  /** Whether nothing may be entered any more. */
  get isHalted(): boolean {
    return this.haltedForGood
  }

  get isRuined(): boolean {
    return this.ruinedAt >= 0
  }

  /**
   * Looks at `equity`, the mark of a close whose candle ends at `until`: its last millisecond says its
   * day. Both are fields, because V8 boxes numbers that are passed at every candle.
   * @returns the limits that are breached, or null; each breach is reported once
   */
  mark(): RiskVerdict {
    const { equity } = this
    // Days only go on, and a product costs less than a quotient at every candle.
    if (this.until > (this.markDay + 1) * DAY_MS) {
      this.markDay = Math.floor((this.until - 1) / DAY_MS)
      this.dayStart = this.lastEquity
    }
    this.lastEquity = equity
    if (equity > this.peak) this.peak = equity
    if (!this.hasLimits) return null
    const day = this.markDay
    const { maxDrawdown, maxDailyLoss } = this.limits
    const isDeep =
      maxDrawdown !== null && !this.haltedForGood && this.drawdown(equity) >= maxDrawdown
    const isDaily =
      maxDailyLoss !== null && this.haltedDay !== day && this.dailyLoss(equity) >= maxDailyLoss
    if (isDeep) {
      this.haltedForGood = true
      this.haltedAt = this.time
    }
    if (isDaily) this.haltedDay = day
    if (isDeep) return isDaily ? BOTH : DRAWDOWN
    return isDaily ? DAILY_LOSS : null
  }

  drawdown(equity: number): number {
    return 1 - equity / this.peak
  }

  dailyLoss(equity: number): number {
    return 1 - equity / this.dayStart
  }

  /** UTC day of the last mark. */
  get day(): number {
    return this.markDay
  }

  /** Why nothing may be entered that is decided on this day, or null; `isPaused` where its leg is. */
  haltOn(decidedDay: number, isPaused = false): Refusal | null {
    if (this.isRuined) return 'ruin'
    if (this.isPaused || isPaused) return 'paused'
    if (this.haltedForGood) return 'max_drawdown'
    return this.haltedDay === decidedDay && decidedDay !== -1 ? 'max_daily_loss' : null
  }

  /** The reason that forbids an entry at a fill of this time, or null. */
  barrier(terms: EntryTerms, fillTime: Millis): Refusal | null {
    const halt = this.haltOn(terms.decidedDay, terms.isPaused)
    if (halt !== null) return halt
    const { maxOpenPositions, maxTradesPerDay, maxDataAgeMs } = this.limits
    if (this.streakDay >= 0 && this.streakDay === Math.floor(fillTime / DAY_MS)) {
      return 'max_loss_streak'
    }
    if (maxDataAgeMs !== null && terms.ageMs > maxDataAgeMs) return 'max_data_age'
    if (!terms.opens) return null
    if (maxOpenPositions !== null && terms.openPositions + terms.admitted >= maxOpenPositions) {
      return 'max_open_positions'
    }
    if (maxTradesPerDay !== null && this.openedOn(fillTime) + terms.admitted >= maxTradesPerDay) {
      return 'max_trades_per_day'
    }
    return null
  }

  /** The most that an entry may cost, fee included: Infinity without a limit. */
  get orderMax(): number {
    return this.limits.maxOrder ?? Infinity
  }

  /** A trade has closed. @returns the losses in a row, where they are now too many; else null */
  countClosed(profit: number, fillTime: Millis): number | null {
    const { maxLossStreak } = this.limits
    this.lossStreak = profit < 0 ? this.lossStreak + 1 : 0
    if (maxLossStreak === null || this.lossStreak < maxLossStreak) return null
    const losses = this.lossStreak
    this.streakDay = Math.floor(fillTime / DAY_MS)
    this.lossStreak = 0
    return losses
  }

  /** Value that new positions may still take: Infinity without a limit. */
  room(equity: number, gross: number): number {
    const { maxExposure } = this.limits
    return maxExposure === null ? Infinity : Math.max(0, maxExposure * equity - gross)
  }

  /** Lets an entry through whose barrier was asked and whose value was cut to the room. */
  approve(fill: Fill): Approved<Fill> {
    assert(!this.isRuined && !this.haltedForGood, 'an entry was sized after trading was halted')
    assert(fill.size > 0 && Number.isFinite(fill.size), 'an entry has no size')
    return fill as Approved<Fill>
  }

  /** A fill that a venue has made is booked, whatever was decided since it was ordered. */
  reported(fill: Fill): Approved<Fill> {
    assert(fill.size > 0 && Number.isFinite(fill.size), 'a fill has no size')
    return fill as Approved<Fill>
  }

  /**
   * Lets an order out to a venue: what enters by the fill that was approved, unless trading is halted
   * since; what reduces, whose `entry` is null, always.
   */
  release<T>(order: T, entry: Approved<Fill> | null): Approved<T> {
    const isFree = entry === null || this.haltOn(this.markDay) === null
    assert(isFree, 'an entry leaves while trading is halted')
    return order as Approved<T>
  }

  /** True where positions have drifted above the exposure limit by more than a tenth of it. */
  isOverexposed(equity: number, gross: number): boolean {
    const { maxExposure } = this.limits
    return maxExposure !== null && gross > DRIFT * maxExposure * equity
  }

  /** A position was opened in the candle of this time. */
  countOpened(fillTime: Millis): void {
    this.openedToday = this.openedOn(fillTime) + 1
  }

  save(): SavedGuard {
    const { ruinedAt, peak, markDay, dayStart, lastEquity, fillDay, openedToday } = this
    const { haltedForGood, haltedAt, haltedDay, isPaused, lossStreak, streakDay } = this
    return {
      lossStreak,
      streakDay,
      isPaused,
      ruinedAt,
      peak,
      markDay,
      dayStart,
      lastEquity,
      fillDay,
      openedToday,
      haltedForGood,
      haltedAt,
      haltedDay,
    }
  }

  restore(saved: SavedGuard): void {
    assert(saved.peak > 0 && saved.peak >= saved.lastEquity, 'a saved peak is below the equity')
    assert(Number.isFinite(saved.dayStart), 'a saved day began with no equity')
    assert(saved.openedToday >= 0, 'a saved count of positions is none')
    this.lossStreak = saved.lossStreak ?? 0
    this.streakDay = saved.streakDay ?? -1
    this.isPaused = saved.isPaused
    this.ruinedAt = saved.ruinedAt
    this.peak = saved.peak
    this.markDay = saved.markDay
    this.dayStart = saved.dayStart
    this.lastEquity = saved.lastEquity
    this.fillDay = saved.fillDay
    this.openedToday = saved.openedToday
    this.haltedForGood = saved.haltedForGood
    this.haltedAt = saved.haltedAt
    this.haltedDay = saved.haltedDay
  }

  private openedOn(fillTime: Millis): number {
    const day = Math.floor(fillTime / DAY_MS)
    if (day !== this.fillDay) {
      this.fillDay = day
      this.openedToday = 0
    }
    return this.openedToday
  }
}

export interface SavedGuard {
  /** Trades that closed with a loss since one that did not; sessions of long ago did not count them. */
  readonly lossStreak?: number
  /** UTC day in which they were too many; -1 for none. */
  readonly streakDay?: number
  /** Whether somebody has paused entries. */
  readonly isPaused: boolean
  /** Open time of the candle of ruin; -1 for none. */
  readonly ruinedAt: Millis
  /** Highest equity marked, quote currency. */
  readonly peak: number
  /** UTC day of the last mark; -1 before any. */
  readonly markDay: number
  /** Equity with which that day began, quote currency. */
  readonly dayStart: number
  /** Equity at the last mark, quote currency. */
  readonly lastEquity: number
  /** UTC day of the last fill of an entry; -1 before any. */
  readonly fillDay: number
  /** Positions opened in that day. */
  readonly openedToday: number
  /** Whether nothing may be entered any more. */
  readonly haltedForGood: boolean
  /** Open time of the candle whose close broke the limit that ends entries for good; -1 for none. */
  readonly haltedAt: Millis
  /** UTC day in which nothing may be entered; -1 for none. */
  readonly haltedDay: number
}
