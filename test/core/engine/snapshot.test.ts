import { describe, expect, it } from 'vitest'
import { candleAt } from '../../../src/core/candles/candles.js'
import { Session } from '../../../src/core/engine/session.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import { rows } from '../../market-generator.js'
import { FREE, scripted, specOf } from '../../run-spec.js'

const flat = [100, 100, 100, 100] as const
const CANDLES = rows(flat, flat, flat)
const SPEC = specOf(scripted([0.5, null, 0.25]), { costs: FREE, risk: { stopLoss: 0.1 } })
const MARKETS = [{ timeframeMs: CANDLES.timeframeMs, legs: SPEC.legs }]

/** A session whose venue has filled a half, and has an order to reduce it under way. */
function trading(): Session {
  const session = new Session(SPEC, MARKETS, { venueRun: 'run' })
  for (let i = 0; i < 3; i++) {
    session.take({ kind: 'candle', market: 0, candle: candleAt(CANDLES, i) })
    if (i > 0) continue
    const fill = { size: 50, price: 100, fee: 1, txCost: 0, time: 5 }
    session.take({ kind: 'fill', order: 'run-0-1', ...fill })
  }
  return session
}

/** Restores a snapshot that has another value at a path of keys. */
function restoredWith(path: string, value: unknown): () => Session {
  const saved = JSON.parse(JSON.stringify(trading().save())) as Snapshot
  const keys = path.split('.')
  let place = saved as unknown as Record<string, unknown>
  for (const key of keys.slice(0, -1)) place = place[key] as Record<string, unknown>
  place[keys.at(-1)!] = value
  return () => Session.restore(SPEC, MARKETS, saved, [CANDLES], { venueRun: 'run' })
}

describe('a snapshot', () => {
  it('is restored as it was saved', () => {
    const session = restoredWith('records', [])()
    expect(session.save()).toEqual(trading().save())
    expect(session.save().venue!.live).toHaveLength(1)
  })

  it.each<readonly [name: string, path: string, value: unknown, message: string]>([
    ['cash that is no number', 'account.cash', null, 'saved cash'],
    ['cash that no leg has brought', 'account.cash', 10, 'cash of no leg'],
    ['a negative value of fills', 'account.notional', -1, 'the value of saved fills'],
    ['no equity', 'equity', null, 'has no equity'],
    ['a peak below the equity', 'guard.peak', 1, 'a saved peak'],
    ['a day that began with nothing', 'guard.dayStart', null, 'a saved day'],
    ['a count below 0', 'guard.openedToday', -1, 'a saved count'],
    ['a market without a price', 'markets.0.price', -1, 'has no price'],
    ['a market of another time', 'markets.0.time', 7, 'does not reach'],
    ['a leg too many', 'legs.1', {}, 'has other legs'],
    ['a market too many', 'markets.1', {}, 'has other markets'],
    ['no quantity', 'legs.0.position.quantity', null, 'holds no quantity'],
    ['another quantity', 'legs.0.position.quantity', 20, 'other than what has come in'],
    ['an entry to come', 'legs.0.heldFrom', -1, 'lies in the future'],
    ['no fills', 'legs.0.fills', [], 'without its fills'],
    ['a cooldown below 0', 'legs.0.cooldownLeft', -1, 'a saved cooldown'],
    ['no kind of order', 'legs.0.order.kind', 'buy', 'of no kind'],
    ['a stop nowhere', 'legs.0.protection.stopLoss', 'x', 'a stop is at no price'],
    ['no venue', 'venue', null, 'orders at a venue'],
    ['an order of no leg', 'venue.live.0.leg', 3, 'of no leg'],
    ['an order that has ended', 'venue.live.0.state', 'filled', 'has ended'],
    ['an order without a size', 'venue.live.0.order.size', 0, 'has no size'],
    ['an order filled below 0', 'venue.live.0.filled', -1, 'less than nothing'],
    ['fewer numbers than orders', 'venue.numbers', 0, 'were ever numbered'],
  ])('is not restored with %s', (_, path, value, message) => {
    expect(restoredWith(path, value)).toThrow(message)
  })

  it('is not restored into a session of other markets, or one that fills its own orders', () => {
    const saved = trading().save()
    expect(() => Session.restore(SPEC, MARKETS, saved, [], { venueRun: 'run' })).toThrow(
      'of each market',
    )
    expect(() => Session.restore(SPEC, MARKETS, saved, [CANDLES])).toThrow('orders at a venue')
  })

  it('is not made of books that do not agree', () => {
    const session = trading()
    session.engine.account.cash += 1
    expect(() => session.save()).toThrow('cash of no leg was made or lost')
  })
})

