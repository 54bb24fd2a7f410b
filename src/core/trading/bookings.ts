import { assert } from '../assert.js'
import type { Account } from '../account/account.js'
import type { RiskBreachedEvent, SignalEvent, OrderCancelledEvent } from '../account/events.js'
import type { Fill } from '../account/fill.js'
import type { Position } from '../account/position.js'
import { EXIT_REASONS, type ExitReason } from '../account/trade.js'
import type { VenueFill } from './venue/broker.js'
import type { Approved } from '../risk/guard.js'
import type { Exits } from '../strategy/intent.js'
import type { Cursor } from '../strategy/moment.js'
import type { Desk, LegSpec } from './desk.js'
import type { Refusal } from '../account/refusal.js'
import type { Protection } from './fills/protection.js'
import type { RestingOrder } from './orders/resting-order.js'

/** What a leg's books are about. */
export interface Booked {
  /** Place of the leg in the account. */
  readonly index: number
  /** What the leg is. */
  readonly spec: LegSpec
  /** What it holds. */
  readonly position: Position
  /** The levels at which that is left. */
  readonly protection: Protection
  /** The candle that it stands at. */
  readonly cursor: Cursor
  /** What the leg has brought to the account. */
  readonly ledger: Account
  /** Open time of that candle. */
  readonly time: () => number
}

/**
 * What has filled: applies each fill to the position, the account and the trade log, and tells
 * the event sink. The same calls serve a simulated fill and one reported by a venue.
 */
export class Bookings {
  private readonly leg: Booked
  private readonly desk: Desk
  private reported: Pick<VenueFill, 'fee' | 'txCost' | 'time'> | null = null

  constructor(leg: Booked, desk: Desk) {
    this.leg = leg
    this.desk = desk
  }

  /** An entry or addition that filled, long or short. Nothing else than what the guard approved gets here. */
  enter(fill: Approved<Fill>, named: Exits): void {
    const { position, protection, spec } = this.leg
    this.cost(fill)
    if (position.quantity === 0) {
      position.open(fill)
      protection.begin(spec.risk, named)
    } else {
      position.add(fill)
      protection.settle()
    }
    this.take(fill)
    const { account, hasVenue } = this.desk
    // What a venue has done is booked as it is.
    const least = hasVenue ? -Infinity : -1e-6 * account.capital - fill.txCost
    assert(account.cash > least, 'an entry spends more than the cash')
    assert(account.cash < Infinity, 'an entry leaves cash without end')
    if (this.desk.sink !== null) this.announceFill('entry', fill, null)
  }

  /** An exit, all or a part, that filled. @returns whether nothing is left */
  exit(fill: Fill): boolean {
    const { position, index, spec } = this.leg
    assert(position.quantity * fill.side < 0, 'an exit goes with the position')
    this.cost(fill)
    position.reduce(fill, spec.market.step)
    this.take(fill)
    assert(Number.isFinite(this.desk.account.cash), 'cash is not a number')
    const isFlat = position.quantity === 0
    if (isFlat) this.close(index, position, fill)
    if (this.desk.sink !== null) this.announceFill('exit', fill, EXIT_REASONS[fill.reason]!)
    return isFlat
  }

  private close(index: number, position: Position, fill: Fill): void {
    const { trades, guard } = this.desk
    trades.close(index, position, fill)
    if (!guard.hasLimits) return
    const losses = guard.countClosed(trades.profitOf(trades.length - 1), fill.time)
    if (losses !== null) this.announceBreach('max_loss_streak', losses, losses)
  }

  /** What the next fill has cost, and when it was, as the venue says: it is booked by that. */
  report({ fee, txCost, time }: Pick<VenueFill, 'fee' | 'txCost' | 'time'>): void {
    this.reported = { fee, txCost, time }
  }

  announceSignal(exposure: number, outcome: SignalEvent['outcome']): void {
    this.desk.sink?.({ type: 'signal', ...this.stamp(), exposure, outcome })
  }

  announceRefusal(reason: Refusal): void {
    this.desk.sink?.({
      type: 'error',
      ...this.stamp(),
      code: reason,
      message: `order on ${this.leg.spec.market.symbol} refused: ${REFUSALS[reason]}`,
    })
  }

  announceBreach(limit: RiskBreachedEvent['limit'], value: number, threshold: number): void {
    this.desk.sink?.({ type: 'risk.breached', ...this.stamp(), limit, value, threshold })
  }

