import { binance } from '../../src/data/sources/adapters/binance.js'
import { pollFeed } from '../../src/data/sources/feed/poll-feed.js'
import { Asker } from '../../src/data/sources/fetch/asker.js'
import { createHttpClient, type HttpClient } from '../../src/data/sources/http/http-client.js'
import { StandIn, trueSeries } from '../data/sources/stand-in.js'
import { BINANCE } from '../data/sources/venue-shapes.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2)
const CANDLES = 300
/** An outage after which a whole page comes at once. */
const OUTAGE = 990

/** From a source's answer to the event of its candle: the median and the slowest of many, milliseconds. */
export async function benchFeed(): Promise<Record<string, number>> {
  const series = trueSeries({ since: START, count: CANDLES + OUTAGE + 10 })
  const venue = await new StandIn(BINANCE, series, START + 1000).start()
  const client = createHttpClient({})
  const stop = new AbortController()
  let answeredAt = 0
  const http: HttpClient = async (...asked) => {
    const answer = await client.ask(...asked)
    answeredAt = performance.now()
    return answer
  }
  const clock = {
    now: () => venue.now,
    monotonic: () => venue.now,
    random: () => 0.5,
    sleep: (ms: number) => {
      venue.now += ms
      return new Promise<void>(resolve => setImmediate(resolve))
    },
  }
  const asker = new Asker({
    http,
    clock,
    address: venue.address,
    limits: binance.limits,
    rate: 0,
    headers: {},
    onPause: () => Promise.resolve(),
    onRemark: () => undefined,
  })
  const request = {
    source: binance,
    market: 'SOLUSDC',
    base: undefined,
    timeframe: '1m',
    timeframeMs: MINUTE,
    from: START,
  }
  const delays: number[] = []
  for await (const event of pollFeed(request, { asker, clock, signal: stop.signal })) {
    if (event.kind === 'candle') delays.push(performance.now() - answeredAt)
    if (delays.length === CANDLES) venue.now += OUTAGE * MINUTE
    if (delays.length === CANDLES + OUTAGE) stop.abort()
  }
  await venue.stop()
  await client.close()
  const sorted = delays.slice(0, CANDLES).sort((a, b) => a - b)
  return {
    feed_answer_to_candle_ms: sorted[CANDLES >> 1]!,
    feed_answer_to_candle_p99_ms: sorted[Math.floor(CANDLES * 0.99)]!,
    feed_answer_to_last_of_990_ms: delays.at(-1)!,
  }
}
