import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../src/core/ports/market/candles.js'
import type { FeedEvent, MarketEvent } from '../../src/core/ports/market/feed.js'

/** What a feed gave over some hours, and what it should have come to. */
export interface FeedRun {
  /** With the time of the source when each was given. */
  readonly given: readonly { readonly at: number; readonly event: MarketEvent }[]
  /** The candles of the archive from the first to the last that were given. */
  readonly archive: (from: number, to: number) => readonly Omit<CandleRow, 'quoteVolume'>[]
  readonly timeframeMs: number
  /** The least number of candles that were to be given. */
  readonly least: number
}

const KINDS = ['candle', 'missing', 'revised', 'late', 'stale', 'fresh', 'quote', 'switched']

/** What every feed keeps, whatever it is made of. `start` follows it twice in the same way. */
export function describeFeed(name: string, start: () => Promise<FeedRun>): void {
  describe(name, () => {
    it('gives the candles of the archive, each once, in order, and none that is forming', async () => {
      const { given, archive, timeframeMs, least } = await start()
      const candles = given.flatMap(({ at, event }) => (isCandle(event) ? [{ at, ...event }] : []))
      expect(candles.length).toBeGreaterThanOrEqual(least)
      const times = candles.map(({ candle }) => candle.time)
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      for (const { at, candle } of candles) {
        expect(candle.time + timeframeMs).toBeLessThanOrEqual(at)
        expect(candle.time % timeframeMs).toBe(0)
      }
      if (times.length === 0) return
      const told = archive(times[0]!, times.at(-1)!)
      expect(candles.map(({ candle }) => numbersOf(candle))).toEqual(told.map(numbersOf))
    })

    it('tells between two candles which are missing, and each thing once', async () => {
      const { given, timeframeMs } = await start()
      let next = NaN
      for (const { event } of given) {
        if (event.kind !== 'candle' && event.kind !== 'missing') continue
        const time = event.kind === 'candle' ? event.candle.time : event.time
        if (!Number.isNaN(next)) expect(time).toBe(next)
        next = time + timeframeMs
      }
    })

    it('says what is plain JSON, of kinds that are known, and the same again', async () => {
      const first = (await start()).given.map(({ event }) => event)
      for (const event of first) {
        expect(JSON.parse(JSON.stringify(event))).toEqual(event)
        expect(KINDS).toContain(event.kind)
        if (event.kind === 'quote') {
          expect(event.bid).toBeGreaterThan(0)
          expect(event.ask).toBeGreaterThanOrEqual(event.bid)
        }
      }
      const second = (await start()).given.map(({ event }) => event)
      expect(second).toEqual(first)
    })
  })
}

function isCandle(event: MarketEvent): event is Extract<FeedEvent, { kind: 'candle' }> {
  return event.kind === 'candle'
}

function numbersOf({ time, open, high, low, close, volume }: Omit<CandleRow, 'quoteVolume'>) {
  return [time, open, high, low, close, volume ?? 'none'].map(value =>
    value === 'none' ? value : Number(value),
  )
}
