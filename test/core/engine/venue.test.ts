import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import {
  candleAt,
  candlesFrom,
  cutCandles,
  type Candles,
} from '../../../src/core/candles/candles.js'
import type { RunSpec } from '../../../src/core/engine/spec.js'
import { Session, type Effects, type Input } from '../../../src/core/engine/session.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import type { VenueOrder } from '../../../src/core/trading/venue/venue-order.js'
import { long } from '../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../src/core/strategy/strategy.js'
import { QuoteBroker } from '../../../src/core/trading/venue/quote-broker.js'
import { marketArbitrary, rows } from '../../market-generator.js'
import { FREE, scripted, specOf } from '../../run-spec.js'

const flat = (price: number) => [price, price, price, price] as const

/** A session whose orders a venue fills, and everything that it has led to. */
class Trading {
  session: Session
  readonly trades: Effects['trades'][number][] = []
  readonly placed: VenueOrder[] = []
  private readonly spec: RunSpec
  private readonly candles: Candles

  constructor(spec: RunSpec, candles: Candles) {
    this.spec = spec
    this.candles = candles
    this.session = new Session(spec, this.markets(), { venueRun: 'run' })
  }

  take(input: Input): Effects {
    const effects = this.session.take(input)
    this.trades.push(...effects.trades)
    this.placed.push(...effects.place)
    return effects
  }

  candle(i: number): Effects {
    return this.take({ kind: 'candle', market: 0, candle: candleAt(this.candles, i) })
  }

  /** Goes through JSON, as after a crash. */
  restart(i: number): void {
    const saved = JSON.parse(JSON.stringify(this.session.save())) as Snapshot
    const history = [cutCandles(this.candles, 0, i + 1)]
    this.session = Session.restore(this.spec, this.markets(), saved, history, { venueRun: 'run' })
  }

  private markets() {
    return [{ timeframeMs: this.candles.timeframeMs, legs: this.spec.legs }]
  }
}

