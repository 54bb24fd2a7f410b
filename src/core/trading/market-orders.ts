import type { Refusal } from '../account/refusal.js'
import { roundDown } from '../account/market.js'
import { EXIT_REASONS } from '../account/trade.js'
import { assert } from '../assert.js'
import type { Desk } from './desk.js'
import { ageOf, byPriority, Plan } from './entry-plan.js'
import { marketPrice, priceAtMarket, quantityOf } from './fills/fill-model.js'
import { namesAny } from '../strategy/intent.js'
import type { Leg } from './leg.js'
import { targetSpend } from './fills/sizing.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')

/** Where planned orders go that are not filled at once. */
export interface OrderSink {
  /** Takes base units off what the leg holds; `isWhole` where nothing is left. */
  reduce(leg: Leg, size: number, isWhole: boolean): void
  /** The leg's ticket has side and size. */
  enter(leg: Leg): void
}

/**
 * The pending orders of all legs at one instant: everything that reduces a position first, then
 * everything that opens or adds, sized from one snapshot and scaled by one factor where cash or the
 * exposure limit does not hold all of them.
 */
export class MarketOrders {
  /** Entries that found no place because of the name of their market or strategy alone. */
  decidedByName = 0
  /** Entries that were made smaller because not all of an instant had room. */
  scaledEntries = 0
  private readonly desk: Desk
  private readonly plans: readonly Plan[]
  /** Room for the entries of an instant, and for one alone. */
  private readonly entries: Plan[] = []
  private readonly one: Plan[] = []
  private out: OrderSink | null = null

  constructor(desk: Desk, legs: readonly Leg[]) {
    this.desk = desk
    this.plans = legs.map(leg => new Plan(leg))
  }

  /**
   * Reads what is pending on markets that are open against what is held now, and fills what reduces a
   * position, at the last price shown of each.
   */
  reduce(): void {
    const { plans } = this
    for (let k = 0; k < plans.length; k++) {
      const plan = plans[k]!
      plan.isPending = plan.leg.order.kind !== 'none' && plan.leg.market.isOpen
      if (plan.isPending) this.read(plan)
    }
    for (let k = 0; k < plans.length; k++) {
      const plan = plans[k]!
      if (plan.isPending && plan.reduces > 0) this.take(plan)
    }
  }

  /** Fills what opens or adds, once everything that reduces has been filled. */
  enter(): void {
    const { plans } = this
    let entries = 0
    for (let k = 0; k < plans.length; k++) {
      const plan = plans[k]!
      if (plan.isPending && plan.enters) this.entries[entries++] = plan
    }
    if (entries > 0) this.enterAll(entries)
    for (let k = 0; k < plans.length; k++) if (plans[k]!.isPending) plans[k]!.leg.order.clear()
  }

  /** Plans what is pending of the legs that may order, and hands it out instead of filling it. */
  plan(mayOrder: (leg: Leg) => boolean, out: OrderSink): void {
    const pending = this.plans.filter(({ leg }) => leg.order.kind !== 'none' && mayOrder(leg))
    for (const plan of pending) this.read(plan)
    const entries: Plan[] = []
    for (const plan of pending) {
      const { leg, reduces } = plan
      if (reduces > 0) out.reduce(leg, reduces, reduces === Math.abs(leg.position.quantity))
      // The entry half of a reversal waits until its exit is done.
      if (reduces > 0 && !plan.enters) leg.order.clear()
      if (reduces === 0 && plan.enters) entries.push(plan)
      if (reduces === 0 && !plan.enters) leg.order.clear()
    }
    this.out = out
    entries.forEach((plan, k) => (this.entries[k] = plan))
    if (entries.length > 0) this.enterAll(entries.length)
    this.out = null
    for (const plan of entries) plan.leg.order.clear()
  }

  /** Reads an order against what is held and the snapshot before all fills. */
  private read(plan: Plan): void {
    const { leg } = plan
    const { order, position } = leg
    const held = Math.abs(position.quantity)
    plan.reduces = 0
    plan.enters = false
    if (order.kind === 'exit') {
      plan.reduces = held
    } else if (order.kind === 'trim') {
      plan.reduces = held > order.target ? held - order.target : 0
    } else if (position.quantity * order.target < 0) {
      plan.reduces = held
      plan.enters = true
    } else if (held === 0) {
      plan.enters = true
    } else {
      this.planResize(plan, held)
    }
    plan.side = order.target > 0 ? 1 : -1
  }

  /** More at the buy price, less at the sell price, nothing where the target lies between. */
  private planResize(plan: Plan, held: number): void {
    const { leg } = plan
    const { market, order, position, lot } = leg
    const { costs } = this.desk
    const spend = targetSpend(order.target, leg.spec, this.desk.equity())
    const { side } = position
    if (roundDown(quantityOf(spend, market.price, side, costs) - held, lot) > 0) {
      plan.enters = true
      return
    }
    const kept = quantityOf(spend, market.price, -side, costs)
    plan.reduces = Math.max(0, roundDown(held - kept, lot))
    if (held - plan.reduces < lot.step / 2) plan.reduces = held
    if (plan.reduces === 0) leg.target = order.target
  }

  private take({ leg, reduces }: Plan): void {
    const { order, position, ticket, spec, market } = leg
    const isWhole = reduces === Math.abs(position.quantity)
    if (!isWhole && reduces * market.price < spec.market.minNotional) {
      return leg.refuse('below_minimum')
    }
    ticket.reference = market.price
    ticket.ambiguous = false
    leg.reduceAtMarket(reduces, order.reason, order.tag)
    if (!isWhole && order.kind === 'target') leg.target = order.target
  }

