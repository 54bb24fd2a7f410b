import { expect, it } from 'vitest'
import type { RecordedQuote } from '../../../../src/core/ports/market/quotes.js'
import { recordQuotes } from '../../../../src/data/sources/quotes/quote-recorder.js'
import { BASE, QUOTE, quoteWorld } from './quote-world.js'

it('ends within a round at once, and stores nothing of it', async () => {
  const { clock, stop, asker, requests } = quoteWorld(request => {
    // Three sizes and the smallest again, both ways: the second round is under way.
    if (request === 10) stop.abort()
    return {}
  })
  const saved: (readonly RecordedQuote[])[] = []
  const report = await recordQuotes(
    { symbol: 'SOL-USDC', base: BASE, quote: QUOTE, sizes: [100, 1000, 10_000], rounds: null },
    {
      asker,
      clock,
      signal: stop.signal,
      quotes: {
        begin: () => Promise.resolve(1),
        save: (_, quotes) => Promise.resolve(void saved.push(quotes)),
        load: () => Promise.reject(new Error('not asked for')),
        list: () => Promise.resolve([]),
      },
      onRound: () => undefined,
    },
  )
  expect(report).toMatchObject({ rounds: 1, quotes: 8, failures: 0, stopped: undefined })
  expect(saved.map(quotes => quotes.length)).toEqual([8])
  expect(requests()).toBe(11)
})
