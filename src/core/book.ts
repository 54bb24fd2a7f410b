import { assert } from './assert.js'
import type { Cursor } from './moment.js'
import type { Desk, LegSpec } from './desk.js'
import type { RiskBreachedEvent, SignalEvent } from './events.js'
import type { Position } from './position.js'
import type { Exits } from './strategy.js'
import { EXIT_REASONS, type ExitFill, type ExitReason } from './trade.js'

class MutableExit implements ExitFill {
  time = 0
  index = 0
  price = 0
  size = 0
  fee = 0
  txCost = 0
  slippage = 0
  reason = 0
  ambiguous = false
}

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
  private readonly exitFill = new MutableExit()

  constructor(index: number, spec: LegSpec, desk: Desk, position: Position, cursor: Cursor) {
    this.index = index
    this.spec = spec
    this.desk = desk
    this.position = position
    this.cursor = cursor
  }

  /** An entry or addition of signed `quantity` that filled at `price` against `reference`. */
  enter(quantity: number, price: number, reference: number, named: Exits): void {
    const { account, costs, candles } = this.desk
    const { position } = this
    const size = Math.abs(quantity)
    const fee = costs.fee * price * size
    if (position.quantity === 0) {
      const i = this.cursor.i
      position.open(quantity, price, i, candles.time[i]!, this.spec.risk, named)
    } else {
      position.add(quantity, price)
    }
    const slippage = size * Math.abs(price - reference)
    position.fees += fee
    position.txCosts += costs.txCost
    position.slippage += slippage
    account.cash -= quantity * price + fee + costs.txCost
    assert(account.cash > -1e-6 * account.capital, 'an entry spends more than the cash')
    this.count(price * size, fee, slippage)
    if (this.desk.sink !== null) this.announceFill('entry', quantity > 0, price, size, fee, null)
  }

  /** An exit of `size`, all or a part, that filled at `price` against `reference`. */
  exit(size: number, price: number, reference: number, reason: number, ambiguous: boolean): void {
    const { account, costs, candles, trades } = this.desk
    const { position, exitFill } = this
    const direction = position.quantity > 0 ? 1 : -1
    const fee = costs.fee * price * size
    exitFill.time = candles.time[this.cursor.i]!
    exitFill.index = this.cursor.i
    exitFill.price = price
    exitFill.size = size
    exitFill.fee = fee
    exitFill.txCost = costs.txCost
    exitFill.slippage = size * Math.abs(price - reference)
    exitFill.reason = reason
    exitFill.ambiguous = ambiguous
    account.cash += direction * size * price - fee - costs.txCost
    this.count(price * size, fee, exitFill.slippage)
    assert(size > 0 && size <= Math.abs(position.quantity), 'an exit is larger than the position')
    assert(Number.isFinite(account.cash), 'cash is not a number')
    trades.close(this.index, position, exitFill)
    position.reduce(size)
    if (this.desk.sink !== null) {
      this.announceFill('exit', direction > 0, price, size, fee, EXIT_REASONS[reason]!)
    }
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
    price: number,
    size: number,
    fee: number,
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
      txCost: this.desk.costs.txCost,
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

  private count(notional: number, fee: number, slippage: number): void {
    const { account, costs } = this.desk
    account.notional += notional
    account.feesPaid += fee
    account.txCostsPaid += costs.txCost
    account.slippagePaid += slippage
  }
}
