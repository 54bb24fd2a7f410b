import { assert } from '../assert.js'
import type { Cursor } from '../strategy/moment.js'
import type { Desk, LegSpec } from '../trading/desk.js'
import type { RiskBreachedEvent, SignalEvent } from './events.js'
import type { Position } from './position.js'
import type { Exits } from '../strategy/intent.js'
import type { Fill } from './fill.js'
import { EXIT_REASONS, type ExitReason } from './trade.js'

/**
 * What has filled: applies each fill to the position, the account and the trade log, and tells
 * the event sink. The same calls serve a simulated fill and one reported by a venue.
 */
export class Book {
  private readonly index: number
  private readonly spec: LegSpec
  private readonly desk: Desk
  private readonly position: Position
  private readonly cursor: Cursor

  constructor(index: number, spec: LegSpec, desk: Desk, position: Position, cursor: Cursor) {
    this.index = index
    this.spec = spec
    this.desk = desk
    this.position = position
    this.cursor = cursor
  }

  /** An entry or addition that filled, long or short. */
  enter(fill: Fill, isLong: boolean, named: Exits): void {
    const { account } = this.desk
    const { position } = this
    this.cost(fill)
    if (position.quantity === 0) position.open(fill, isLong, this.spec.risk, named)
    else position.add(fill, isLong)
    position.fees += fill.fee
    position.txCosts += fill.txCost
    position.slippage += fill.slippage
    const value = fill.price * fill.size
    account.cash -= (isLong ? value : -value) + fill.fee + fill.txCost
    assert(account.cash > -1e-6 * account.capital, 'an entry spends more than the cash')
    if (this.desk.sink !== null) this.announceFill('entry', isLong, fill, null)
  }

  /** An exit, all or a part, that filled. */
  exit(fill: Fill): void {
    const { account, trades } = this.desk
    const { position } = this
    const isLong = position.quantity > 0
    this.cost(fill)
    const value = fill.price * fill.size
    account.cash += (isLong ? value : -value) - fill.fee - fill.txCost
    assert(
      fill.size > 0 && fill.size <= Math.abs(position.quantity),
      'an exit is larger than the position',
    )
    assert(Number.isFinite(account.cash), 'cash is not a number')
    trades.close(this.index, position, fill)
    position.reduce(fill)
    if (this.desk.sink !== null) this.announceFill('exit', isLong, fill, EXIT_REASONS[fill.reason]!)
  }

  announceSignal(exposure: number, outcome: SignalEvent['outcome']): void {
    this.desk.sink?.({ type: 'signal', ...this.stamp(), exposure, outcome })
  }

  announceRefusal(): void {
    this.desk.sink?.({
      type: 'error',
      ...this.stamp(),
      code: 'below_minimum',
      message: `order refused: below the smallest order of ${this.spec.market.symbol}`,
    })
  }

  announceBreach(limit: RiskBreachedEvent['limit'], value: number, threshold: number): void {
    this.desk.sink?.({ type: 'risk.breached', ...this.stamp(), limit, value, threshold })
  }

  /** Tells where the position and its stops stand now. */
  announcePosition(): void {
    const { position } = this
    const { quantity } = position
    const isOpen = quantity !== 0
    this.desk.sink?.({
      type: 'position.updated',
      ...this.stamp(),
      quantity,
      entryPrice: isOpen ? position.entryPrice : 0,
      stop: isOpen ? position.stopNow() : 0,
      stopLoss: isOpen ? position.fixedStop() : 0,
      trailingStop: isOpen ? position.trailNow() : 0,
    })
  }

  private announceFill(
    action: 'entry' | 'exit',
    isLong: boolean,
    { price, size, fee, txCost }: Fill,
    reason: ExitReason | null,
  ): void {
    this.desk.sink?.({
      type: 'trade.executed',
      ...this.stamp(),
      action,
      side: isLong ? 'long' : 'short',
      price,
      size,
      fee,
      txCost,
      reason,
    })
    this.announcePosition()
  }

  private stamp(): { time: number; symbol: string; strategy: string } {
    return {
      time: this.desk.candles.time[this.cursor.i]!,
      symbol: this.spec.market.symbol,
      strategy: this.spec.strategy.name,
    }
  }

  /** Where and when the fill falls, what it costs, and the sums of that. */
  private cost(fill: Fill): void {
    const { account, costs, candles } = this.desk
    fill.index = this.cursor.i
    fill.time = candles.time[fill.index]!
    const value = fill.price * fill.size
    fill.fee = costs.fee * fill.price * fill.size
    fill.txCost = costs.txCost
    fill.slippage = fill.size * Math.abs(fill.price - fill.reference)
    account.notional += value
    account.feesPaid += fill.fee
    account.txCostsPaid += fill.txCost
    account.slippagePaid += fill.slippage
  }
}
