import type { Engine } from '../engine/engine.js'
import type { RunSpec } from '../engine/spec.js'
import type { Leg } from '../trading/leg.js'

/** Whether a run has quiet candles that may be taken apart: one leg, filled from its own candles, with nobody listening. */
export function fitsSolo(
  { legs, fill, path, limits }: RunSpec,
  { sink, detail }: { readonly sink?: unknown; readonly detail?: unknown },
): boolean {
  if ((sink ?? null) !== null || (detail ?? null) !== null) return false
  if (legs.length !== 1 || limits.maxExposure !== null) return false
  return fill === 'next_open' && path === 'pessimistic'
}

/**
 * The candles of one leg: a quiet one, in which nothing can fill, needs only its mark and the word of
 * the strategy; any other the engine's own step takes. Same state after each candle, to the bit.
 */
export class SoloRun {
  private readonly engine: Engine
  private readonly leg: Leg
  private decideFrom = 0

  constructor(engine: Engine) {
    this.engine = engine
    this.leg = engine.legs[0]!
  }

  /** Takes the candles from `first` to before `end`; the strategy is asked from `decideFrom` on. */
  run(first: number, end: number, decideFrom: number): void {
    this.decideFrom = decideFrom
    for (let i = first; i < end; i++) {
      if (this.isQuiet(i)) this.pass(i)
      else this.engine.advance()
    }
  }

  /** Whether nothing can fill in the candle at index `i`. */
  private isQuiet(i: number): boolean {
    const { order, book, position, protection, market } = this.leg
    if (order.kind !== 'none' || book.length > 0 || this.engine.guard.isRuined) return false
    if (position.quantity === 0) return true
    // The loss that ruins a short is a level of its own, and levels of a ladder move with each close.
    if (position.quantity < 0 || protection.hasRoi) return false
    return !protection.isTouchedBy(market.candles, i)
  }

  /** The step of `Engine`, without what cannot happen in a quiet candle. */
  private pass(i: number): void {
    const { engine, leg } = this
    const { guard, limits, curve } = engine
    const { market, position } = leg
    const { candles } = market
    market.lastClose = market.price === 0 ? candles.open[i]! : market.price
    market.standAt(i)
    leg.cursor.i = i
    guard.time = candles.time[i]!
    guard.until = guard.time + candles.timeframeMs
    guard.equity = engine.account.cash
    if (position.quantity !== 0) {
      position.follow(candles, i)
      if (position.raisePeak(candles, i)) leg.protection.settle()
      guard.equity += position.quantity * market.price
      curve.candlesInMarket += 1
    }
    if (curve.length === curve.values.length) curve.makeRoom()
    curve.values[curve.length++] = guard.equity
    const verdict = limits.mark()
    if (i >= this.decideFrom) leg.decide(i)
    else leg.idle()
    if (verdict !== null || guard.isRuined) limits.enforce(verdict)
  }
}
