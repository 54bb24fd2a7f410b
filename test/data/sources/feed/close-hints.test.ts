import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { binanceStream } from '../../../../src/data/sources/adapters/binance-stream.js'
import type { Clock } from '../../../../src/data/sources/clock.js'
import { StreamHints } from '../../../../src/data/sources/feed/close-hints.js'
import { createHttpClient } from '../../../../src/data/sources/http/http-client.js'
import { klineMessage, StreamStandIn } from '../stream-stand-in.js'

const ROW = {
  time: 1_772_409_600_000,
  open: '1.50',
  high: '2.0',
  low: '1',
  close: '1.7',
  volume: '9',
}
const CANDLE = { ...ROW }
const client = createHttpClient({})
let venue: StreamStandIn
let stop: AbortController
let remarks: string[]
/** Sleeps are as long as the test wants them: each waits to be let go. */
let sleeps: { readonly ms: number; readonly wake: () => void }[]
const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  random: () => 0.5,
  sleep: ms => new Promise(wake => sleeps.push({ ms, wake })),
}

beforeAll(async () => void (venue = await new StreamStandIn().start()))
afterEach(() => stop.abort())
afterAll(async () => {
  await venue.stop()
  await client.close()
})

function listen(): StreamHints {
  stop = new AbortController()
  remarks = []
  sleeps = []
  const of = { market: 'SOLUSDC', timeframe: '1m' }
  return new StreamHints({
    stream: binanceStream,
    url: venue.address + binanceStream.path(of),
    open: client.stream,
    clock,
    signal: stop.signal,
    onRemark: message => void remarks.push(message),
  })
}

/** Resolves when a sleep of that length is wanted; then lets it go. */
async function letSleep(ms: number, first: () => void = () => undefined): Promise<void> {
  for (;;) {
    const found = sleeps.find(one => one.ms === ms)
    if (found !== undefined) {
      sleeps.splice(sleeps.indexOf(found), 1)
      first()
      return found.wake()
    }
    await new Promise(resolve => setImmediate(resolve))
  }
}

it('wakes at a close and gives its candle once; what is forming wakes nobody', async () => {
  const before = venue.paths.length
  const hints = listen()
  await venue.connections(before + 1)
  expect(venue.paths.at(-1)).toBe('/ws/solusdc@kline_1m')
  const { woken } = hints
  venue.send(klineMessage(ROW, false))
  venue.send('{"result":null}')
  venue.send('no JSON')
  venue.send(klineMessage(ROW))
  await woken
  expect(hints.take()).toEqual(CANDLE)
  expect(hints.take()).toBeUndefined()
})

it('answers pings', async () => {
  const [before, pongs] = [venue.paths.length, venue.pongs]
  listen()
  await venue.connections(before + 1)
  venue.ping()
  while (venue.pongs === pongs) await new Promise(resolve => setImmediate(resolve))
  expect(venue.pongs).toBe(pongs + 1)
})

it('connects again after a cut, an announced end and a refusal, not before five seconds', async () => {
  const before = venue.paths.length
  const hints = listen()
  await venue.connections(before + 1)
  venue.cut()
  await letSleep(7500)
  await venue.connections(before + 2)
  expect(remarks).toEqual([expect.stringMatching(/^the stream is down: it was cut/)])
  venue.refuses = true
  venue.send('{"e":"serverShutdown","E":1}')
  await letSleep(7500)
  // It was refused.
  await letSleep(7500, () => (venue.refuses = false))
  await venue.connections(before + 3)
  const { woken } = hints
  venue.send(klineMessage(ROW))
  await woken
  expect(remarks.at(-1)).toBe('the stream is up again')
  // Down was said once.
  expect(remarks).toHaveLength(2)
})

it('takes a stream that is silent for a minute for dead', async () => {
  const before = venue.paths.length
  listen()
  await venue.connections(before + 1)
  await letSleep(60_000)
  await letSleep(7500)
  await venue.connections(before + 2)
  expect(remarks[0]).toContain('it is silent')
})
