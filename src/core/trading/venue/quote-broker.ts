import type { Costs } from '../../account/costs.js'
import type { Broker, Quote, VenueAnswer } from './broker.js'
import type { Approved } from '../../risk/guard.js'
import { marketPrice } from '../fills/fill-model.js'
import type { VenueOrder } from './venue-order.js'

/**
 * Fills market orders at the next quote of their market, by the prices of the fill model: the simulated
 * venue of paper trading, and of tests, which give it the opens of candles for quotes.
 */
export class QuoteBroker implements Broker {
  private readonly costs: Costs
  private readonly waiting: Approved<VenueOrder>[] = []
  private readonly known: VenueAnswer[] = []

  constructor(costs: Costs) {
    this.costs = costs
  }

  submit(order: Approved<VenueOrder>): void {
    this.waiting.push(order)
    this.known.push({ kind: 'outcome', order: order.id, state: 'open', reason: 'accepted' })
  }

  cancel(order: string): void {
    const at = this.waiting.findIndex(({ id }) => id === order)
    if (at < 0) return
    this.waiting.splice(at, 1)
    this.known.push({ kind: 'outcome', order, state: 'cancelled', reason: 'as asked' })
  }

  answers(): readonly VenueAnswer[] {
    return this.known.splice(0)
  }

  /** Prices of a market: what waits there fills, sales first, so that they pay for purchases. */
  quote({ market, bid, ask, time }: Quote): void {
    const due = this.waiting.filter(order => order.market === market)
    const rest = this.waiting.filter(order => order.market !== market)
    this.waiting.length = 0
    this.waiting.push(...rest)
    for (const side of ['sell', 'buy'] as const) {
      for (const order of due) {
        if (order.side === side) this.fill(order, side === 'buy' ? ask : bid, time)
      }
    }
  }

  private fill(
    { id, side, size, price: limit }: VenueOrder,
    reference: number,
    time: number,
  ): void {
    const { costs } = this
    const market = marketPrice(reference, side === 'buy' ? 1 : -1, size, costs)
    const isBeyond = limit !== null && (side === 'buy' ? market > limit : market < limit)
    if (isBeyond && (side === 'buy' ? reference > limit : reference < limit)) {
      this.known.push({ kind: 'outcome', order: id, state: 'refused', reason: 'beyond its limit' })
      return
    }
    const price = isBeyond ? limit : market
    const fee = costs.fee * price * size
    this.known.push({ kind: 'fill', order: id, size, price, fee, txCost: costs.txCost, time })
  }
}