  /** Fills the first `pending` of the entries. */
  private enterAll(pending: number): void {
    const { desk } = this
    // A list of another length only where there are several: V8 gives up the room of one that is cut.
    const entries = pending === 1 ? this.single() : this.entries.slice(0, pending).sort(byPriority)
    this.admit(entries)
    let spends = 0
    let count = 0
    for (const plan of entries) {
      plan.spend = plan.barrier === null ? Math.min(this.wanted(plan), desk.guard.orderMax) : 0
      spends += plan.spend
      if (plan.spend > 0) count += 1
    }
    const free = Math.max(0, desk.freeCash() - count * desk.costs.txCost)
    const room = desk.guard.hasLimits
      ? desk.guard.room(desk.equity(), desk.gross() + desk.entering())
      : Infinity
    const most = Math.min(free, room)
    const isScaled = spends > most
    const scarce: Refusal | null = !isScaled ? null : free <= room ? 'no_cash' : 'max_exposure'
    if (isScaled && count > 1) this.scaledEntries += count
    for (const plan of entries) {
      // One alone takes what there is, to the last digit.
      if (isScaled) {
        plan.spend = count === 1 ? Math.min(plan.spend, most) : plan.spend * (most / spends)
      }
      plan.size = plan.spend > 0 ? this.sizeOf(plan) : 0
    }
    if (desk.costs.impact !== null) this.cutToCash(entries, most)
    for (const plan of entries) {
      if (plan.barrier === null) this.open(plan, scarce)
      else {
        plan.leg.refuse(plan.barrier)
        plan.leg.bookings.announceSignal(plan.leg.order.target, plan.barrier)
      }
    }
  }

  private single(): readonly Plan[] {
    this.one[0] = this.entries[0]!
    return this.one
  }

  private sizeOf({ leg, side, spend }: Plan): number {
    return roundDown(quantityOf(spend, leg.market.price, side, this.desk.costs), leg.lot)
  }

  /** Gives the places that limits leave to the entries, in their order. */
  private admit(entries: readonly Plan[]): void {
    const { desk } = this
    const openPositions = desk.openPositions()
    let admitted = 0
    let lastAdmitted: Plan | null = null
    for (const plan of entries) {
      const { leg } = plan
      const opens = leg.position.quantity === 0
      plan.barrier = leg.order.isCooling
        ? 'cooldown'
        : this.barrierOf(leg, opens, openPositions, admitted)
      if (plan.barrier === null && opens) {
        admitted += 1
        lastAdmitted = plan
      }
      const isPlace = plan.barrier === 'max_open_positions' || plan.barrier === 'max_trades_per_day'
      if (isPlace && lastAdmitted?.leg.order.priority === leg.order.priority) {
        this.decidedByName += 1
      }
    }
  }

  private barrierOf(
    leg: Leg,
    opens: boolean,
    openPositions: number,
    admitted: number,
  ): Refusal | null {
    const { guard } = this.desk
    const { isPaused } = leg
    const halt = guard.haltOn(leg.order.day, isPaused)
    if (halt !== null || !guard.hasLimits) return halt
    const ageMs = ageOf(leg)
    const terms = { opens, openPositions, admitted, ageMs, decidedDay: leg.order.day, isPaused }
    return guard.barrier(terms, leg.market.time)
  }

  /** Quote currency, fee included, of what the target asks for beyond what is held. */
  private wanted({ leg, side }: Plan): number {
    const { market, order, position } = leg
    const { costs } = this.desk
    const spend = targetSpend(order.target, leg.spec, this.desk.equity())
    if (position.quantity === 0) return spend
    const more = quantityOf(spend, market.price, side, costs) - Math.abs(position.quantity)
    return Math.max(0, more) * market.price * (1 + side * costs.slippage) * (1 + costs.fee)
  }

  /** Fills an entry of what it is to spend; `scarce` says what it was scaled for. */
  private open({ leg, side, size }: Plan, scarce: Refusal | null): void {
    const { ticket, market, order, spec, position } = leg
    const { desk } = this
    const { costs } = desk
    ticket.reference = market.price
    ticket.side = side
    ticket.size = size
    const isOpening = position.quantity === 0
    if (!(ticket.size > 0) || ticket.size * market.price < spec.market.minNotional) {
      return leg.refuse(scarce !== null && !(ticket.size > 0) ? scarce : 'below_minimum')
    }
    if (this.out !== null) return this.out.enter(leg)
    priceAtMarket(ticket, costs)
    ticket.reason = SIGNAL
    ticket.tag = order.tag
    ticket.isMaker = false
    leg.counts.fills += 1
    if (isOpening) {
      leg.counts.entries += 1
      desk.guard.countOpened(market.time)
    }
    if (!isOpening && namesAny(order.exits)) leg.counts.exitsIgnored += 1
    leg.bookings.enter(desk.guard.approve(ticket), order.exits)
    leg.target = order.target
  }

  /**
   * Where the price depends on the quantity: what cash and limits hold at the prices with it. All are
   * cut by one factor, so that none goes before another.
   */
  private cutToCash(entries: readonly Plan[], most: number): void {
    const { costs } = this.desk
    let spends = 0
    for (const { leg, side, size } of entries) {
      spends += size * marketPrice(leg.market.price, side, size, costs) * (1 + costs.fee)
    }
    for (const plan of entries) {
      const { leg, side, size } = plan
      const price = marketPrice(leg.market.price, side, size, costs)
      if (price <= 0) plan.size = 0
      if (price <= 0 || spends <= most) continue
      const holds = entries.length === 1 ? most / (price * (1 + costs.fee)) : size * (most / spends)
      plan.size = Math.min(size, roundDown(holds, leg.lot))
      assert(plan.size >= 0, 'an entry is cut below nothing')
    }
  }
}
