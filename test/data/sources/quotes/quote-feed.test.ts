import { expect, it } from 'vitest'
import type { QuoteEvent } from '../../../../src/core/ports/market/feed.js'
import { quoteFeed } from '../../../../src/data/sources/quotes/quote-feed.js'
import { BASE, QUOTE, quoteWorld, START, type QuoteFault } from './quote-world.js'

const MINUTE = 60_000

async function follow(fault?: (request: number) => QuoteFault) {
  const world = quoteWorld(fault)
  const { clock, stop, asker } = world
  clock.onTick = now => {
    if (now >= START + 10 * MINUTE) stop.abort()
  }
  const request = { base: BASE, quote: QUOTE, size: 1000, staleSlots: 50 }
  const quotes: QuoteEvent[] = []
  for await (const quote of quoteFeed(request, { asker, clock, signal: stop.signal }))
    quotes.push(quote)
  return { quotes, requests: world.requests() }
}

it('quotes both ways as often as its budget allows, each with the older time and slot', async () => {
  const { quotes, requests } = await follow()
  // A request every four seconds, two a quote.
  expect(requests).toBeLessThanOrEqual(151)
  expect(quotes.length).toBeGreaterThan(70)
  for (const { bid, ask, size, slot, time, isReplayed } of quotes) {
    expect(ask).toBeCloseTo(142.5 * 1.0001, 4)
    expect(bid).toBeCloseTo(142.5 * 0.9999, 4)
    expect([size, isReplayed]).toEqual([1000, false])
    expect(slot).toBe(405_000_000 + Math.floor((time - START) / 400))
  }
  const times = quotes.map(({ time }) => time)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

it('drops what is many slots behind, and what is no quote of one moment', async () => {
  const old = await follow(request => (request >= 40 && request < 60 ? { slotsOld: 60 } : {}))
  const usual = await follow()
  // Ten of them; after each a moment is waited.
  expect(usual.quotes.length - old.quotes.length).toBeGreaterThanOrEqual(10)
  expect(usual.quotes.length - old.quotes.length).toBeLessThan(14)
  const apart = await follow(request => (request === 51 ? { slotsOld: 45 } : {}))
  const lost = usual.quotes.length - apart.quotes.length
  expect([1, 2]).toContain(lost)
})

it('goes on where there is no route, or no answer', async () => {
  const { quotes } = await follow(request =>
    request % 7 === 3 ? 'no route' : request % 11 === 5 ? 'failing' : {},
  )
  expect(quotes.length).toBeGreaterThan(30)
})
