import { baseUnits } from '../../core/account/money.js'
import { roundDown } from '../../core/account/market.js'
import type { SwapFill, SwapIntent } from '../../core/ports/trading/journal.js'
import { isSameIntent } from '../../core/ports/trading/journal-rules.js'
import type { Approved } from '../../core/risk/guard.js'
import type {
  Broker,
  VenueAnswer,
  VenueFill,
  VenueOutcome,
} from '../../core/trading/venue/broker.js'
import { fillOf } from '../../core/trading/venue/swap.js'
import type { LiveOrder, VenueOrder } from '../../core/trading/venue/venue-order.js'
import { patiently } from '../swaps/patience.js'
import { settleFinally } from '../swaps/finality.js'
import type { SwapParts } from '../swaps/swap-parts.js'
import { SwapExecutor, type IntentWatch, type SwapEnd } from '../swaps/swap-executor.js'
import { intentOf, swapFor, type IntentTerms, type SwapMarket } from './swap-market.js'
import { TransactionCosts } from './transaction-cost.js'

/** What of an order a session has, when it begins again. */
export type KnownOrder = Pick<LiveOrder, 'order' | 'filled'>

/**
 * Sends orders to Jupiter and the chain, one at a time. What becomes of them is told by `answers`; the
 * work itself is done by `work`, which somebody calls again and again.
 */
export class JupiterBroker implements Broker {
  private readonly session: string
  private readonly markets: ReadonlyMap<string, SwapMarket>
  private readonly parts: SwapParts
  private readonly executor: SwapExecutor
  private readonly costs: TransactionCosts
  private readonly waiting: Approved<VenueOrder>[] = []
  private readonly cancelled = new Set<string>()
  private readonly unknown = new Set<string>()
  private known: VenueAnswer[] = []
  private working: Promise<void> | undefined
  private isStopped = false
  private lookedAt = -Infinity
  private halt: string | null = null

  constructor(session: string, markets: readonly SwapMarket[], parts: SwapParts) {
    this.session = session
    this.markets = new Map(markets.map(market => [market.symbol, market]))
    this.parts = parts
    this.executor = new SwapExecutor(parts)
    this.costs = new TransactionCosts(parts)
  }

  /** Why no order is taken any more; null while they are. */
  get haltedBy(): string | null {
    return this.halt
  }

  submit(order: Approved<VenueOrder>): void {
    if (this.halt !== null) return this.tell(order.id, 'refused', this.halt)
    this.waiting.push(order)
    this.tell(order.id, 'open', 'accepted')
  }

  cancel(order: string): void {
    const at = this.waiting.findIndex(({ id }) => id === order)
    if (at < 0) return void this.cancelled.add(order)
    this.waiting.splice(at, 1)
    this.tell(order, 'cancelled', 'as asked')
  }

  answers(): readonly VenueAnswer[] {
    const told = this.known
    this.known = []
    return told
  }

  /** Drives what was submitted to its end, sales first, and looks at fills that are not final. One at a time. */
  work(): Promise<void> {
    this.working ??= this.drive().finally(() => (this.working = undefined))
    return this.working
  }

  /** Leaves off as soon as may be. What is open on the chain stays open, and is driven on by `recover`. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.working
  }

  /**
   * Takes up what was left at the last stop, before anything new: every open attempt of the session is
   * driven to its end, and the session's live orders hear what they have not heard.
   */
  async recover(live: readonly KnownOrder[]): Promise<void> {
    await this.working
    this.working = this.takeUp(live).finally(() => (this.working = undefined))
    await this.working
  }

  private async takeUp(live: readonly KnownOrder[]): Promise<void> {
    const ordered = new Map(live.map(known => [known.order.id, known]))
    const { journal } = this.parts
    const left = await this.patiently(null, () => journal.unfinished(this.session))
    for (const { intent } of left ?? []) {
      const isLive = ordered.has(intent.order)
      const end = await this.executor.run(intent, this.watch(intent.order, !isLive))
      if (end.state === 'stopped') return
      if (!isLive) this.notice(intent.order, `an order of no session has ended as ${end.state}`)
    }
    for (const known of live) await this.patiently(known.order.id, () => this.tellAgain(known))
    await this.look()
  }

  private async drive(): Promise<void> {
    for (;;) {
      const order = this.next()
      if (order === undefined || this.isStopped) break
      await this.execute(order)
    }
    if (!this.isStopped) await this.look()
  }

  private next(): Approved<VenueOrder> | undefined {
    const sale = this.waiting.findIndex(({ side }) => side === 'sell')
    return this.waiting.splice(Math.max(0, sale), 1)[0]
  }

  /** Fills that the chain has taken back, or tells otherwise, end all trading: somebody must look. */
  private async look(): Promise<void> {
    const { clock, policy } = this.parts
    if (clock.now() - this.lookedAt < policy.finalityMs) return
    this.lookedAt = clock.now()
    const found = await this.patiently(null, () => settleFinally(this.session, this.parts))
    const [first] = found ?? []
    if (first === undefined) return
    this.halt = `halted: ${first.text}`
    for (const { id } of this.waiting.splice(0)) this.tell(id, 'refused', this.halt)
  }

