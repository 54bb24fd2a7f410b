import type { Refusal } from '../account/refusal.js'
import { roundDown } from '../account/market.js'
import { EXIT_REASONS } from '../account/trade.js'
import { assert } from '../assert.js'
import type { Desk } from './desk.js'
import { marketPrice, priceAtMarket, quantityOf } from './fill-model.js'
import { namesAny, type Leg } from './leg.js'
import { targetSpend } from './sizing.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')

/** What is to become of the pending order of one leg at this instant. */
class Plan {
  leg: Leg
  isPending = false
  /** Base units to take off what is held. */
  reduces = 0
  /** Whether something is to be opened or added, and on which side. */
  enters = false
  side = 1
  /** Quote currency that the entry is to spend, fee included. */
  spend = 0
  /** Why it spends nothing. */
  barrier: Refusal | null = null

  constructor(leg: Leg) {
    this.leg = leg
  }
}

/** Where planned orders go that are not filled at once. */
export interface OrderSink {
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

  /** Fills what is pending on markets that are open, at the last price shown of each. */
  fill(): void {
    const { plans } = this
    for (let k = 0; k < plans.length; k++) {
      const plan = plans[k]!
      plan.isPending = plan.leg.order.kind !== 'none' && plan.leg.market.isOpen
      if (plan.isPending) this.read(plan)
    }
    let entries = 0
    for (let k = 0; k < plans.length; k++) {
      const plan = plans[k]!
      if (!plan.isPending) continue
      if (plan.reduces > 0) this.reduce(plan)
      if (plan.enters) this.entries[entries++] = plan
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
    if (held - plan.reduces < lot.step * (1 - 1e-9)) plan.reduces = held
    if (plan.reduces === 0) leg.target = order.target
  }

  private reduce({ leg, reduces }: Plan): void {
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
      plan.spend = plan.barrier === null ? this.wanted(plan) : 0
      spends += plan.spend
      if (plan.spend > 0) count += 1
    }
    const free = Math.max(0, desk.freeCash() - count * desk.costs.txCost)
    const room = desk.guard.hasLimits ? desk.guard.room(desk.equity(), desk.gross()) : Infinity
    const most = Math.min(free, room)
    const isScaled = spends > most
    const scarce: Refusal | null = !isScaled ? null : free <= room ? 'no_cash' : 'max_exposure'
    for (const plan of entries) {
      // One alone takes what there is, to the last digit.
      if (isScaled)
        plan.spend = count === 1 ? Math.min(plan.spend, most) : plan.spend * (most / spends)
      if (plan.barrier === null) this.enter(plan, scarce)
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

  /** Gives the places that limits leave to the entries, in their order. */
  private admit(entries: readonly Plan[]): void {
    const { desk } = this
    let openPositions = desk.openPositions()
    let lastAdmitted: Plan | null = null
    for (const plan of entries) {
      const { leg } = plan
      const opens = leg.position.quantity === 0
      plan.barrier = leg.order.isCooling ? 'cooldown' : this.barrierOf(leg, opens, openPositions)
      if (plan.barrier === null && opens) {
        openPositions += 1
        lastAdmitted = plan
        if (desk.guard.hasLimits) desk.guard.countOpened(leg.market.time)
      }
      const isPlace = plan.barrier === 'max_open_positions' || plan.barrier === 'max_trades_per_day'
      if (isPlace && lastAdmitted?.leg.order.priority === leg.order.priority) {
        this.decidedByName += 1
      }
    }
  }

  private barrierOf(leg: Leg, opens: boolean, openPositions: number): Refusal | null {
    const { guard } = this.desk
    const halt = guard.haltOn(leg.order.day)
    if (halt !== null || !guard.hasLimits) return halt
    const terms = { opens, openPositions, ageMs: ageOf(leg), decidedDay: leg.order.day }
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
  private enter({ leg, side, spend }: Plan, scarce: Refusal | null): void {
    const { ticket, market, order, spec, position } = leg
    const { desk } = this
    const { costs } = desk
    ticket.reference = market.price
    ticket.side = side
    ticket.size = roundDown(quantityOf(spend, market.price, side, costs), leg.lot)
    if (costs.impact !== null) this.cutToCash(leg)
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
    if (isOpening) leg.counts.entries += 1
    else if (namesAny(order.exits)) leg.counts.exitsIgnored += 1
    leg.bookings.enter(desk.guard.approve(ticket), order.exits)
    leg.target = order.target
  }

  /** Where the price depends on the quantity, what the cash holds at the price with it. */
  private cutToCash(leg: Leg): void {
    const { ticket } = leg
    const { costs } = this.desk
    const price = marketPrice(ticket.reference, ticket.side, ticket.size, costs)
    const free = Math.max(0, this.desk.freeCash() - costs.txCost)
    const most = price <= 0 ? 0 : roundDown(free / (price * (1 + costs.fee)), leg.lot)
    if (most < ticket.size) ticket.size = most
    assert(ticket.size >= 0, 'an entry is cut below nothing')
  }
}

/** Higher priority first, then the canonical order of legs. */
function byPriority(a: Plan, b: Plan): number {
  return b.leg.order.priority - a.leg.order.priority || a.leg.index - b.leg.index
}

/** How long before this fill it was decided: 0 without a gap. */
function ageOf({ market, desk }: Leg): number {
  const { candles, at } = market
  if (desk.fill === 'close' || at === 0) return 0
  return candles.time[at]! - candles.time[at - 1]! - candles.timeframeMs
}