describe('a session whose orders a venue fills', () => {
  it('makes the trades of the backtest where the venue fills at the next open, restarts included', () => {
    let count = 0
    fc.assert(
      fc.property(
        marketArbitrary(30, 80),
        fc.array(fc.constantFrom(null, 0, 0.5, 1, -0.5), { minLength: 30, maxLength: 80 }),
        fc.constantFrom(0, 0.001),
        fc.uniqueArray(fc.nat(79), { maxLength: 5 }),
        (candles, script, fee, stops) => {
          // Whole targets from flat only: the size of a resize hangs on the price it is planned at.
          const whole = script.map((target, i) => (target === 0 || i % 2 === 0 ? target : null))
          const spec = specOf(
            scripted(whole.map(target => (target === 0 ? 0 : target === null ? null : 0.5))),
            {
              costs: { ...FREE, fee, makerFee: fee },
              risk: { positionSize: { kind: 'quote', amount: 1000 } },
              market: { step: 1 },
              keepOpen: true,
            },
          )
          const batch = runBacktest({ spec, candles, first: 0 })
          const broker = new QuoteBroker(spec.costs)
          const live = new Trading(spec, candles)
          for (let i = 0; i < candles.length; i++) {
            const open = candles.open[i]!
            broker.quote({ kind: 'quote', market: 0, bid: open, ask: open, time: candles.time[i]! })
            for (const answer of broker.answers()) live.take(answer)
            for (const order of live.candle(i).place) broker.submit(order)
            if (stops.includes(i)) live.restart(i)
          }
          count += batch.trades.length
          expect(live.trades.map(({ exitTime, exitPrice }) => [exitTime, exitPrice])).toEqual(
            batch.trades.map(({ exitTime, exitPrice }) => [exitTime, exitPrice]),
          )
        },
      ),
      { numRuns: 80 },
    )
    expect(count, 'the property says something').toBeGreaterThan(100)
  })

  it('gives its orders ids of run, leg and number, the same again in a replay', () => {
    const ids = () => {
      const live = new Trading(specOf(scripted([1])), rows(flat(100), flat(100)))
      live.candle(0)
      return live.placed.map(({ id }) => id)
    }
    expect(ids()).toEqual(['run-0-1'])
    expect(ids()).toEqual(ids())
  })

  it('orders nothing while an order is under way or unknown, whatever the strategy says, also after a restart', () => {
    const spec = specOf(scripted([1, 0, 1, 0, 1, 0]), { costs: FREE })
    const live = new Trading(spec, rows(...Array.from({ length: 6 }, () => flat(100))))
    live.candle(0)
    live.take({ kind: 'outcome', order: 'run-0-1', state: 'unknown', reason: 'timed out' })
    live.restart(0)
    live.candle(1)
    live.candle(2)
    expect(live.placed).toHaveLength(1)
    const fill = { size: 100, price: 100, fee: 0, txCost: 0, time: 5 }
    live.take({ kind: 'fill', order: 'run-0-1', ...fill })
    expect(live.session.engine.legs[0]!.position.quantity).toBe(100)
    live.candle(3)
    expect(live.placed.map(({ id, side }) => [id, side])).toEqual([
      ['run-0-1', 'buy'],
      ['run-0-2', 'sell'],
    ])
  })

  it('books fills in parts at their own prices and fees, and refuses more than was ordered', () => {
    const live = new Trading(
      specOf(scripted([1, null, 0])),
      rows(flat(100), flat(100), flat(100), flat(100)),
    )
    live.candle(0)
    const { size } = live.placed[0]!
    const part = (share: number, price: number): Input => ({
      kind: 'fill',
      order: 'run-0-1',
      size: size * share,
      price,
      fee: 0.25,
      txCost: 0.1,
      time: 9,
    })
    live.take(part(0.25, 99))
    live.take(part(0.75, 101))
    const { position } = live.session.engine.legs[0]!
    expect(position.entryPrice).toBeCloseTo(100.5, 12)
    expect([position.fees, position.txCosts]).toEqual([0.5, 0.2])
    expect(() => live.take(part(0.1, 100))).toThrow('not known')
  })

  it('orders an exit again that the venue has refused, and forgets an entry', () => {
    const live = new Trading(
      specOf(scripted([1, null, 0])),
      rows(...Array.from({ length: 5 }, () => flat(100))),
    )
    live.candle(0)
    const refused = (order: string): Input => ({
      kind: 'outcome',
      order,
      state: 'refused',
      reason: 'no route',
    })
    live.take(refused('run-0-1'))
    expect(live.placed).toHaveLength(1)
    live.session.engine.legs[0]!.order.aim(1, {}, null)
    live.candle(1)
    live.take({
      kind: 'fill',
      order: 'run-0-2',
      size: live.placed[1]!.size,
      price: 100,
      fee: 0,
      txCost: 0,
      time: 1,
    })
    live.candle(2)
    live.take(refused('run-0-3'))
    expect(live.placed, 'not at once: it would be refused without an end').toHaveLength(3)
    live.candle(3)
    expect(live.placed.map(({ side }) => side)).toEqual(['buy', 'buy', 'sell', 'sell'])
  })

  it('leaves at a quote beyond the stop, before the candle has closed', () => {
    const spec = specOf(scripted([1]), { risk: { stopLoss: 0.05 } })
    const live = new Trading(spec, rows(flat(100), flat(100)))
    live.candle(0)
    live.take({
      kind: 'fill',
      order: 'run-0-1',
      size: live.placed[0]!.size,
      price: 100,
      fee: 0,
      txCost: 0,
      time: 1,
    })
    live.take({ kind: 'quote', market: 0, bid: 95.5, ask: 95.6, time: 2 })
    expect(live.placed).toHaveLength(1)
    live.take({ kind: 'quote', market: 0, bid: 94.9, ask: 95.1, time: 3 })
    expect(live.placed[1]).toMatchObject({ side: 'sell', reason: 'stop_loss' })
    live.take({ kind: 'quote', market: 0, bid: 90, ask: 91, time: 4 })
    expect(live.placed, 'once').toHaveLength(2)
  })

  it('hears commands: paused it enters nothing, flattened it leaves, halted it never enters again', () => {
    const spec = specOf(scripted([1, 1, null, null, 1, 1]))
    const live = new Trading(spec, rows(...Array.from({ length: 7 }, () => flat(100))))
    const command = (name: 'pause' | 'resume' | 'halt' | 'flatten') =>
      live.take({ kind: 'command', command: { name } })
    command('pause')
    live.candle(0)
    expect(live.placed).toEqual([])
    command('resume')
    live.candle(1)
    live.take({ kind: 'fill', order: 'run-0-1', size: 50, price: 100, fee: 0, txCost: 0, time: 1 })
    live.take({ kind: 'outcome', order: 'run-0-1', state: 'expired', reason: 'blockhash' })
    live.take({ kind: 'command', command: { name: 'reduce', share: 0.4 } })
    expect(live.placed[1]).toMatchObject({ side: 'sell', size: 20 })
    live.take({ kind: 'fill', order: 'run-0-2', size: 20, price: 100, fee: 0, txCost: 0, time: 2 })
    command('flatten')
    expect(live.placed[2]).toMatchObject({ side: 'sell', size: 30 })
    live.take({ kind: 'fill', order: 'run-0-3', size: 30, price: 100, fee: 0, txCost: 0, time: 3 })
    command('halt')
    for (let i = 2; i < 7; i++) live.candle(i)
    expect(live.placed).toHaveLength(3)
  })
})