  private async execute(order: Approved<VenueOrder>): Promise<void> {
    const market = this.markets.get(order.symbol)
    if (market === undefined) {
      return this.tell(order.id, 'refused', `${order.symbol} is no market of this venue`)
    }
    const asked = intentOf(order, market, this.terms())
    if (asked === null)
      return this.tell(order.id, 'refused', 'too small for a unit of what is given')
    const known = await this.patiently(order.id, () => this.parts.journal.find(order.id))
    const stands = known?.intent
    if (stands !== undefined && !isSameIntent(stands, asked)) {
      this.halt = `halted: order ${order.id} stands in the journal otherwise`
      return this.tell(order.id, 'refused', this.halt)
    }
    if (this.isStopped) return
    const intent = stands ?? asked
    const end = await this.executor.run(intent, this.watch(order.id, false))
    await this.report({ order, intent, market, end })
  }

  private watch(order: string, isCancelled: boolean): IntentWatch {
    return {
      isStopped: () => this.isStopped,
      isCancelled: () => isCancelled || this.cancelled.has(order),
      onUnknown: reason => {
        if (isCancelled || this.unknown.has(order)) return
        this.unknown.add(order)
        this.tell(order, 'unknown', reason)
      },
    }
  }

  private async report({ order, intent, market, end }: Ended): Promise<void> {
    this.cancelled.delete(order.id)
    this.unknown.delete(order.id)
    if (end.state === 'stopped') return
    if (end.state !== 'filled') return this.tell(order.id, end.state, end.reason)
    const [fill] = end.fills
    if (fill === undefined) return this.tell(order.id, 'cancelled', 'its fill was taken back')
    const told = await this.fillFor({ intent, market, end }, fill)
    this.known.push(told)
    if (roundDown(order.size - told.size, market.lot) <= 0) return
    this.tell(order.id, 'cancelled', `filled ${told.size} of ${order.size}; its spend is used up`)
  }

  /** The fill as the session hears of it. What the chain did is booked, also where it should not have. */
  private async fillFor(
    { intent, market, end }: Omit<Ended, 'order'>,
    fill: SwapFill,
  ): Promise<VenueFill> {
    const swap = swapFor(intent, market)
    const { given, taken, time, fee } = fill
    const isOdd = given > swap.amount
    if (isOdd) this.notice(intent.order, `gave ${given} units, above the ${swap.amount} ordered`)
    const bound = { ...swap, amount: isOdd ? given : swap.amount, least: baseUnits(0n) }
    const { price } = fillOf(bound, { given, taken, txCost: 0, time })
    const txCost = await this.costs.of(baseUnits(fee + end.burnt), market, price)
    return fillOf(bound, { given, taken, txCost, time })
  }

  /** What a live order has not heard of its end, because of a stop in between. */
  private async tellAgain({ order, filled }: KnownOrder): Promise<void> {
    const known = await this.parts.journal.find(order.id)
    // By now nothing is open but what an earlier burial has left.
    if (known === undefined || known.state === 'open') return this.bury(order, known === undefined)
    const { intent, state, reason, fills, attempts } = known
    const burnt = attempts.reduce((sum, attempt) => sum + attempt.burnt, 0n)
    const end: SwapEnd = { state, reason: reason ?? '', fills, burnt }
    const market = this.markets.get(intent.symbol)!
    if (filled === 0) await this.report({ order, intent, market, end })
    else this.tell(order.id, 'cancelled', 'its spend is used up')
  }

  /** Asks the journal until it answers. */
  private patiently<T>(order: string | null, work: () => Promise<T>): Promise<T | undefined> {
    return patiently(this.parts, { order, isStopped: () => this.isStopped }, work)
  }

  /**
   * An order that was never sent is ended in the journal too: nothing that is still on its way opens it.
   * It is kept as one of long ago, so that nobody trades it after a stop in between.
   */
  private async bury(order: Approved<VenueOrder>, isMissing: boolean): Promise<void> {
    const { journal } = this.parts
    const reason = 'not sent before the stop'
    const market = this.markets.get(order.symbol)
    const terms = { ...this.terms(), now: 0 }
    const intent = market === undefined ? null : intentOf(order, market, terms)
    if (isMissing && intent !== null) await journal.open(intent)
    if (intent !== null) await journal.end(order.id, 'cancelled', reason)
    this.tell(order.id, 'cancelled', reason)
  }

  private terms(): IntentTerms {
    const { signer, policy, clock } = this.parts
    return {
      session: this.session,
      wallet: signer.address,
      referenceBps: policy.referenceBps,
      now: clock.now(),
    }
  }

  private tell(order: string, state: VenueOutcome['state'], reason: string): void {
    this.known.push({ kind: 'outcome', order, state, reason })
  }

  private notice(order: string, text: string): void {
    this.parts.notice({ kind: 'odd', order, text })
  }
}

interface Ended {
  readonly order: VenueOrder
  readonly intent: SwapIntent
  readonly market: SwapMarket
  readonly end: SwapEnd
}
