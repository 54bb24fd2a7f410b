import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CandleRow } from '../../../../src/core/ports/market/candles.js'
import type { FeedEvent } from '../../../../src/core/ports/market/feed.js'
import { ClosedCandles } from '../../../../src/data/sources/feed/closed-candles.js'

const MINUTE = 60_000
const DAY_MINUTES = 1440
const candleOf = (k: number, close = String(100 + k)): CandleRow => ({
  time: k * MINUTE,
  open: '1',
  high: '2000',
  low: '1',
  close,
  volume: '5',
})
const builder = (): ClosedCandles =>
  new ClosedCandles({ timeframeMs: MINUTE, from: 0, patienceMs: 6000 })
const closesOf = (events: readonly FeedEvent[]): number[] =>
  events.flatMap(event => (event.kind === 'candle' ? [event.candle.time / MINUTE] : []))

it('gives a day of answers with faults as the candles of the archive, each once and in order', () => {
  const answers = fc.array(
    fc.record({
      step: fc.integer({ min: 1, max: 9 }),
      lost: fc.boolean(),
      back: fc.integer({ min: 0, max: 12 }),
      without: fc.boolean(),
    }),
    { minLength: 400, maxLength: 700 },
  )
  fc.assert(
    fc.property(
      answers,
      fc.uniqueArray(fc.integer({ min: 0, max: DAY_MINUTES - 1 })),
      (polls, holes) => {
        const isHole = new Set(holes)
        const feed = builder()
        const events: FeedEvent[] = []
        let minute = 0
        const ask = (until: number, back: number, withoutLast: boolean): void => {
          const first = Math.max(0, feed.askFrom / MINUTE - back)
          const candles: CandleRow[] = []
          for (let k = first; k < until - (withoutLast ? 1 : 0); k++) {
            if (!isHole.has(k)) candles.push(candleOf(k))
          }
          const sourceTime = until * MINUTE + 2000
          events.push(...feed.take({ candles, until: until * MINUTE, sourceTime }))
        }
        for (const { step, lost, back, without } of polls) {
          minute = Math.min(DAY_MINUTES, minute + step)
          if (!lost) ask(minute, back, without)
        }
        ask(DAY_MINUTES, 0, false)
        events.push(...feed.take({ candles: [], until: DAY_MINUTES * MINUTE, sourceTime: 1e12 }))
        const expected = Array.from({ length: DAY_MINUTES }, (_, k) => k).filter(
          k => !isHole.has(k),
        )
        // A candle that was given up before it came is told as late, and not given out.
        const late = new Set(
          events.flatMap(event => (event.kind === 'late' ? [event.candle.time / MINUTE] : [])),
        )
        expect(closesOf(events)).toEqual(expected.filter(k => !late.has(k)))
        const missing = events.filter(({ kind }) => kind === 'missing').length
        expect(missing).toBe(isHole.size + late.size)
      },
    ),
    { numRuns: 40 },
  )
})

it('waits for a candle that is not there yet, and gives it up when its time is over', () => {
  const feed = builder()
  const at = (sourceTime: number) => feed.take({ candles: [], until: MINUTE, sourceTime })
  expect(at(MINUTE + 5999)).toEqual([])
  expect(at(MINUTE + 6000)).toEqual([{ kind: 'missing', time: 0 }])
})

it('does not wait for a candle where a later one is there', () => {
  const feed = builder()
  const events = feed.take({ candles: [candleOf(1)], until: 2 * MINUTE, sourceTime: 2 * MINUTE })
  expect(events.map(({ kind }) => kind)).toEqual(['missing', 'candle'])
})

it('tells a revision once, and keeps what it gave', () => {
  const feed = builder()
  const answer = (close: string) =>
    feed.take({ candles: [candleOf(0, close)], until: MINUTE, sourceTime: MINUTE })
  expect(answer('7').map(({ kind }) => kind)).toEqual(['candle'])
  expect(answer('7')).toEqual([])
  expect(answer('8')).toEqual([
    { kind: 'revised', time: 0, before: '1 2000 1 7 5', after: '1 2000 1 8 5' },
  ])
  expect(answer('8')).toEqual([])
})

it('marks what comes long after its end', () => {
  const feed = builder()
  const candles = [candleOf(0), candleOf(1), candleOf(2)]
  const events = feed.take({ candles, until: 3 * MINUTE, sourceTime: 3 * MINUTE })
  expect(events.map(event => event.kind === 'candle' && event.isReplayed)).toEqual([
    true,
    false,
    false,
  ])
})
