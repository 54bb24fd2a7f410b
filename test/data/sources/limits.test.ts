import { expect, it } from 'vitest'
import { binance } from '../../../src/data/sources/adapters/binance.js'
import { bybit } from '../../../src/data/sources/adapters/bybit.js'
import { fetchKit } from './fetch-kit.js'
import { trueSeries } from './stand-in.js'
import { BINANCE, BIRDEYE, BYBIT, COINBASE, GECKOTERMINAL } from './venue-shapes.js'

const kit = fetchKit()
const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2)
const COUNT = 3000
const series = trueSeries({ since: START, count: COUNT })
const range = { since: START, until: START + COUNT * MINUTE }
const NOW = START + (COUNT + 60) * MINUTE

it('keeps to half of the limit of a source, and to what is asked for instead', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  const small = { ...binance, page: 100 }
  const { clock } = await kit.fetch(venue, {
    ...range,
    key: kit.key('binance'),
    source: small,
    rate: 5,
  })
  const windows = COUNT / 100
  // The clock alone passes time: windows and the days before them, 200 ms apart.
  expect(clock.monotonic()).toBeGreaterThanOrEqual((windows - 1) * 200)
  expect(clock.monotonic()).toBeLessThan((windows + 4) * 200)
  expect(venue.parallel).toBeLessThanOrEqual(binance.limits.parallel)
})

it('remembers a ban, and asks for nothing more', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  venue.fault = ({ count }) =>
    count > 1 ? { status: 418, headers: { 'retry-after': '120' }, body: '{}' } : undefined
  const key = kit.key('binance')
  const small = {
    ...binance,
    page: 200,
    timeframes: ['1m'],
    limits: { ...binance.limits, parallel: 1 },
  }
  const { report } = await kit.fetch(venue, { ...range, key, source: small })
  expect(report.stopped?.why).toBe('banned')
  expect(venue.requests).toHaveLength(2)
  const { host } = new URL(venue.address)
  expect(await (await kit.fetches()).pauseOf(host)).toMatchObject({ until: NOW + 120_000 })
  expect(await kit.rows(key)).toHaveLength(200)
  venue.fault = () => undefined
  venue.now += 130_000
  await kit.fetch(venue, { ...range, key, source: small })
  expect(await kit.rows(key)).toHaveLength(COUNT)
})

it('slows down before a limit is reached', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  venue.headers = { 'x-mbx-used-weight-1m': '5700' }
  const small = { ...binance, page: 200 }
  const { clock } = await kit.fetch(venue, { ...range, key: kit.key('binance'), source: small })
  expect(clock.slept.some(ms => ms > 50_000)).toBe(true)
})

it('gives up where a source wants it to wait again and again', async () => {
  const venue = await kit.standIn(COINBASE, series, NOW)
  venue.fault = () => COINBASE.tooMany
  const { report } = await kit.fetch(venue, { ...range, key: kit.key('coinbase') })
  expect(report.stopped?.why).toBe('banned')
  expect(venue.requests.length).toBeLessThan(20)
})

