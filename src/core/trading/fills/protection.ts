import { EXIT_REASONS } from '../../account/trade.js'
import { assert } from '../../assert.js'
import type { Position } from '../../account/position.js'
import type { Candles } from '../../candles/candles.js'
import {
  roiAfter,
  roiSteps,
  tighterExit,
  type RiskSettings,
  type RoiStep,
} from '../../risk/settings.js'
import { NO_EXITS, type Exits, type Levels } from '../../strategy/intent.js'
import { exceeds } from '../../tolerance.js'

const STOP_LOSS = EXIT_REASONS.indexOf('stop_loss')
const TRAILING_STOP = EXIT_REASONS.indexOf('trailing_stop')
const BREAK_EVEN = EXIT_REASONS.indexOf('break_even')
const TAKE_PROFIT = EXIT_REASONS.indexOf('take_profit')
const ROI = EXIT_REASONS.indexOf('roi')
const RUIN = EXIT_REASONS.indexOf('ruin')

/** A level above every price: not Infinity, which is at no distance from itself. */
export const NO_LEVEL = Number.MAX_VALUE

/**
 * Which end of a candle is taken to have come first. `pessimistic` is the rule of a run: the
 * adverse extreme, so the stop wins and a candle's own high never tightens the stop it is
 * checked against. `optimistic` is the other bound: the favourable extreme first.
 */
export type PricePath = 'pessimistic' | 'optimistic'

/**
 * The levels at which a position is left: what the settings and the strategy named, measured from
 * the entry, and what the strategy has moved since. The same levels hold in backtest, paper and live.
 */
export class Protection {
  /** The stop in force and why, and the target in force and why; for a long 0 and NO_LEVEL are "none". */
  stop = 0
  stopReason = STOP_LOSS
  target = NO_LEVEL
  targetReason = TAKE_PROFIT
  stopLoss = 0
  takeProfit = 0
  trailingStop = 0
  trailingFrom = 0
  breakEven = 0
  timeStop = 0
  /** Absolute levels that the strategy keeps; 0 is "none". */
  keptStop = 0
  keptTarget = 0
  private settingsRoi: readonly RoiStep[] = []
  private namedRoi: readonly RoiStep[] = []
  private closes = 0
  /** Price at which a short takes equity to 0, while a candle is gone through. */
  private lossLevel = NO_LEVEL
  private readonly position: Position

  constructor(position: Position) {
    this.position = position
  }

  /** Takes the tighter of each exit that the user set and the strategy named, for the position just opened. */
  begin(settings: RiskSettings, named: Exits): void {
    this.stopLoss = tighterExit(settings.stopLoss, named.stopLoss)
    this.takeProfit = tighterExit(settings.takeProfit, named.takeProfit)
    this.trailingStop = tighterExit(settings.trailingStop, named.trailingStop)
    this.trailingFrom = tighterExit(settings.trailingFrom, named.trailingFrom)
    this.breakEven = tighterExit(settings.breakEven, named.breakEven)
    this.timeStop = tighterExit(settings.timeStop, named.timeStop)
    this.settingsRoi = settings.roi
    this.namedRoi = named === NO_EXITS ? NONE : roiSteps(named.roi)
    this.keptStop = 0
    this.keptTarget = 0
    this.closes = 0
    this.settle()
    this.assertLevels()
  }

  /** Whether the levels change with the number of closes held. */
  get hasRoi(): boolean {
    return this.settingsRoi.length > 0 || this.namedRoi.length > 0
  }

  /** A candle begins before which the position has been held for so many closes. */
  enterCandle(closes: number): void {
    this.closes = closes
    if (this.hasRoi) this.settleTarget()
  }

  /** Moves the strategy's own levels. @returns whether one of them is looser than the settings', and does nothing */
  keep({ stopPrice, targetPrice }: Levels): boolean {
    if (stopPrice !== undefined) this.keptStop = stopPrice ?? 0
    if (targetPrice !== undefined) this.keptTarget = targetPrice ?? 0
    this.settle()
    const isStopIdle = this.keptStop !== 0 && this.stop !== this.keptStop
    return isStopIdle || (this.keptTarget !== 0 && this.target !== this.keptTarget)
  }

  /** Brings both levels up to what the position has seen. */
  settle(): void {
    this.settleStop()
    this.settleTarget()
  }

  /** True where `price` is at the stop or beyond it, within the tolerance of crosses. */
  isStopAt(price: number): boolean {
    return this.position.side > 0 ? !exceeds(price, this.stop) : !exceeds(this.stop, price)
  }

  /** True where `price` is at the target or beyond it, within the tolerance of crosses. */
  isTargetAt(price: number): boolean {
    return this.position.side > 0 ? !exceeds(this.target, price) : !exceeds(price, this.target)
  }

  /** Index into EXIT_REASONS of the level that `price` is at or beyond, the stop first; null for none. */
  reasonAt(price: number): number | null {
    if (this.isStopAt(price)) return this.stopReason
    return this.isTargetAt(price) ? this.targetReason : null
  }

  /** True where the candle at index `i` reaches the stop or the target. */
  isTouchedBy({ open, high, low }: Pick<Candles, 'open' | 'high' | 'low'>, i: number): boolean {
    const bottom = Math.min(open[i]!, low[i]!)
    const top = Math.max(open[i]!, high[i]!)
    return this.position.side > 0
      ? !exceeds(bottom, this.stop) || !exceeds(this.target, top)
      : !exceeds(this.stop, top) || !exceeds(bottom, this.target)
  }

  /** Puts the level at which equity reaches 0 beside the stop of a short. */
  limitLoss(level: number): void {
    this.lossLevel = level
    this.settleStop()
  }