  announcePlaced(order: RestingOrder): void {
    if (this.desk.sink === null) return
    const {
      number,
      request,
      price,
      remaining,
      request: { side, kind, tag = null },
    } = order
    const { goodFor = 0 } = request
    this.desk.sink({
      type: 'order.placed',
      ...this.stamp(),
      order: number,
      side,
      kind,
      price,
      size: remaining,
      goodFor,
      tag,
    })
  }

  announceCancelled(order: RestingOrder, reason: OrderCancelledEvent['reason']): void {
    if (this.desk.sink === null) return
    this.desk.sink({
      type: 'order.cancelled',
      ...this.stamp(),
      order: order.number,
      reason,
      left: order.remaining,
    })
  }

  /** Tells where the position and its stops stand now. */
  announcePosition(): void {
    const { position, protection } = this.leg
    const { quantity } = position
    const isOpen = quantity !== 0
    this.desk.sink?.({
      type: 'position.updated',
      ...this.stamp(),
      quantity,
      entryPrice: isOpen ? position.entryPrice : 0,
      stop: isOpen ? protection.stopNow() : 0,
      stopLoss: isOpen ? protection.fixedStop() : 0,
      trailingStop: isOpen ? protection.trailNow() : 0,
      breakEven: isOpen ? protection.breakEvenNow() : 0,
    })
  }

  private announceFill(action: 'entry' | 'exit', fill: Fill, reason: ExitReason | null): void {
    const { price, size, fee, txCost, slippage, isMaker } = fill
    this.desk.sink?.({
      type: 'trade.executed',
      ...this.stamp(),
      action,
      side: this.leg.position.side > 0 ? 'long' : 'short',
      price,
      size,
      fee,
      txCost,
      slippage,
      reason,
      tag: fill.tag,
      isMaker,
    })
    this.announcePosition()
  }

  private stamp(): { time: number; symbol: string; strategy: string } {
    const { spec } = this.leg
    return {
      time: this.leg.time(),
      symbol: spec.market.symbol,
      strategy: spec.strategy.name,
    }
  }

  /** Where and when the fill falls, and what it costs. */
  private cost(fill: Fill): void {
    const { costs } = this.desk
    const { reported } = this
    fill.index = this.leg.cursor.i
    if (reported === null) {
      fill.time = this.leg.time()
      fill.fee = (fill.isMaker ? costs.makerFee : costs.fee) * fill.price * fill.size
      fill.txCost = costs.txCost
    } else {
      fill.time = reported.time
      fill.fee = reported.fee
      fill.txCost = reported.txCost
      this.reported = null
    }
    fill.slippage = fill.size * Math.abs(fill.price - fill.reference)
    assert(Number.isFinite(fill.fee) && Number.isFinite(fill.txCost), 'a fill has no cost')
    assert(Number.isFinite(fill.slippage), 'a fill has no reference')
  }

  /** Adds the fill to the sums of the position, of the account and of the leg. */
  private take(fill: Fill): void {
    const { position, ledger, index } = this.leg
    position.fees += fill.fee
    position.txCosts += fill.txCost
    position.slippage += fill.slippage
    position.lastFill = this.desk.trades.note(index, fill, position.lastFill)
    addTo(this.desk.account, fill)
    addTo(ledger, fill)
  }
}

function addTo(account: Account, { side, size, price, fee, txCost, slippage }: Fill): void {
  const value = price * size
  account.cash += (side > 0 ? -value : value) - fee - txCost
  account.notional += value
  account.feesPaid += fee
  account.txCostsPaid += txCost
  account.slippagePaid += slippage
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  below_minimum: 'it is below the smallest order of the market',
  no_cash: 'the cash does not hold it',
  would_take: 'it would fill at once, and is postOnly',
  cooldown: 'the cooldown after an exit is not over',
  not_shortable: 'the market is long only',
  max_drawdown: 'the drawdown limit was reached',
  max_daily_loss: 'the daily loss limit was reached',
  max_exposure: 'the exposure limit leaves no room',
  max_open_positions: 'there is no free place for a position',
  max_trades_per_day: 'the limit of positions opened a day was reached',
  max_loss_streak: 'too many trades in a row have lost',
  max_data_age: 'its candle was too old',
  ruin: 'the account is ruined',
  paused: 'trading is paused',
  venue: 'the venue has refused it',
}
