import { describe, expect, it } from 'vitest'
import { candleAt, cutCandles, type Candles } from '../../../src/core/candles/candles.js'
import { Session, type Effects, type Input } from '../../../src/core/engine/session.js'
import type { RunSpec } from '../../../src/core/engine/spec.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import { orders, type OrderRequest } from '../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../src/core/strategy/strategy.js'
import type { VenueOrder } from '../../../src/core/trading/venue/venue-order.js'
import { rows } from '../../market-generator.js'
import { FREE, specOf } from '../../run-spec.js'

const flat = (price: number) => [price, price, price, price] as const
const BUY: OrderRequest = { side: 'buy', kind: 'limit', price: 90, quantity: 10 }
const SELL: OrderRequest = { side: 'sell', kind: 'limit', price: 110, quantity: 10 }

/** A strategy that wants the same resting orders at every close. */
const quoting = (wanted: readonly OrderRequest[]) =>
  defineStrategy({
    name: 'quoting',
    description: 'Wants the same orders at every close',
    params: {},
    templates: {},
    indicators: () => ({}),
    decide: () => orders(wanted),
  })

/** A session with resting orders whose swaps a venue makes. */
class Resting {
  readonly spec: RunSpec
  readonly candles: Candles
  readonly placed: VenueOrder[] = []
  readonly events: Effects['events'][number][] = []
  private session: Session

  constructor(
    wanted: readonly OrderRequest[],
    closes: readonly number[],
    spec: Partial<RunSpec> = {},
  ) {
    this.spec = { ...specOf(quoting(wanted), { costs: FREE }), ...spec }
    this.candles = rows(...closes.map(flat))
    this.session = new Session(this.spec, this.markets(), { venueRun: 'run' })
  }

  take(input: Input): Effects {
    const effects = this.session.take(input)
    this.placed.push(...effects.place)
    this.events.push(...effects.events)
    return effects
  }

  candle(i: number): Effects {
    return this.take({ kind: 'candle', market: 0, candle: candleAt(this.candles, i) })
  }

  quote(bid: number, ask = bid): readonly VenueOrder[] {
    return this.take({ kind: 'quote', market: 0, bid, ask, time: 1 }).place
  }

  fill(order: string, size: number, price: number): Effects {
    return this.take({ kind: 'fill', order, size, price, fee: 0, txCost: 0, time: 2 })
  }

  outcome(order: string, state: 'refused' | 'expired' | 'unknown'): Effects {
    return this.take({ kind: 'outcome', order, state, reason: 'test' })
  }

  restart(taken: number): void {
    const saved = JSON.parse(JSON.stringify(this.session.save())) as Snapshot
    const history = [cutCandles(this.candles, 0, taken)]
    this.session = Session.restore(this.spec, this.markets(), saved, history, { venueRun: 'run' })
  }

  get held(): number {
    return this.session.engine.legs[0]!.position.quantity
  }

  get resting(): readonly { price: number; remaining: number; state: string }[] {
    return this.session.engine.legs[0]!.book.map(({ price, remaining, state }) => ({
      price,
      remaining,
      state,
    }))
  }

  private markets() {
    return [{ timeframeMs: this.candles.timeframeMs, legs: this.spec.legs }]
  }
}

