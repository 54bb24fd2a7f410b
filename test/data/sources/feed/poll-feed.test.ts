import { afterAll, expect, it } from 'vitest'
import type { FeedEvent } from '../../../../src/core/ports/market/feed.js'
import type { Clock } from '../../../../src/data/sources/clock.js'
import { pollFeed } from '../../../../src/data/sources/feed/poll-feed.js'
import { Asker } from '../../../../src/data/sources/fetch/asker.js'
import { createHttpClient } from '../../../../src/data/sources/http/http-client.js'
import { sourceNamed } from '../../../../src/data/sources/sources.js'
import { StandIn, trueSeries, type VenueShape } from '../stand-in.js'
import { VENUES } from '../venue-shapes.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2)
const COUNT = 240
const series = trueSeries({ since: START, count: COUNT + 60 })
const { ask: http, close } = createHttpClient({})
afterAll(close)

/** Time passes when somebody sleeps: for the venue and for us. */
class VenueClock implements Clock {
  private readonly venue: StandIn
  private readonly onTick: (now: number) => void
  constructor(venue: StandIn, onTick: (now: number) => void) {
    this.venue = venue
    this.onTick = onTick
  }
  now(): number {
    return this.venue.now
  }
  monotonic(): number {
    return this.venue.now
  }
  async sleep(ms: number): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    this.venue.now += ms
    this.onTick(this.venue.now)
  }
  random(): number {
    return 0.5
  }
}

async function follow(
  shape: VenueShape,
  { until, onTick = () => undefined }: { until: number; onTick?: (venue: StandIn) => void },
): Promise<{ readonly events: FeedEvent[]; readonly venue: StandIn }> {
  const venue = await new StandIn(shape, series, START + 1000).start()
  const source = sourceNamed(shape.source)
  const stop = new AbortController()
  const clock = new VenueClock(venue, now => {
    onTick(venue)
    if (now >= until) stop.abort()
  })
  const asker = new Asker({
    http,
    clock,
    address: venue.address,
    limits: source.limits,
    rate: 0,
    headers: {},
    onPause: () => Promise.resolve(),
    onRemark: () => undefined,
  })
  const request = {
    source,
    market: shape.market,
    base: undefined,
    timeframe: '1m',
    timeframeMs: MINUTE,
    from: START,
  }
  const events: FeedEvent[] = []
  for await (const event of pollFeed(request, { asker, clock, signal: stop.signal }))
    events.push(event)
  await venue.stop()
  return { events, venue }
}

const told = (shape: VenueShape) =>
  series.filter(({ isEmpty }) => !(shape.leavesOutEmpty && isEmpty)).map(({ time }) => time)
const given = (events: readonly FeedEvent[]) =>
  events.flatMap(event => (event.kind === 'candle' ? [event.candle.time] : []))
const END = START + COUNT * MINUTE

it.each(VENUES)('follows $source: each closed candle once, soon after its end', async shape => {
  const { events, venue } = await follow(shape, { until: END })
  const last = given(events).at(-1)!
  expect(last).toBeGreaterThanOrEqual(END - 6 * MINUTE)
  expect(given(events)).toEqual(told(shape).filter(time => time <= last))
  expect(events.filter(({ kind }) => kind === 'revised' || kind === 'stale')).toEqual([])
  // About one request a candle.
  expect(venue.requests.length).toBeLessThan(COUNT * 2)
})

it.each(VENUES)('makes up for an outage of $source, oldest first, and says so', async shape => {
  const [from, to] = [START + 60 * MINUTE, START + 100 * MINUTE]
  const { events } = await follow(shape, {
    until: END,
    onTick: venue => {
      const isAway = venue.now >= from && venue.now < to
      venue.fault = () => (isAway ? { status: 503, body: 'away' } : undefined)
    },
  })
  const last = given(events).at(-1)!
  expect(last).toBeGreaterThanOrEqual(END - 6 * MINUTE)
  expect(given(events)).toEqual(told(shape).filter(time => time <= last))
  const kinds = events.map(({ kind }) => kind)
  expect(kinds.filter(kind => kind === 'stale')).toHaveLength(1)
  expect(kinds.filter(kind => kind === 'fresh')).toHaveLength(1)
  const replayed = events.filter(event => event.kind === 'candle' && event.isReplayed)
  expect(replayed.length).toBeGreaterThan(30)
})

it('ends where the source wants no more requests', async () => {
  const [shape] = VENUES
  await expect(
    follow(shape!, {
      until: END,
      onTick: venue => {
        venue.fault = () => ({ status: 451, body: '{}' })
      },
    }),
  ).rejects.toThrow('not served to this region')
})