describe('a session that is paused', () => {
  it('leaves and reduces as its strategy says, and enters nothing more', () => {
    const spec = specOf(scripted([1, 1, 0.5, 1, 0.5, 0, 1]))
    const live = new Trading(spec, rows(...Array.from({ length: 8 }, () => flat(100))))
    const fill = (order: number, time: number) => {
      const { id, size } = live.placed[order]!
      live.take({ kind: 'fill', order: id, size, price: 100, fee: 0, txCost: 0, time })
    }
    live.candle(0)
    fill(0, 1)
    live.take({ kind: 'command', command: { name: 'pause' } })
    live.candle(1)
    expect(live.placed, 'what is filled is asked for').toHaveLength(1)
    live.candle(2)
    expect(live.placed[1]).toMatchObject({ side: 'sell', size: 50, reason: 'signal' })
    fill(1, 2)
    live.candle(3)
    expect(live.placed, 'it adds nothing').toHaveLength(2)
    live.candle(4)
    live.candle(5)
    expect(live.placed[2]).toMatchObject({ side: 'sell', size: 50, reason: 'signal' })
    fill(2, 3)
    live.candle(6)
    expect(live.placed).toHaveLength(3)
    expect(live.trades).toHaveLength(1)
    live.take({ kind: 'command', command: { name: 'resume' } })
    live.session.engine.legs[0]!.order.aim(1, {}, null)
    live.candle(7)
    expect(live.placed[3]).toMatchObject({ side: 'buy' })
  })
})

describe('several markets on one clock', () => {
  it('step once every market has shown its candle, a later one, or the clock has passed it', () => {
    const { legs, ...spec } = specOf(scripted([1]))
    const timeframeMs = 60_000
    const candle = (time: number) => ({ time, open: 1, high: 1, low: 1, close: 1, volume: 1 })
    const session = new Session(spec, [
      { timeframeMs, legs },
      { timeframeMs, legs: specOf(scripted([1])).legs },
    ])
    const points = () => session.engine.curve.length
    session.take({ kind: 'candle', market: 0, candle: candle(0) })
    expect(points()).toBe(0)
    session.take({ kind: 'candle', market: 1, candle: candle(0) })
    expect(points()).toBe(1)
    session.take({ kind: 'candle', market: 0, candle: candle(60_000) })
    session.take({ kind: 'time', time: 119_999 })
    expect(points()).toBe(1)
    session.take({ kind: 'time', time: 120_000 })
    expect(points()).toBe(2)
    session.take({ kind: 'candle', market: 0, candle: candle(120_000) })
    session.take({ kind: 'candle', market: 1, candle: candle(180_000) })
    expect(points(), 'a later candle says that none is to come').toBe(3)
  })
})

it('saves a session in little room, however long it has run', () => {
  const spec = specOf(
    defineStrategy({
      name: 'turning',
      description: 'In and out',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({ i: 0 }),
      decide(_now, state) {
        state.i += 1
        return long(state.i % 4 < 2 ? 1 : 0)
      },
    }),
  )
  const candles = candlesFrom(
    60_000,
    Array.from({ length: 20_000 }, (_, i) => {
      const close = 100 + Math.sin(i)
      return { time: i * 60_000, open: close, high: close, low: close, close, volume: 1 }
    }),
  )
  const session = Session.on(spec, 60_000)
  const sizes: number[] = []
  for (let i = 0; i < candles.length; i++) {
    session.take({ kind: 'candle', market: 0, candle: candleAt(candles, i) })
    if (i === 99 || i === 19_999) sizes.push(JSON.stringify(session.save()).length)
  }
  expect(sizes[1]!).toBeLessThan(5000)
  expect(sizes[1]! - sizes[0]!).toBeLessThan(200)
})

