/** A mistake in what runs a session, that loses money or lies about it. */
export interface SessionDefect {
  readonly name: string
  /** File below `src`. */
  readonly file: string
  /** What stands there, once. */
  readonly stands: string
  /** What stands there instead. */
  readonly put: string
  /** The first world that is played; 1 where it is left out. */
  readonly from?: number
}

const RUNNER = 'live/runner/runner.ts'
const COMMIT = 'await store.commit(sessionId, fence, clock.now(), commit)'

export const SESSION_DEFECTS: readonly SessionDefect[] = [
  {
    name: 'orders leave before they are stored',
    file: RUNNER,
    stands: COMMIT,
    put: `this.orders.release({ live: [], tookMs: 0, lateMs: 0, isStopped: false })
    ${COMMIT}`,
  },
  {
    name: 'the fence is ignored',
    file: RUNNER,
    stands: COMMIT,
    put: `await store.commit(sessionId, fence, clock.now(), commit).catch(() => undefined)`,
  },
  {
    name: 'the last candle is taken again after a restart',
    file: 'app/live/session/session-history.ts',
    stands: 'return (lastOf(of)?.time ?? -Infinity) + length',
    put: 'return (lastOf(of)?.time ?? -Infinity) + 0 * length',
  },
  {
    name: 'orders under way are forgotten by a restart',
    file: 'core/trading/venue-orders.ts',
    stands: 'for (const saved of live) {',
    put: 'for (const saved of live.slice(live.length)) {',
  },
  {
    name: 'a late candle is entered on',
    file: RUNNER,
    stands: 'this.storedAt) - close > this.terms.lateMs',
    put: 'this.storedAt) - close > this.terms.lateMs * 1e9',
  },
  {
    name: 'the price of the decision is booked as the fill',
    file: 'core/trading/venue-orders.ts',
    stands: 'ticket.price = said.price',
    put: 'ticket.price = order.reference',
  },
  {
    name: 'a fill is told twice',
    file: 'live/broker/jupiter-broker.ts',
    stands: 'this.known.push(told)',
    put: 'this.known.push(told, told)',
  },
  {
    name: 'limits do not see what is under way',
    file: 'core/trading/desk.ts',
    stands: 'if (position.quantity !== 0 || entering > 0) count += 1',
    put: 'if (position.quantity !== 0 || entering > 1e9) count += 1',
  },
  {
    name: 'a part of what was bought is forgotten',
    file: 'core/trading/venue-orders.ts',
    stands: 'leg.position.quantity = withoutNoise(leg.position.quantity)',
    put: 'leg.position.quantity = withoutNoise(leg.position.quantity) * (1 - 1e-9)',
  },
  {
    name: 'a stop does not see a candle that came late',
    file: 'core/engine/engine.ts',
    stands: 'this.venue?.protectLate(leg, i)',
    put: 'void i',
    from: 1209,
  },
]