describe('a session', () => {
  const candle = candleAt(CANDLES, 2)

  it.each([
    ['again', candle, 'not later than the one before'],
    ['without prices', { ...candle, time: 9e9, low: NaN }, 'a candle has no prices'],
    [
      'whose close is outside of it',
      { ...candle, time: 9e9, close: 101 },
      'a candle has no prices',
    ],
    ['without an open', { ...candle, time: 9e9, open: 0 }, 'has no open'],
  ])('takes no candle %s', (_, wrong, message) => {
    expect(() => trading().take({ kind: 'candle', market: 0, candle: wrong })).toThrow(message)
  })

  it('takes nothing of a market that it does not have, and no time that is none', () => {
    const quote = { kind: 'quote', market: 0, bid: 99, ask: 100, time: 1 } as const
    const take = (input: Parameters<Session['take']>[0]) => () => trading().take(input)
    expect(take({ kind: 'candle', market: 1, candle })).toThrow('a candle is of no market')
    expect(take({ ...quote, market: 1 })).toThrow('a quote is of no market')
    expect(take({ ...quote, bid: 101 })).toThrow('a quote of market 0 has bid 101 and ask 100')
    expect(take({ ...quote, ask: Infinity })).toThrow('a quote of market 0')
    expect(take({ kind: 'time', time: NaN })).toThrow('the time is no number')
  })

  it('takes no fill that is none, that is larger than its order, or of an order that it has not placed', () => {
    const sold = { kind: 'fill', order: 'run-0-2', size: 1, price: 100, fee: 0, txCost: 0 } as const
    const take = (terms: object) => () => trading().take({ ...sold, time: 9, ...terms })
    expect(take({})).not.toThrow()
    expect(take({ size: NaN })).toThrow('order run-0-2 filled NaN at 100')
    expect(take({ price: Infinity })).toThrow('order run-0-2 filled 1 at Infinity')
    expect(take({ size: 26 })).toThrow('order run-0-2 filled more than it asked for')
    expect(take({ order: 'run-0-9' })).toThrow('an order that is not known, run-0-9')
    expect(take({ fee: NaN })).toThrow('a fill has no cost')
  })

  it('lets an entry fill beyond its size for its spend, and no further', () => {
    const buying = new Session(SPEC, MARKETS, { venueRun: 'run' })
    const { place } = buying.take({ kind: 'candle', market: 0, candle: candleAt(CANDLES, 0) })
    expect(place[0]).toMatchObject({ size: 50, spend: 5000, reference: 100 })
    const fill = { kind: 'fill', order: 'run-0-1', fee: 0, txCost: 0, time: 1 } as const
    expect(() => buying.take({ ...fill, size: 51, price: 99 })).toThrow('more than it asked for')
    buying.take({ ...fill, size: 51, price: 98 })
    expect(buying.engine.legs[0]!.position.quantity).toBe(51)
  })

  it('obeys no command to take off more than is held', () => {
    const command = (share: number) => () =>
      trading().take({ kind: 'command', command: { name: 'reduce', share } })
    expect(command(1.5)).toThrow('a share of what is held is from 0 to 1')
    expect(command(NaN)).toThrow('a share of what is held is from 0 to 1')
  })
})
