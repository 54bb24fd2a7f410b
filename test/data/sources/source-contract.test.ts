import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceNamed, SOURCES } from '../../../src/data/sources/sources.js'
import { fetchKit } from './fetch-kit.js'
import { trueSeries, type Reply, type StandIn, type TrueCandle } from './stand-in.js'
import { VENUES } from './venue-shapes.js'

const kit = fetchKit()
const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2)
const COUNT = 700
const END = START + COUNT * MINUTE
/** Long enough after the end for all to be settled, and within the depth of every venue. */
const LATER = END + 15 * MINUTE
const DAY_LATER = END + 26 * 3_600_000

it('has a stand-in for every source', () => {
  expect(VENUES.map(({ source }) => source)).toEqual(SOURCES.map(({ name }) => name))
})

describe.each(VENUES)('$source', shape => {
  const source = sourceNamed(shape.source)
  const series = trueSeries({ since: START, count: COUNT })
  const told = series.filter(({ isEmpty }) => !(shape.leavesOutEmpty && isEmpty))
  const asNumbers = ['coinbase', 'geckoterminal', 'birdeye'].includes(shape.source)
  const decimals = (text: string): string => (asNumbers ? String(Number(text)) : text)

  const standIn = (now = LATER): Promise<StandIn> => kit.standIn(shape, series, now)
  const range = { since: START, until: END }
  const stored = async (key: ReturnType<typeof kit.key>) =>
    (await kit.rows(key)).map(({ time, ...row }) => ({
      time,
      values: [row.open, row.high, row.low, row.close].map(text => Number(text)),
      volume: row.volume === null ? null : Number(row.volume),
    }))
  const expected = (candles: readonly TrueCandle[]) =>
    candles.map(({ time, ...row }) => ({
      time,
      values: [row.open, row.high, row.low, row.close].map(text => Number(text)),
      volume: source.volume === 'usd' ? null : Number(row.volume),
    }))

  it('gives the candles of the venue, each once and none that is forming', async () => {
    const now = START + 500 * MINUTE + 30_000
    const venue = await standIn(now)
    const key = kit.key(shape.source)
    const { report } = await kit.fetch(venue, { ...range, key })
    const closed = told.filter(({ time }) => time + MINUTE + source.graceMs <= now)
    expect(await stored(key)).toEqual(expected(closed))
    expect(report.counts.fresh).toBe(closed.length)
    expect(report.failures).toEqual([])
  })

  it('keeps the digits that the venue writes', async () => {
    const venue = await standIn()
    const key = kit.key(shape.source)
    await kit.fetch(venue, { ...range, key })
    const [first] = await kit.rows(key)
    const { open, high, volume } = told[0]!
    const zeros = shape.source === 'binance' ? '000000' : ''
    expect(first!.open).toBe(decimals(open) + zeros)
    expect(first!.high).toBe(decimals(high) + zeros)
    if (source.volume === 'base') {
      expect(first!.volume).toBe(decimals(volume) + (zeros === '' ? '' : '00000'))
    }
  })

  it('asks windows that a page holds, and not again for what is settled', async () => {
    const venue = await standIn(DAY_LATER)
    const key = kit.key(shape.source)
    const asked = { since: DAY_LATER - 600 * MINUTE, until: DAY_LATER - 400 * MINUTE }
    const within = source.depth === null ? range : asked
    await kit.fetch(venue, { ...within, key })
    const before = venue.requests.length
    expect(before).toBeGreaterThan(0)
    for (const url of venue.requests) {
      const { since, until, limit, stepMs } = shape.parse(url)!
      const isBounded = Number.isFinite(since) && Number.isFinite(until)
      if (isBounded) expect((until - since) / stepMs).toBeLessThanOrEqual(shape.page + 2)
      expect(limit).toBeLessThanOrEqual(shape.page + 1)
    }
    const { plan } = await kit.fetch(venue, { ...within, key })
    if (source.depth === null) {
      expect(plan.windows).toEqual([])
      expect(venue.requests.length).toBe(before)
    }
  })

  it('is the same whatever page the venue cuts its answers to', async () => {
    const venue = await standIn()
    for (const page of [1, 7, 99, 100]) {
      const key = kit.key(shape.source)
      venue.fault = ({ rows }) => ({ rows: rows.slice(0, page) })
      const some = { since: START, until: START + 150 * MINUTE }
      await kit.fetch(venue, { ...some, key })
      const own = told.filter(({ time }) => time < some.until)
      expect(await stored(key), `pages of ${page}`).toEqual(expected(own))
    }
  })

  it('is the same in any order, with rows of the border or all of them twice', async () => {
    const venue = await standIn()
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1000 }),
        fc.boolean(),
        fc.boolean(),
        async (seed, isShuffled, isTwice) => {
          venue.fault = ({ rows }) => {
            const twice = isTwice ? rows.flatMap(row => [row, row]) : rows
            return { rows: isShuffled ? shuffled(twice, seed) : twice }
          }
          const key = kit.key(shape.source)
          const { report } = await kit.fetch(venue, { ...range, key })
          expect(report.failures).toEqual([])
          expect(await stored(key)).toEqual(expected(told))
        },
      ),
      { numRuns: 6 },
    )
  })

  it('tells an empty answer from a failed one, and asks for the failed one alone', async () => {
    const venue = await standIn(DAY_LATER)
    const key = kit.key(shape.source)
    const half = START + 350 * MINUTE
    const small = { ...source, page: 50, depth: null }
    venue.fault = ({ url, rows }) => {
      const { until } = shape.parse(url)!
      if (rows.some(({ time }) => time >= half) && until > half) return { status: 500, body: 'no' }
      return undefined
    }
    const { report } = await kit.fetch(venue, { ...range, key, source: small })
    expect(report.failures.length).toBeGreaterThan(0)
    const coverage = await kit.coverage(key)
    expect(coverage.map(({ state }) => state)).toContain('failed')
    venue.fault = () => undefined
    venue.requests.length = 0
    const again = await kit.fetch(venue, { ...range, key, source: small })
    expect(again.report.failures).toEqual([])
    expect(again.plan.windows.length).toBe(report.failures.length)
    expect(await stored(key)).toEqual(expected(told))
    expect((await kit.coverage(key)).map(({ state }) => state)).not.toContain('failed')
  })

  it('notes what the venue has no candles of, and does not ask for it again', async () => {
    const venue = await standIn(DAY_LATER)
    venue.series = series.filter(({ time }) => time < START + 300 * MINUTE)
    const key = kit.key(shape.source)
    const small = { ...source, page: 50, depth: null }
    const { report } = await kit.fetch(venue, { ...range, key, source: small })
    expect(report.windows.empty).toBe((COUNT - 300) / 50)
    expect((await kit.coverage(key)).map(({ state }) => state)).toEqual(['candles', 'empty'])
    expect((await kit.fetch(venue, { ...range, key, source: small })).plan.windows).toEqual([])
  })

  it('waits when it is asked too often, and goes on alone first', async () => {
    const venue = await standIn()
    const key = kit.key(shape.source)
    venue.fault = ({ count }) => (count === 1 ? shape.tooMany : undefined)
    const { report, clock, remarks } = await kit.fetch(venue, { ...range, key })
    expect(report.failures).toEqual([])
    expect(await stored(key)).toEqual(expected(told))
    const asked = Number(shape.tooMany.headers?.['retry-after'] ?? 60) * 1000
    expect(clock.slept.some(ms => ms >= asked && ms <= asked * 1.2)).toBe(true)
    expect(remarks.join()).toContain('waiting')
  })

  it('stops for good where the market is unknown, and stores nothing', async () => {
    const venue = await standIn()
    const key = kit.key(shape.source)
    const { report } = await kit.fetch(venue, { ...range, key, market: 'NOPE' })
    expect(report.stopped?.why).toBe('market')
    expect(await kit.rows(key)).toEqual([])
    expect(await kit.coverage(key)).toEqual([])
  })

  const broken: readonly (readonly [string, Reply])[] = [
    ['HTML with 200', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['an empty body', { status: 200, body: '' }],
    ['cut JSON', { status: 200, body: '[[1772409600000,"142.5' }],
    ['a cut connection', { status: 200, body: 'x'.repeat(900), cutAt: 300 }],
    ['a JSON error', { status: 502, body: '{"error":"bad gateway"}' }],
  ]
  it.each(broken)('asks again after %s, and fails where it stays so', async (_, reply) => {
    const venue = await standIn()
    const key = kit.key(shape.source)
    venue.fault = ({ count }) => (count === 1 ? reply : undefined)
    const { report } = await kit.fetch(venue, { ...range, key })
    expect(report.failures).toEqual([])
    expect(await stored(key)).toEqual(expected(told))
    const other = kit.key(shape.source)
    venue.fault = () => reply
    const failed = await kit.fetch(venue, { ...range, key: other })
    expect(failed.report.failures.length).toBeGreaterThan(0)
    expect(await kit.rows(other)).toEqual([])
    expect((await kit.coverage(other)).every(({ state }) => state === 'failed')).toBe(true)
  })

  const impossible: readonly (readonly [string, (row: TrueCandle) => TrueCandle])[] = [
    ['a price of 0', row => ({ ...row, low: '0' })],
    ['a negative price', row => ({ ...row, open: '-1' })],
    ['a high below its low', row => ({ ...row, high: row.low, low: row.high })],
    ['a time in the year 57000', row => ({ ...row, time: row.time * 1000 })],
    ['a time a day ahead', row => ({ ...row, time: LATER + 86_400_000 })],
    ['a value that is no number', row => ({ ...row, close: '"none"' })],
  ]
  it.each(impossible)('refuses a page with %s, whole', async (_, spoil) => {
    const venue = await standIn()
    const key = kit.key(shape.source)
    venue.fault = ({ rows }) => ({
      rows: rows.map((row, i) => (i === 3 && row.high !== row.low ? spoil(row) : row)),
    })
    const small = { since: START, until: START + 50 * MINUTE }
    const { report } = await kit.fetch(venue, { ...small, key })
    expect(report.failures.length).toBe(1)
    expect(await kit.rows(key)).toEqual([])
  })

  it('takes a candle that changes before it is settled, and reports one that changes later', async () => {
    const now = START + 60 * MINUTE
    const venue = await standIn(now)
    const key = kit.key(shape.source)
    const small = { since: START, until: START + 60 * MINUTE }
    await kit.fetch(venue, { ...small, key })
    const last = (await stored(key)).at(-1)!
    const revise = (time: number, close: string) => (row: TrueCandle) =>
      row.time === time ? { ...row, close, high: '999.00' } : row
    venue.series = series.map(revise(last.time, '142.01'))
    venue.now = now + 30_000
    const early = await kit.fetch(venue, { ...small, key })
    expect(early.report.counts.revised).toBe(1)
    const closeOf = async (time: number) =>
      (await stored(key)).find(row => row.time === time)!.values[3]
    expect(await closeOf(last.time)).toBe(142.01)
    venue.now = DAY_LATER
    const deep = { ...source, depth: null }
    await kit.fetch(venue, { ...small, key, source: deep })
    venue.series = series.map(revise(START, '142.02'))
    const late = await kit.fetch(venue, { ...small, key, source: deep, again: true })
    expect(late.report.conflicts.some(({ time }) => time === START)).toBe(true)
    expect((await stored(key))[0]!.values[3]).toBe(Number(told[0]!.close))
    const replaced = await kit.fetch(venue, { ...small, key, source: deep, replace: true })
    expect(replaced.report.conflicts).toEqual([])
    expect((await stored(key))[0]!.values[3]).toBe(142.02)
    const revisions = await (await kit.fetches()).revisions(key)
    expect(revisions.some(one => one.isApplied && one.time === START)).toBe(true)
  })
})

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const copy = [...list]
  let state = seed
  for (let i = copy.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const j = state % (i + 1)
    ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
  }
  return copy
}