describe('resting orders of a session whose swaps a venue makes', () => {
  it('wait until a quote reaches their price, and leave with it as the worst that they take', () => {
    const live = new Resting([BUY], [100, 100, 100])
    live.candle(0)
    expect(live.quote(95, 96)).toEqual([])
    expect(live.quote(89, 91)).toEqual([])
    const [sent] = live.quote(89, 90)
    expect(sent).toMatchObject({
      kind: 'limit',
      side: 'buy',
      price: 90,
      size: 10,
      reason: 'order',
      spend: 900,
    })
    expect(live.quote(80, 81)).toEqual([])
    live.fill(sent!.id, 10, 89.5)
    expect(live.held).toBe(10)
    expect(live.resting).toEqual([])
  })

  it('go on waiting where the venue refuses, and are sent again when it is reached again', () => {
    const live = new Resting([BUY], [100, 100, 100])
    live.candle(0)
    const [first] = live.quote(90)
    live.outcome(first!.id, 'refused')
    expect(live.resting).toMatchObject([{ price: 90, remaining: 10, state: 'open' }])
    expect(live.quote(95)).toEqual([])
    const [again] = live.quote(90)
    expect(again!.id).not.toBe(first!.id)
    live.fill(again!.id, 10, 90)
    expect(live.held).toBe(10)
  })

  it('send nothing while what became of one is unknown', () => {
    const live = new Resting([BUY, SELL], [100, 100, 100])
    live.candle(0)
    const [sent] = live.quote(90)
    live.outcome(sent!.id, 'unknown')
    expect(live.quote(85)).toEqual([])
    expect(live.quote(120)).toEqual([])
    live.fill(sent!.id, 10, 90)
    expect(live.held).toBe(10)
  })

  it('sell no more than is held, and keep the rest', () => {
    const live = new Resting([{ ...BUY, quantity: 4 }, SELL], [100, 100, 100])
    live.candle(0)
    expect(live.quote(115)).toEqual([])
    const [bought] = live.quote(90)
    live.fill(bought!.id, 4, 90)
    const [sold] = live.quote(110)
    expect(sold).toMatchObject({ side: 'sell', size: 4, spend: 0, price: 110 })
    live.fill(sold!.id, 4, 111)
    expect(live.held).toBe(0)
    expect(live.resting).toMatchObject([{ price: 110, remaining: 6, state: 'partly_filled' }])
  })

  it('cancel their group with the first fill, and are not placed again by the same answer', () => {
    const group = 'entry'
    const other = { ...BUY, price: 80, group }
    const live = new Resting([{ ...BUY, group }, other], [100, 100, 100])
    live.candle(0)
    const [sent] = live.quote(90)
    live.fill(sent!.id, 10, 90)
    expect(live.resting).toEqual([])
    live.candle(1)
    expect(live.quote(70).map(({ price }) => price)).not.toContain(90)
  })

  it('that must not take are refused where the first quote reaches them', () => {
    const live = new Resting([{ ...BUY, postOnly: true }], [100, 100])
    live.candle(0)
    expect(live.quote(88)).toEqual([])
    expect(live.resting).toEqual([])
    const refused = live.events.find(({ type }) => type === 'order.cancelled')
    expect(refused).toMatchObject({ reason: 'would_take' })
  })

  it('as stops are market orders once they are reached', () => {
    const live = new Resting([{ side: 'buy', kind: 'stop', price: 105, quantity: 3 }], [100, 100])
    live.candle(0)
    expect(live.quote(104, 104.5)).toEqual([])
    const [sent] = live.quote(104.5, 106)
    expect(sent).toMatchObject({
      kind: 'market',
      side: 'buy',
      size: 3,
      price: null,
      reference: 106,
    })
  })

  it('are looked at by the close of a candle too, where no quotes come', () => {
    const live = new Resting([BUY], [100, 89, 89])
    live.candle(0)
    const { place } = live.candle(1)
    expect(place).toMatchObject([{ kind: 'limit', price: 90, size: 10 }])
  })

  it('survive a restart at any moment, sent or waiting', () => {
    const live = new Resting([BUY, SELL], [100, 100, 100])
    live.candle(0)
    live.restart(1)
    const [sent] = live.quote(90)
    live.restart(1)
    live.fill(sent!.id, 6, 90)
    live.restart(1)
    live.fill(sent!.id, 4, 90)
    expect(live.held).toBe(10)
    live.restart(1)
    const [sold] = live.quote(110)
    expect(sold).toMatchObject({ side: 'sell', size: 10 })
    live.fill(sold!.id, 10, 110)
    expect(live.held).toBe(0)
  })

  it('leave room for the protective stop of what they opened', () => {
    const live = new Resting([{ ...BUY, exits: { stopLoss: 0.1 } }], [100, 100])
    live.candle(0)
    const [sent] = live.quote(90)
    live.fill(sent!.id, 10, 90)
    const [stopped] = live.quote(80)
    expect(stopped).toMatchObject({ side: 'sell', kind: 'market', size: 10, reason: 'stop_loss' })
  })
})
