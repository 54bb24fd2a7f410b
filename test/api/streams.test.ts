import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'undici'
import { openApi, type ApiHouse } from './api-house.js'
import { eventSource, type EventSource } from './event-source.js'
import { SseReader, type Reading } from './sse-reader.js'

let folder: string
let house: ApiHouse
let key: string
let url: string
let source: EventSource

async function listen(): Promise<void> {
  house = await openApi({ home: folder, streamsPerKey: 4 })
  key = await house.key({ scope: 'read' })
  await house.api.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(house.api.server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-streams-'))
  await listen()
  source = await eventSource(house.workspace, 'aaaa-first')
})
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = (terms: Partial<Reading> & { query?: string } = {}): Promise<SseReader> =>
  SseReader.open({ url: `${url}/v1/events${terms.query ?? ''}`, key, ...terms })

const upTo = (last: number, after = 0): number[] =>
  Array.from({ length: last - after }, (_, k) => after + k + 1)

const last = async (): Promise<number> => (await house.workspace.eventFeed()).advance()

describe('a stream of events', { concurrent: false, shuffle: false }, () => {
  it('loses nothing and gives nothing twice, wherever it is cut', async () => {
    await source.add(1200)
    const received: number[] = []
    const cutter = cutAt()
    for (let cut = 0; cut < 50; cut++) {
      if (cut % 10 === 0) await source.add(20)
      const reader = await open({ lastId: received.at(-1) ?? 0, cutAfter: cutter.next().value })
      await reader.ended
      received.push(...reader.numbers)
    }
    expect(received.length, 'cuts fell within what was stored').toBeGreaterThan(100)
    const rest = await open({ lastId: received.at(-1)! })
    const all = await last()
    await rest.until(({ numbers }) => numbers.at(-1) === all)
    rest.close()
    expect([...received, ...rest.numbers]).toEqual(upTo(all))
  })

  it('tells what comes later, and where it is when that was not meant for it', async () => {
    const begin = await last()
    const now = await open()
    const odd = await open({ query: '?type=odd&session=aaaa' })
    await now.until(({ messages }) => messages.length > 0)
    expect(JSON.parse(now.messages[0]!.data)).toMatchObject({ last: begin })
    await source.add(3)
    await now.until(({ numbers }) => numbers.length === 3)
    await odd.until(({ messages }) => messages.some(({ name }) => name === 'position'))
    expect(now.numbers).toEqual(upTo(begin + 3, begin))
    expect(odd.numbers).toEqual([begin + 2])
    const position = odd.messages.find(({ name }) => name === 'position')!
    expect(position.id, 'it resumes near the end').toBe(begin + 3)
    expect(now.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    })
    for (const reader of [now, odd]) reader.close()
  })

  it('of a number that was never given is refused, and so is one too many', async () => {
    await expect(open({ lastId: 10 ** 9 })).rejects.toThrow('status 410')
    await expect(open({ query: '?session=none' })).rejects.toThrow('status 404')
    await expect(open({ query: '?since=x' })).rejects.toThrow('status 400')
    const readers = await Promise.all([open(), open(), open(), open()])
    await expect(open()).rejects.toThrow('status 429')
    for (const reader of readers) reader.close()
    await settled(() => house.desk.streams.count === 0)
  })

  it('whose reader takes nothing is dropped, and others miss nothing', async () => {
    const begin = await last()
    const stalled = await open()
    stalled.response.pause()
    stalled.response.socket.pause()
    const good = await open()
    // More than the buffers of the system and its patience together.
    for (let n = 1; house.desk.streams.dropped === 0; n++) {
      expect(n, 'a reader that takes nothing is dropped').toBeLessThan(60)
      await source.add(50, 10_000)
      await good.until(({ numbers }) => numbers.length === n * 50)
    }
    expect(house.desk.streams.dropped).toBe(1)
    expect(good.numbers).toEqual(upTo(await last(), begin))
    expect(house.desk.streams.count).toBe(1)
    good.close()
    stalled.close()
  }, 60_000)

  it('ends with a word when its key is taken back', async () => {
    const admin = await house.key()
    const held = await house.key({ scope: 'read' })
    const reader = await open({ key: held })
    await house.ask('DELETE', `/v1/keys/${held.split('_')[1]}`, { key: admin })
    await reader.ended
    expect(reader.messages.at(-1)).toMatchObject({ name: 'bye' })
  })

  it('goes on after the server was started again, without a loss', async () => {
    const reader = await open()
    await reader.until(({ messages }) => messages.length > 0)
    await source.add(5)
    await reader.until(({ numbers }) => numbers.length === 5)
    const seen = reader.numbers.at(-1)!
    await house.close()
    await reader.ended
    expect(reader.messages.at(-1)).toMatchObject({ name: 'bye' })
    await listen()
    const other = await eventSource(house.workspace, 'bbbb-second')
    await other.add(7)
    const again = await open({ lastId: seen })
    await again.until(({ numbers }) => numbers.length === 7)
    expect(again.numbers).toEqual(upTo(seen + 7, seen))
    again.close()
  })
})

describe('a socket of events', () => {
  const address = (query = ''): string => `${url.replace('http', 'ws')}/v1/ws${query}`
  const headers = (held = key): Record<string, string> => ({ authorization: `Bearer ${held}` })

  it('gives the same as the stream, from where it is asked', async () => {
    const all = await last()
    const since = all - 450
    const socket = new WebSocket(address(`?since=${since}`), { headers: headers() })
    const received: { seq: number }[] = []
    socket.addEventListener('message', ({ data }) =>
      received.push(JSON.parse(String(data)) as never),
    )
    await settled(() => received.length === 450)
    const page = await house.ask('GET', `/v1/events?since=${since}&limit=450`, { key })
    expect(received).toEqual(page.json<{ items: unknown[] }>().items)
    const other = await eventSource(house.workspace, 'cccc-third')
    await other.add(2)
    await settled(() => received.length === 452)
    expect(received.map(({ seq }) => seq)).toEqual(upTo(all + 2, since))
    const closed = new Promise<{ code: number }>(done => socket.addEventListener('close', done))
    socket.send('{"name":"kill"}')
    expect((await closed).code).toBe(1008)
    await settled(() => house.desk.streams.count === 0)
  })

  it.each([
    ['a wrong key', '', { authorization: 'Bearer assay_wrong' }, 401],
    ['no key', '', {}, 401],
    ['a page of another site', '', { origin: 'https://evil.example' }, 403],
    ['another name', '', { host: 'evil.example' }, 421],
    ['a wrong parameter', '?sinse=1', {}, 400],
    ['a number that was never given', `?since=${10 ** 9}`, {}, 410],
    ['no socket', '', { upgrade: 'h2c' }, 400],
  ])('is refused to %s', async (who, query, more, status) => {
    const own = who.includes('key') ? {} : headers()
    const socket = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const asked = { ...socket, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...own, ...more }
    const answer = await new Promise<number | undefined>((done, fail) => {
      request(`${url}/v1/ws${query}`, { headers: asked, agent: false })
        .once('response', response => done(response.resume().statusCode))
        .once('upgrade', (response, raw) => {
          raw.destroy()
          done(response.statusCode)
        })
        .once('error', fail)
        .end()
    })
    expect(answer).toBe(status)
  })
})

async function settled(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(done => setTimeout(done, 10))
}

/** Places at which a stream is cut, by a seed. */
function* cutAt(): Generator<number, number> {
  for (let seed = 7; ;) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    yield 60 + (seed % 6000)
  }
}