describe('a candle that comes after the account has gone on without it', () => {
  const MINUTE = 60_000
  const places = ['A-USD', 'B-USD'].map((symbol, m) => ({
    timeframeMs: MINUTE,
    legs: specOf(scripted(m === 0 ? [1] : []), { market: { symbol }, risk: { stopLoss: 0.05 } })
      .legs,
  }))
  const { legs: _legs, ...account } = specOf(scripted([]), { keepOpen: true })

  /** The entry in A has filled after its first candle; then B alone has its second. */
  function held(): Session {
    const session = new Session(account, places, { venueRun: 'run' })
    take(session, 0, 0, 100)
    const [entry] = take(session, 1, 0, 50).place
    const terms = { time: 1.5 * MINUTE, fee: 0, txCost: 0, price: 100, size: entry!.size }
    session.take({ kind: 'fill', order: entry!.id, ...terms })
    take(session, 1, 1, 50)
    session.take({ kind: 'time', time: 2 * MINUTE })
    take(session, 1, 2, 50)
    session.take({ kind: 'time', time: 3 * MINUTE })
    return session
  }

  const take = (session: Session, market: number, minute: number, price: number): Effects => {
    const candle = { time: minute * MINUTE, open: price, high: price, low: price, close: price }
    return session.take({ kind: 'candle', market, candle: { ...candle, volume: 1 } })
  }

  it('leaves what is held where its close is beyond the stop', () => {
    const { place } = take(held(), 0, 2, 90)
    expect(place).toMatchObject([{ symbol: 'A-USD', side: 'sell', reason: 'stop_loss' }])
  })

  it('leaves nothing where it closed before the entry, or above the stop', () => {
    const session = held()
    expect(take(session, 0, 1, 90).place).toEqual([])
    expect(take(session, 0, 2, 96).place).toEqual([])
  })
})

describe('a level that a position comes to know of', () => {
  const script = [1, null, 0.5, null]

  /** Long from the first candle's close on, filled at 100; so far the candle at index 1 has closed. */
  function entered(risk: object, candles: Candles): Trading {
    const trading = new Trading(specOf(scripted(script), { risk, keepOpen: true }), candles)
    trading.candle(0)
    const [entry] = trading.placed
    const said = { time: candles.time[0]! + 30_000, fee: 0, txCost: 0, price: 100 }
    trading.take({ kind: 'fill', order: entry!.id, size: entry!.size, ...said })
    trading.candle(1)
    return trading
  }

  it('is left at once where the candle has raised the stop beyond its own close', () => {
    const wide = rows([100, 100, 100, 100], [100, 101, 100, 101], [101, 120, 101, 105])
    const trading = entered({ trailingStop: 0.1 }, wide)
    trading.candle(2)
    expect(trading.placed.slice(1)).toMatchObject([{ side: 'sell', reason: 'trailing_stop' }])
  })

  it('is left when the order under way has ended, though no other price has come', () => {
    const trading = entered({ stopLoss: 0.05 }, rows(flat(100), flat(100), flat(100), flat(90)))
    trading.candle(2)
    const [, trim] = trading.placed
    expect(trim).toMatchObject({ side: 'sell', reason: 'signal' })
    trading.candle(3)
    expect(trading.placed, 'it waits').toHaveLength(2)
    const said = { time: trading.session.engine.time, fee: 0, txCost: 0, price: 90 }
    trading.take({ kind: 'fill', order: trim!.id, size: trim!.size, ...said })
    expect(trading.placed.slice(2)).toMatchObject([{ side: 'sell', reason: 'stop_loss' }])
    const stop = trading.placed[2]!
    trading.take({ kind: 'outcome', order: stop.id, state: 'refused', reason: 'no route' })
    expect(trading.placed, 'what is refused waits for another price').toHaveLength(3)
  })
})
