import type { Millis } from '../../core/candles/time.js'
import type { Effects } from '../../core/engine/session.js'
import type { Broker, VenueOutcome } from '../../core/trading/venue/broker.js'
import type { LiveOrder } from '../../core/trading/venue/venue-order.js'

type Ordered = Pick<Effects, 'place' | 'cancel'>

/** How a session stands when what it has ordered is stored. */
export interface OutletTerms {
  /** Orders that have not ended. */
  readonly live: readonly LiveOrder[]
  /** How long it took until they were stored, since they were decided. */
  readonly tookMs: Millis
  /** A decision that is older enters nothing. */
  readonly lateMs: Millis
  /** Whether the session is to end: nothing new leaves. */
  readonly isStopped: boolean
}

/** Orders of a session between their decision and their way out, which is open once they are stored. */
export class OrderOutlet {
  private readonly broker: Broker | null
  private readonly waiting: Ordered[] = []
  private isShut = false

  constructor(broker: Broker | null) {
    this.broker = broker
  }

  /** Whether nothing waits for its way out. */
  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  note(ordered: Ordered): void {
    if (ordered.place.length + ordered.cancel.length > 0) this.waiting.push(ordered)
  }

  /** Lets out what was noted. @returns what became of orders that do not leave any more */
  release(terms: OutletTerms): readonly VenueOutcome[] {
    const held: VenueOutcome[] = []
    // What a session that ends orders once more, because an order was cancelled, is of no matter.
    if (this.isShut) this.waiting.length = 0
    this.isShut = terms.isStopped
    for (const { place, cancel } of this.waiting.splice(0)) {
      for (const order of place) {
        const reason = this.objection(order.id, terms)
        if (reason === null) this.broker?.submit(order)
        else held.push({ kind: 'outcome', order: order.id, state: 'cancelled', reason })
      }
      for (const id of cancel) this.broker?.cancel(id)
    }
    return held
  }

  /** What leaves a position leaves late too; what enters one does not. */
  private objection(
    id: string,
    { live, tookMs, lateMs, isStopped }: OutletTerms,
  ): VenueOutcome['reason'] | null {
    if (isStopped) return 'the session was stopped before it was sent'
    if (tookMs <= lateMs) return null
    const isEntry = (live.find(({ order }) => order.id === id)?.entry ?? null) !== null
    return isEntry
      ? `it was stored ${Math.round(tookMs / 1000)} s after its decision, and was not sent`
      : null
  }
}
