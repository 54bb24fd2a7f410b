import fc from 'fast-check'
import { expect, it } from 'vitest'
import { followPrices, MINUTE, START, type Swap } from './price-world.js'

const POLL = 5000
const HOURS = 3
const END = START + HOURS * 60 * MINUTE

/** What a poll is answered: a new price, the last one once more, none that is trusted, nothing. */
const answers = fc.array(
  fc.record({
    kind: fc.constantFrom('new', 'new', 'new', 'same', 'absent', 'away'),
    /** By how many hundredths of a percent the price moves; less than what is doubted. */
    move: fc.integer({ min: -150, max: 150 }),
  }),
  { minLength: 30, maxLength: 300 },
)
/** Stretches in which nothing is answered, or nothing new. */
const spells = fc.array(
  fc.record({
    kind: fc.constantFrom('same', 'away'),
    from: fc.integer({ min: 1, max: HOURS * 60 - 20 }),
    minutes: fc.integer({ min: 1, max: 15 }),
  }),
  { maxLength: 4 },
)

it('makes of prices the candles that they are, whatever befalls the polls', async () => {
  await fc.assert(
    fc.asyncProperty(answers, spells, async (faults, calms) => {
      const kindAt = (now: number): string => {
        const minute = (now - START) / MINUTE
        const spell = calms.find(({ from, minutes }) => minute >= from && minute < from + minutes)
        return spell?.kind ?? faults[Math.round((now - START) / POLL) % faults.length]!.kind
      }
      let last: (Swap & { readonly at: number }) | null = null
      let price = 142.5
      const seen: { readonly at: number; readonly price: string | null }[] = []
      const { events, counts } = await followPrices({
        until: END,
        staleMs: 1e9,
        staleSlots: 1e9,
        isAway: now => kindAt(now) === 'away',
        swap: now => {
          const kind = kindAt(now)
          if (kind === 'absent' || (kind === 'same' && last === null)) return null
          if (kind === 'new') {
            const { move } = faults[Math.round((now - START) / POLL) % faults.length]!
            price *= 1 + move / 10_000
            last = { price: price.toFixed(6), at: now }
            seen.push({ at: now, price: last.price })
          } else seen.push({ at: now, price: null })
          return last
        },
      })
      expect(counts.rejected + counts.late).toBe(0)
      let close: string | undefined
      let time = START
      for (const event of events) {
        const within = seen.filter(({ at }) => at >= time && at < time + MINUTE)
        const prices = within.flatMap(one => one.price ?? [])
        const numbers = prices.map(Number)
        if (prices.length > 0) {
          close = prices.at(-1)!
          const row = { open: prices[0], close, volume: null, time }
          expect(event).toMatchObject({ kind: 'candle', candle: row })
          if (event.kind !== 'candle') continue
          expect(Number(event.candle.high)).toBe(Math.max(...numbers))
          expect(Number(event.candle.low)).toBe(Math.min(...numbers))
          expect(event.isCarried).toBeUndefined()
        } else if (within.length > 0 && close !== undefined) {
          const candle = { time, open: close, high: close, low: close, close, volume: '0' }
          expect(event).toEqual({ kind: 'candle', candle, isReplayed: false, isCarried: true })
        } else expect(event).toEqual({ kind: 'missing', time })
        time += MINUTE
      }
      expect(time).toBeGreaterThanOrEqual(END - 2 * MINUTE)
    }),
    { numRuns: 40 },
  )
})
