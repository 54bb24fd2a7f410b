import { expect, it } from 'vitest'
import type { FeedEvent } from '../../../../src/core/ports/market/feed.js'
import { followPrices, MINUTE, slotAt, START } from './price-world.js'

const candlesOf = (events: readonly FeedEvent[]) =>
  events.flatMap(event => (event.kind === 'candle' ? [event] : []))
const cents = (value: number): string => (value / 100).toFixed(2)
/** A price that tells the minute and the second. */
const walk = (now: number): string => cents(14_000 + (((now - START) / 1000) % 60))

it('builds candles of prices by the time of their slots, each once, without volume', async () => {
  const { events, requests } = await followPrices({
    swap: now => ({ price: walk(now) }),
    until: START + 10 * MINUTE,
  })
  const candles = candlesOf(events)
  expect(candles.map(({ candle }) => candle.time)).toEqual(
    Array.from({ length: 9 }, (_, k) => START + k * MINUTE),
  )
  expect(events).toHaveLength(candles.length)
  for (const { candle } of candles) {
    expect(candle).toMatchObject({ volume: null, open: candle.low, close: candle.high })
    expect(Number(candle.high) - Number(candle.low)).toBeGreaterThan(0.5)
  }
  // Every five seconds, and no more than the half of what is allowed without a key.
  expect(requests).toBeLessThanOrEqual(121)
  expect(requests).toBeGreaterThan(110)
})

it('begins with the next whole candle: of one under way the beginning is not known', async () => {
  const { events } = await followPrices({
    swap: now => ({ price: walk(now) }),
    start: START + 20_000,
    until: START + 3 * MINUTE,
  })
  expect(candlesOf(events).map(({ candle }) => candle.time)).toEqual([START + MINUTE])
})

it('carries the close where the source answers and has no new price, with volume 0 and a mark', async () => {
  const quiet = START + 3 * MINUTE
  const { events, counts } = await followPrices({
    swap: now => ({
      price: walk(Math.min(now, quiet)),
      at: now < quiet + 2 * MINUTE ? Math.min(now, quiet) : now,
    }),
    until: START + 7 * MINUTE,
    staleMs: 10 * MINUTE,
    staleSlots: 10_000,
  })
  const carried = candlesOf(events).filter(({ isCarried }) => isCarried)
  expect(carried.map(({ candle }) => candle.time)).toEqual([START + 4 * MINUTE])
  const { open, high, low, close, volume } = carried[0]!.candle
  expect([open, high, low, volume]).toEqual([close, close, close, '0'])
  expect(counts).toMatchObject({ carried: 1, late: 0, rejected: 0 })
})

it('has no candle where nothing was answered, and tells staleness with the reason', async () => {
  const [from, to] = [START + 3 * MINUTE, START + 6 * MINUTE]
  const { events } = await followPrices({
    swap: now => ({ price: walk(now) }),
    isAway: now => now >= from && now < to,
    until: START + 9 * MINUTE,
  })
  const missing = events.flatMap(event => (event.kind === 'missing' ? [event.time] : []))
  expect(missing).toEqual([from, from + MINUTE, from + 2 * MINUTE])
  const stale = events.find(({ kind }) => kind === 'stale')
  expect(stale).toMatchObject({ reason: 'the stand-in is away' })
  expect(events.map(({ kind }) => kind)).toContain('fresh')
})

it('is stale by slots though every answer is fresh', async () => {
  const stuck = START + 2 * MINUTE
  const { events } = await followPrices({
    swap: now => ({ price: walk(Math.min(now, stuck)), at: Math.min(now, stuck) }),
    until: START + 4 * MINUTE,
    staleMs: 60 * MINUTE,
    staleSlots: 150,
  })
  const [stale] = events.filter(({ kind }) => kind === 'stale')
  expect(stale).toMatchObject({ since: expect.closeTo(stuck, -4) as number })
  expect(Object(stale)).toHaveProperty(
    'reason',
    expect.stringMatching(/^its price is 1[56]\d slots old$/),
  )
})

it('drops a price that comes after its candle was given out, and counts it', async () => {
  const late = START + 5 * MINUTE
  const { events, counts } = await followPrices({
    swap: now => ({ price: walk(now), at: now === late ? now - 2 * MINUTE : now }),
    until: START + 8 * MINUTE,
    staleSlots: 10_000,
  })
  expect(counts.late).toBe(1)
  expect(candlesOf(events)).toHaveLength(7)
})

it('does not believe one print that is far off, and believes three', async () => {
  const print = START + 2 * MINUTE + 30_000
  const moved = START + 5 * MINUTE
  const { events, counts, polled } = await followPrices({
    swap: now => ({
      price: now === print ? '1400.00' : now < moved ? walk(now) : cents(20_000 + (now % 7)),
    }),
    until: START + 8 * MINUTE,
  })
  const highs = candlesOf(events).map(({ candle }) => Number(candle.high))
  expect(Math.max(...highs.slice(0, 5))).toBeLessThan(141)
  expect(Math.min(...highs.slice(5))).toBeGreaterThan(199)
  expect(counts.rejected).toBe(1)
  const told = polled.filter(({ price }) => price === '1400.00')
  expect(told, 'what is not believed is told all the same').toHaveLength(1)
  expect(told[0]!.slot).toBe(slotAt(told[0]!.heardAt))
})

it('takes a price that is left out for none at all', async () => {
  const { events } = await followPrices({ swap: () => null, until: START + 4 * MINUTE })
  expect(candlesOf(events)).toEqual([])
  expect(events.filter(({ kind }) => kind === 'stale')).toHaveLength(1)
})
