import fc from 'fast-check'
import { expect, it } from 'vitest'
import { trueSeries, type TrueCandle } from '../stand-in.js'
import { BINANCE, BYBIT, COINBASE, OKX } from '../venue-shapes.js'
import {
  foldedCandles,
  followVenue,
  MINUTE,
  START,
  valuesText,
  venueHints,
  type AnswerFault,
} from './feed-world.js'

const DAY_MINUTES = 1440
const END = START + DAY_MINUTES * MINUTE
const CALM = 30 * MINUTE

const fault: fc.Arbitrary<AnswerFault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'none' } as const) },
  ...(['failing', 'silent', 'cut', 'repeated', 'shuffled', 'short', 'unsettled'] as const).map(
    kind => ({ weight: 1, arbitrary: fc.constant({ kind }) }),
  ),
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      ms: fc.integer({ min: 1, max: 20_000 }),
    }),
  },
)
const day = fc.record({
  shape: fc.constantFrom(BINANCE, COINBASE, BYBIT, OKX),
  faults: fc.array(fault, { minLength: 50, maxLength: 200 }),
  outage: fc.record({
    at: fc.integer({ min: 10, max: DAY_MINUTES - 200 }),
    minutes: fc.integer({ min: 1, max: 150 }),
  }),
  holes: fc.uniqueArray(fc.integer({ min: 1, max: DAY_MINUTES - 10 }), { maxLength: 30 }),
  /** What becomes of each hint: told, lost, told twice, told wrongly. */
  hints: fc.array(fc.constantFrom('told', 'lost', 'twice', 'wrong'), { minLength: 20 }),
  isHinted: fc.boolean(),
})

it('gives the candles of the archive, whatever befalls a day of answers and hints', async () => {
  await fc.assert(
    fc.asyncProperty(day, async ({ shape, faults, outage, holes, hints, isHinted }) => {
      const missing = new Set(holes.map(k => START + k * MINUTE))
      const series = trueSeries({ since: START, count: DAY_MINUTES + 60, missing })
      const [from, to] = [outage.at, outage.at + outage.minutes].map(k => START + k * MINUTE)
      const change = (row: TrueCandle, k: number): TrueCandle[] => {
        const told = hints[k % hints.length]
        if (told === 'lost') return []
        return told === 'wrong'
          ? [{ ...row, close: row.low }]
          : told === 'twice'
            ? [row, row]
            : [row]
      }
      const { given } = await followVenue({
        shape,
        series,
        until: END,
        fault: (request, now) => {
          if (now >= from! && now < to!) return { kind: 'silent' }
          return now > END - CALM ? { kind: 'none' } : faults[request % faults.length]!
        },
        ...(isHinted && { hints: venueHints(series, change) }),
      })
      const events = given.map(({ event }) => event)
      const times = events.flatMap(event => (event.kind === 'candle' ? [event.candle.time] : []))
      expect(times, 'each once and in order').toEqual([...new Set(times)].sort((a, b) => a - b))
      for (const { at, event } of given) {
        if (event.kind === 'candle') expect(event.candle.time + MINUTE).toBeLessThanOrEqual(at)
      }
      const told = series.filter(
        ({ time, isEmpty }) => time <= times.at(-1)! && !(shape.leavesOutEmpty && isEmpty),
      )
      expect(times.at(-1)).toBeGreaterThan(END - CALM)
      expect(foldedCandles(events)).toEqual(
        new Map(told.map(row => [row.time, valuesText(row)] as const)),
      )
    }),
    { numRuns: 25 },
  )
})

const calm = trueSeries({ since: START, count: 60 })
const delaysOf = async (hints?: ReturnType<typeof venueHints>): Promise<readonly number[]> => {
  const until = START + 50 * MINUTE
  const { given } = await followVenue({
    shape: BINANCE,
    series: calm,
    until,
    ...(hints && { hints }),
  })
  expect(given.map(({ event }) => event.kind)).toEqual(given.map(() => 'candle'))
  return given.map(({ at, event }) =>
    event.kind === 'candle' ? at - event.candle.time - MINUTE : NaN,
  )
}

it('gives a candle at once where hint and answer agree, else when its grace is over', async () => {
  expect(Math.max(...(await delaysOf(venueHints(calm))))).toBeLessThan(100)
  expect(Math.min(...(await delaysOf()))).toBeGreaterThanOrEqual(2000)
  const wrong = venueHints(calm, row => [{ ...row, close: '1' }])
  expect(Math.min(...(await delaysOf(wrong)))).toBeGreaterThanOrEqual(2000)
  const lost = venueHints(calm, (row, k) => (k % 2 === 0 ? [row] : []))
  const delays = await delaysOf(lost)
  expect(delays.filter(delay => delay < 100).length).toBeGreaterThan(20)
  expect(Math.max(...delays)).toBeLessThan(4000)
})
