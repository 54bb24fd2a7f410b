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
 * The candles of one leg: where no market order fills, a candle needs its path only where that meets
 * something, its mark and the word of the strategy; any other the engine's own step takes. Same state
 * after each candle, to the bit.
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
      else if (this.isOrdered()) this.engine.advance()
      else this.walk(i)
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

  /** Whether something fills at the open, or a short has to be looked after. */
  private isOrdered(): boolean {
    const { order, position, resting } = this.leg
    if (order.kind !== 'none' || resting.fills.mayHaveRests) return true
    return position.quantity < 0 || this.engine.guard.isRuined
  }

  /** The step of `Engine`, without what cannot happen in a quiet candle. */
  private pass(i: number): void {
    const { leg } = this
    const { position, market } = leg
    this.open(i)
    if (position.quantity !== 0) {
      position.follow(market.candles, i)
      if (position.raisePeak(market.candles, i)) leg.protection.settle()
    }
    this.close(i)
  }

  /** The step of `Engine`, without what fills at the open. */
  private walk(i: number): void {
    const { leg } = this
    const { market } = leg
    this.open(i)
    market.price = market.candles.open[i]!
    leg.walk(i)
    market.close()
    this.close(i)
  }

  private open(i: number): void {
    const { engine, leg } = this
    const { guard } = engine
    const { market } = leg
    const { candles } = market
    market.lastClose = market.price === 0 ? candles.open[i]! : market.price
    market.standAt(i)
    leg.cursor.i = i
    guard.time = candles.time[i]!
    guard.until = guard.time + candles.timeframeMs
  }

  /** The mark, and the word of the strategy. */
  private close(i: number): void {
    const { engine, leg } = this
    const { guard, limits, curve } = engine
    const { position } = leg
    guard.equity = engine.account.cash
    if (position.quantity !== 0) {
      guard.equity += position.quantity * leg.market.price
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