  /** Takes that level away again. */
  forgetLoss(): void {
    this.lossLevel = NO_LEVEL
    this.settle()
  }

  /** The level of the stop loss, or the kept one where that is tighter; 0 is "none". */
  fixedStop(): number {
    const level = this.fixedLevel()
    return level === NO_LEVEL ? 0 : level
  }

  /** Where the trailing stop stands now; 0 is "none". */
  trailNow(): number {
    const { side, peak, basePrice } = this.position
    if (this.trailingStop === 0) return 0
    if (this.trailingFrom !== 0 && !this.isPeakBeyond(basePrice, this.trailingFrom)) return 0
    return peak * (1 - side * this.trailingStop)
  }

  /** The average entry price, where break-even has made it a stop; 0 is "none". */
  breakEvenNow(): number {
    const { position, breakEven } = this
    if (breakEven === 0 || !this.isPeakBeyond(position.basePrice, breakEven)) return 0
    return position.averageEntry()
  }

  /** The level at which the position is stopped now; 0 is "none". */
  stopNow(): number {
    return this.stop === NO_LEVEL ? 0 : this.stop
  }

  save(): SavedProtection {
    const { stopLoss, takeProfit, trailingStop, trailingFrom, breakEven, timeStop } = this
    const { keptStop, keptTarget, namedRoi } = this
    return {
      stopLoss,
      takeProfit,
      trailingStop,
      trailingFrom,
      breakEven,
      timeStop,
      keptStop,
      keptTarget,
      roi: namedRoi,
    }
  }

  restore({ roi, ...saved }: SavedProtection, settings: RiskSettings): void {
    Object.assign(this, saved)
    this.settingsRoi = settings.roi
    this.namedRoi = roi
    this.settle()
    this.assertLevels()
  }

  /** A level that is not a number is never met: a position would stand unprotected. */
  private assertLevels(): void {
    assert(this.stop >= 0 && this.stop <= NO_LEVEL, 'a stop is at no price')
    assert(this.target >= 0 && this.target <= NO_LEVEL, 'a target is at no price')
    assert(this.trailingStop >= 0 && this.breakEven >= 0, 'a stop follows at no distance')
    assert(this.timeStop >= 0, 'a position is held for no time')
  }

  private settleStop(): void {
    const isLong = this.position.side > 0
    this.stop = this.fixedLevel()
    this.stopReason = STOP_LOSS
    const entry = this.breakEvenNow()
    if (entry !== 0) this.tighten(entry, BREAK_EVEN, isLong)
    const trail = this.trailNow()
    if (trail !== 0) this.tighten(trail, TRAILING_STOP, isLong)
    if (!isLong) this.tighten(this.lossLevel, RUIN, isLong)
  }

  private fixedLevel(): number {
    const { basePrice, side } = this.position
    const isLong = side > 0
    const set = isLong ? levelBelow(basePrice, this.stopLoss) : levelAbove(basePrice, this.stopLoss)
    return this.keptStop === 0 ? set : tighterStop(set, this.keptStop, isLong)
  }

  private tighten(level: number, reason: number, isLong: boolean): void {
    if (isLong ? level <= this.stop : level >= this.stop) return
    this.stop = level
    this.stopReason = reason
  }

  private settleTarget(): void {
    const { position, keptTarget } = this
    const isLong = position.side > 0
    const { basePrice } = position
    const none = isLong ? NO_LEVEL : 0
    const set = this.takeProfit === 0 ? none : basePrice * (1 + position.side * this.takeProfit)
    this.target = keptTarget === 0 ? set : tighterStop(set, keptTarget, !isLong)
    this.targetReason = TAKE_PROFIT
    if (!this.hasRoi) return
    const distance = Math.min(
      roiAfter(this.settingsRoi, this.closes),
      roiAfter(this.namedRoi, this.closes),
    )
    if (distance === Infinity) return
    const level = basePrice * (1 + position.side * distance)
    if (isLong ? level >= this.target : level <= this.target) return
    this.target = level
    this.targetReason = ROI
  }

  private isPeakBeyond(base: number, gain: number): boolean {
    const { side, peak } = this.position
    const level = base * (1 + side * gain)
    return side > 0 ? !exceeds(level, peak) : !exceeds(peak, level)
  }
}

const NONE: readonly RoiStep[] = Object.freeze([])

/** The higher level of a long's two stops, the lower of a short's. */
function tighterStop(a: number, b: number, isLong: boolean): number {
  return isLong ? Math.max(a, b) : Math.min(a, b)
}

function levelBelow(price: number, distance: number): number {
  return distance === 0 ? 0 : price * (1 - distance)
}

function levelAbove(price: number, distance: number): number {
  return distance === 0 ? NO_LEVEL : price * (1 + distance)
}

/** What of a protection does not follow from its position and the settings. */
export interface SavedProtection {
  /** Distance from the entry, fraction of price; 0 is "none". */
  readonly stopLoss: number
  /** Distance from the entry, fraction of price; 0 is "none". */
  readonly takeProfit: number
  /** Distance from the best price, fraction of price; 0 is "none". */
  readonly trailingStop: number
  /** Gain from which on the trailing stop exists, fraction of price. */
  readonly trailingFrom: number
  /** Gain from which on the entry is the stop, fraction of price; 0 is "none". */
  readonly breakEven: number
  /** Closes after which the position is left; 0 is "none". */
  readonly timeStop: number
  /** Stop that the strategy keeps, a price; 0 is "none". */
  readonly keptStop: number
  /** Target that the strategy keeps, a price; 0 is "none". */
  readonly keptTarget: number
  /** Take-profit distances by closes held that the strategy named. */
  readonly roi: readonly RoiStep[]
}