it.each([
  [
    'a closed region',
    BYBIT,
    { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>CloudFront</html>' },
    'blocked',
  ],
  [
    'too many requests of an address',
    BYBIT,
    { status: 403, body: 'access too frequent' },
    'banned',
  ],
  ['a closed region by status', BINANCE, { status: 451, body: '{"code":0}' }, 'blocked'],
  [
    'a firewall',
    BINANCE,
    { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>' },
    'banned',
  ],
  ['a wrong key', BIRDEYE, { status: 401, body: '{"message":"Unauthorized"}' }, 'key'],
  [
    'a spent budget',
    BIRDEYE,
    { status: 400, body: '{"message":"Compute units usage limit exceeded"}' },
    'budget',
  ],
] as const)('is ended by %s', async (_, shape, reply, why) => {
  const venue = await kit.standIn(shape, series, NOW)
  venue.fault = () => reply
  const key = kit.key(shape.source)
  const { report } = await kit.fetch(venue, { ...range, key })
  expect(report.stopped?.why).toBe(why)
  expect(await kit.coverage(key)).toEqual([])
})

it('notes what is older than a plan gives as not available', async () => {
  const venue = await kit.standIn(GECKOTERMINAL, series, NOW)
  venue.fault = ({ url }) =>
    Number(url.searchParams.get('before_timestamp')) * 1000 < START + 1000 * MINUTE
      ? { status: 401, body: '{"status":{"error_code":10012}}' }
      : undefined
  const key = kit.key('geckoterminal')
  const { report } = await kit.fetch(venue, { ...range, key })
  expect(report.failures).toEqual([])
  expect((await kit.coverage(key))[0]).toMatchObject({ state: 'unavailable', isSettled: true })
  const { plan } = await kit.fetch(venue, { ...range, key })
  expect(plan.windows[0]!.since).toBeGreaterThan(START)
})

it('refuses a pool whose coins are the other way round', async () => {
  const venue = await kit.standIn(GECKOTERMINAL, series, NOW)
  const key = kit.key('geckoterminal')
  const base = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'
  const { report } = await kit.fetch(venue, { ...range, key, base })
  expect(report.failures[0]!.reason).toContain("the pool's base is So1111")
  expect(await kit.rows(key)).toEqual([])
})

it('does not ask page by page for what lies before the first day of a market', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  const key = kit.key('binance')
  const long = { since: START - 400 * 86_400_000, until: range.until }
  const { report } = await kit.fetch(venue, { ...long, key })
  expect(report.failures).toEqual([])
  expect(await kit.rows(key)).toHaveLength(COUNT)
  expect(venue.requests.length).toBeLessThan(10)
  expect((await kit.coverage(key))[0]).toMatchObject({ since: long.since, state: 'unavailable' })
})

it('goes by the time of the source, not of this machine', async () => {
  const venue = await kit.standIn(BYBIT, series, START + 100 * MINUTE)
  const key = kit.key('bybit')
  // This machine believes that it is an hour later.
  const ahead = { ...bybit, graceMs: bybit.graceMs - 60 * MINUTE }
  await kit.fetch(venue, { ...range, key, source: ahead })
  const early = await kit.rows(key)
  expect(early.length).toBeGreaterThan(90)
  const right = kit.key('bybit')
  await kit.fetch(venue, { ...range, key: right })
  expect(await kit.rows(right)).toHaveLength(99)
})

it.each([
  ['another host', 'http://localhost:1/api/v3/klines'],
  ['another scheme', 'https://127.0.0.1/'],
])('follows no redirect to %s', async (_, location) => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  venue.fault = () => ({ status: 302, headers: { location }, body: '' })
  const { report } = await kit.fetch(venue, { ...range, key: kit.key('binance') })
  expect(report.stopped?.message ?? report.failures[0]!.reason).toContain('redirects to')
  expect(report.windows.candles).toBe(0)
})

it('follows a redirect at the same host, and ends a circle', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  venue.fault = ({ url }) =>
    url.searchParams.has('moved')
      ? undefined
      : { status: 307, headers: { location: `${url.pathname}${url.search}&moved=1` }, body: '' }
  const key = kit.key('binance')
  const { report } = await kit.fetch(venue, { ...range, key })
  expect(report.failures).toEqual([])
  expect(await kit.rows(key)).toHaveLength(COUNT)
  venue.fault = ({ url }) => ({
    status: 302,
    headers: { location: url.pathname + url.search },
    body: '',
  })
  const other = await kit.fetch(venue, { ...range, key: kit.key('binance') })
  expect(other.report.stopped?.message).toContain('in a circle')
})

it('does not wait for ever for a server that hangs', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  venue.fault = ({ count }) => (count === 1 ? { status: 200, body: '', hangs: true } : undefined)
  const key = kit.key('binance')
  const times = { idleMs: 200, wholeMs: 300 }
  const { report } = await kit.fetch(venue, { ...range, key, times })
  expect(report.failures).toEqual([])
  expect(await kit.rows(key)).toHaveLength(COUNT)
})

it('says of a venue that is away what is wrong', async () => {
  const venue = await kit.standIn(BINANCE, series, NOW)
  const { address } = venue
  await venue.stop()
  const gone = Object.assign(Object.create(venue) as typeof venue, {})
  Object.defineProperty(gone, 'address', { value: address })
  const small = { ...binance, page: 100, timeframes: ['1m'] }
  const { report } = await kit.fetch(gone, { ...range, key: kit.key('binance'), source: small })
  expect(report.failures.length).toBeLessThan(5)
  expect(report.stopped?.why).toBe('away')
  expect(report.stopped?.message).toContain('refuses the connection')
})
