import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Clock } from '../../src/core/ports/clock.js'
import { openApi, type ApiHouse } from './api-house.js'
import { eventSource, type EventSource } from './event-source.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A day in steps of five minutes, each with the events of a busy session. */
const STEPS = 288
const STEP_MS = 300_000
const EVENTS = 50
/** Letters of an event: a day of events that were kept is many times the slack. */
const LETTERS = 200
const SLACK_BYTES = 4 * 2 ** 20

/** What the page and Prometheus ask for. */
const ASKED = ['/metrics', '/v1/sessions', '/v1/performance', '/v1/alerts', '/v1/events/last']

/** A clock of a simulated day, on which nobody waits. */
class DayClock implements Clock {
  time = Date.now()

  now(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  random(): number {
    return 0.5
  }

  sleep(): Promise<void> {
    return new Promise(done => setTimeout(done, 1))
  }
}

const clock = new DayClock()
let house: ApiHouse
let source: EventSource
let key: string
let stream: IncomingMessage
/** Number of the last event that the stream brought, and what waits for the next. */
let [seen, wake] = [0, (): void => undefined]

beforeAll(async () => {
  house = await openApi({ clock })
  key = await house.key()
  await house.api.listen({ host: '127.0.0.1', port: 0 })
  source = await eventSource(house.workspace, 'aaaa-all-day')
  const { port } = house.api.server.address() as AddressInfo
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' }
  const asked = get(`http://127.0.0.1:${port}/v1/events`, { headers, agent: false })
  ;[stream] = (await once(asked, 'response')) as [IncomingMessage]
  stream.setEncoding('utf8').on('data', (text: string) => {
    for (const [, id] of text.matchAll(/\nid: (\d+)\n/g)) seen = Number(id)
    wake()
  })
}, 120_000)
afterAll(async () => {
  stream.destroy()
  await house.close()
})

async function untilSeen(number: number): Promise<void> {
  while (seen < number) await new Promise<void>(done => (wake = done))
}

it('a simulated day of events, streams, reads and scrapes leaves the heap as it was', async () => {
  const heaps: number[] = []
  for (let step = 1; step <= STEPS; step++) {
    clock.time += STEP_MS
    await untilSeen(await source.add(EVENTS, LETTERS))
    const asked = ASKED[step % ASKED.length]!
    expect((await house.ask('GET', asked, { key })).statusCode).toBe(200)
    if (step % (STEPS / 6) > 0) continue
    collect()
    heaps.push(process.memoryUsage().heapUsed)
  }
  const [warm, ...later] = heaps as [number, ...number[]]
  expect(later).toHaveLength(5)
  for (const heap of later) expect(heap).toBeLessThan(warm + SLACK_BYTES)
}, 300_000)
