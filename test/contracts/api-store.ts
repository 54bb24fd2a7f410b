import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionCommit } from '../../src/core/ports/trading/sessions.js'
import type { ApiKey } from '../../src/core/ports/server/keys.js'
import type { JobRecord } from '../../src/core/ports/server/jobs.js'
import { createAnswerRepository } from '../../src/data/store/api/answer-repository.js'
import { createEventFeed } from '../../src/data/store/api/event-feed.js'
import { createJobRepository } from '../../src/data/store/api/job-repository.js'
import { createServerRegister } from '../../src/data/store/api/server-register.js'
import { createKeyRepository } from '../../src/data/store/api/key-repository.js'
import type { Database } from '../../src/data/store/database.js'
import { createSessionRepository } from '../../src/data/store/sessions/session-repository.js'

const AT = Date.UTC(2026, 2, 2, 12)

const keyOf = (keyId: string, parentId: string | null = null): ApiKey => ({
  keyId,
  name: `it's "${keyId}" \\ é`,
  scope: 'trade',
  secretHash: 'ab'.repeat(32),
  createdAt: AT,
  expiresAt: AT + 1001,
  revokedAt: null,
  usedAt: null,
  parentId,
})

const jobOf = (jobId: string): JobRecord => ({
  jobId,
  kind: 'sweep',
  request: { strategy: 'ma_crossover', grid: { fast_ma: [5, 0.1 + 0.2] } },
  keyId: 'aaaaaaaaaa',
  serverId: null,
  state: 'queued',
  createdAt: AT + 1,
  startedAt: null,
  endedAt: null,
  progress: null,
  result: null,
  problem: null,
})

const PROBLEM = { code: 'INTERRUPTED', message: 'the server ended', hint: 'again' }

/** What every database must do for the API. */
export function apiStoreContract(name: string, open: () => Promise<Database>): void {
  describe(`the API's stores on ${name}`, { concurrent: false }, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())
    keyContract(() => database)
    jobContract(() => database)
    serverContract(() => database)
    answerContract(() => database)
    feedContract(() => database)
  })
}

function keyContract(database: () => Database): void {
  it('keeps keys, and takes them back with those made from them, once', async () => {
    const keys = createKeyRepository(database())
    const [parent, child, other] = [keyOf('parent'), keyOf('child', 'parent'), keyOf('other')]
    for (const key of [parent, child, { ...other, createdAt: AT + 1, expiresAt: null }]) {
      await keys.save(key)
    }
    expect(await keys.find('child')).toEqual(child)
    expect(await keys.find('none')).toBeUndefined()
    expect((await keys.list()).map(({ keyId }) => keyId)).toEqual(['other', 'child', 'parent'])
    await keys.touch('other', AT + 60_000)
    expect(await keys.revoke('parent', AT + 5)).toBe(true)
    expect(await keys.revoke('parent', AT + 9)).toBe(false)
    expect(await keys.revoke('none', AT + 9)).toBe(false)
    expect(await keys.find('parent')).toMatchObject({ revokedAt: AT + 5 })
    expect(await keys.find('child')).toMatchObject({ revokedAt: AT + 5 })
    expect(await keys.find('other')).toMatchObject({ revokedAt: null, usedAt: AT + 60_000 })
    await expect(keys.save(parent)).rejects.toThrow(/duplicate key/)
  })
}

function jobContract(database: () => Database): void {
  it('keeps jobs, changes them by their state, and marks what was left behind', async () => {
    const jobs = createJobRepository(database())
    for (const id of ['one', 'two', 'three', 'four']) await jobs.create(jobOf(id))
    expect(await jobs.find('one')).toEqual(jobOf('one'))
    expect(await jobs.find('none')).toBeUndefined()
    const idsOf = async (page: Parameters<typeof jobs.list>[0]): Promise<string[]> =>
      (await jobs.list(page)).map(({ jobId }) => jobId)
    expect(await idsOf({ limit: 3 })).toEqual(['four', 'three', 'two'])
    expect(await idsOf({ limit: 2, before: 'three' })).toEqual(['two', 'one'])
    const begun = { state: 'running', startedAt: AT + 2 } as const
    // Whoever is second finds it begun.
    const both = await Promise.all([1, 2].map(() => jobs.change('one', ['queued'], begun)))
    expect(both.sort()).toEqual([false, true])
    const progress = { done: 3, total: null, unit: 'sets' }
    expect(await jobs.change('one', ['running'], { progress })).toBe(true)
    const result = { deep: [null, 0.1 + 0.2, 'tab\t"'] }
    await jobs.change('one', ['running'], { state: 'succeeded', endedAt: AT + 3, result })
    expect(await jobs.find('one')).toEqual({
      ...jobOf('one'),
      ...begun,
      state: 'succeeded',
      endedAt: AT + 3,
      progress,
      result,
    })
    const listed = (await jobs.list({ limit: 99 })).find(({ jobId }) => jobId === 'one')
    expect(listed, 'a list has no results').toMatchObject({ state: 'succeeded', result: null })
    await jobs.change('two', ['queued'], begun)
    await jobs.change('three', ['queued'], { state: 'cancelling' })
    expect([...(await jobs.interrupt(AT + 9, PROBLEM))].sort()).toEqual(['four', 'three', 'two'])
    expect(await jobs.interrupt(AT + 10, PROBLEM)).toEqual([])
    expect(await jobs.find('two')).toMatchObject({
      state: 'interrupted',
      endedAt: AT + 9,
      problem: PROBLEM,
    })
    expect(await jobs.find('one')).toMatchObject({ state: 'succeeded' })
  })
}

function serverContract(database: () => Database): void {
  it('leaves to each server that lives what is its own', async () => {
    const [servers, jobs] = [createServerRegister(database()), createJobRepository(database())]
    const beat = (serverId: string) => servers.beat({ serverId, owner: `process of ${serverId}` })
    for (const id of ['mine', 'another', 'mine']) await beat(id)
    const known = (await servers.list()).filter(({ owner }) => owner.startsWith('process of'))
    expect(known.map(({ serverId, owner }) => [serverId, owner])).toEqual([
      ['another', 'process of another'],
      ['mine', 'process of mine'],
    ])
    for (const { silentMs } of known) expect(silentMs).toBeGreaterThanOrEqual(0)
    for (const serverId of ['mine', 'another', 'gone'])
      await jobs.create({ ...jobOf(`of ${serverId}`), serverId })
    expect(await jobs.find('of mine')).toMatchObject({ serverId: 'mine' })
    expect(await jobs.interrupt(AT, PROBLEM)).toEqual(['of gone'])
    await servers.remove(['another', 'nobody'])
    expect(await jobs.interrupt(AT, PROBLEM)).toEqual(['of another'])
    expect(await jobs.find('of mine')).toMatchObject({ state: 'queued' })
    await servers.remove(['mine'])
    await jobs.interrupt(AT, PROBLEM)
  })
}

function answerContract(database: () => Database): void {
  const WANTED = {
    requestHash: 'hash',
    at: AT,
    serverId: 'lives',
    requestId: 'first',
    isIdle: false,
  } as const
  const kept = (status: number | null, body: string) => ({
    kind: 'kept',
    answer: { requestHash: 'hash', status, body },
  })

  it('keeps an answer for the one of many that was first, until it is too old', async () => {
    const answers = createAnswerRepository(database())
    await createServerRegister(database()).beat({ serverId: 'lives', owner: 'x' })
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, k) =>
        answers.take('key', 'once', { ...WANTED, requestId: `r${k}` }),
      ),
    )
    expect(many.filter(({ kind }) => kind === 'taken')).toHaveLength(1)
    expect(many.find(({ kind }) => kind === 'kept')).toEqual(kept(null, ''))
    expect(await answers.take('another key', 'once', WANTED), 'each key has its own').toEqual({
      kind: 'taken',
      requestId: 'first',
    })
    await answers.keep('key', 'once', { status: 202, body: '{"answer":"é"}' })
    // What is done is not given back.
    await answers.giveBack('key', 'once')
    const done = kept(202, '{"answer":"é"}')
    expect(await answers.take('key', 'once', { ...WANTED, requestHash: 'other' })).toEqual(done)
    expect(await answers.take('key', 'once', { ...WANTED, isIdle: true })).toEqual(done)
    await answers.sweep(AT)
    expect(await answers.take('key', 'once', WANTED)).toEqual(done)
    await answers.sweep(AT + 1)
    expect(await answers.take('key', 'once', WANTED)).toMatchObject({ kind: 'taken' })
  })

  it('gives a key on that was given back or left behind, with the name of its effect', async () => {
    const answers = createAnswerRepository(database())
    const servers = createServerRegister(database())
    for (const serverId of ['lives', 'dies']) await servers.beat({ serverId, owner: 'x' })
    const take = (request: Partial<typeof WANTED> | object) =>
      answers.take('left', 'key', { ...WANTED, ...request })
    expect(await take({ serverId: 'dies' })).toEqual({ kind: 'taken', requestId: 'first' })
    expect(await take({ requestId: 'second' }), 'its server lives').toEqual(kept(null, ''))
    await servers.remove(['dies'])
    expect(await take({ requestHash: 'other' }), 'another request').toEqual(kept(null, ''))
    const both = await Promise.all([take({ requestId: 'second' }), take({ requestId: 'third' })])
    expect(both.filter(({ kind }) => kind === 'taken')).toEqual([
      { kind: 'taken', requestId: 'first' },
    ])
    // The same server has dropped it: its answer could not be kept.
    expect(await take({ isIdle: true })).toEqual({ kind: 'taken', requestId: 'first' })
    await answers.giveBack('left', 'key')
    expect(await take({ requestId: 'second' })).toEqual({ kind: 'taken', requestId: 'first' })
    await answers.giveBack('left', 'key')
    const other = { requestHash: 'other', requestId: 'fourth' }
    expect(await take(other), 'what failed may be asked otherwise').toEqual({
      kind: 'taken',
      requestId: 'fourth',
    })
  })
}

const nothing: SessionCommit = {
  inputs: [],
  events: [],
  trades: [],
  marks: [],
  answers: [],
  snapshot: null,
  status: {
    time: AT,
    equity: 1,
    prices: {},
    positions: [],
    orders: [],
    fedAt: AT,
    isStale: false,
    holds: [],
    trading: 'active',
    isPaused: false,
  },
}

function feedContract(database: () => Database): void {
  /** Stores events from a place on. */
  async function store(sessionId: string, from: number, count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, k) => ({
      seq: from + k,
      time: AT + k,
      type: k % 2 === 0 ? 'even' : 'odd',
      payload: { k },
      linkHash: null,
    }))
    await createSessionRepository(database()).commit(sessionId, 1, AT, { ...nothing, events })
  }

  async function open(sessionId: string): Promise<void> {
    await createSessionRepository(database()).create({
      sessionId,
      mode: 'paper',
      createdAt: AT,
      symbols: ['SOL-USDC'],
      timeframe: '1m',
      strategies: ['ma_crossover'],
      feed: 'replay',
      promotionId: null,
      manifest: {},
    })
  }

  it('numbers events of sessions that store at once without a gap, each in order, none twice', async () => {
    const feed = createEventFeed(database())
    const before = await feed.advance()
    const sessions = ['feed-a', 'feed-b', 'feed-c']
    for (const id of sessions) await open(id)
    const storing = sessions.map(async id => {
      for (let from = 0; from < 60; from += 6) await store(id, from, 6)
    })
    const asking = Array.from({ length: 8 }, async () => {
      const seen: number[] = []
      for (let k = 0; k < 5; k++) seen.push(await feed.advance())
      return seen
    })
    // A reader that goes on where it was must miss nothing that comes later with a lower number.
    const followed: number[] = []
    const following = (async () => {
      while (followed.length < 180) {
        await feed.advance()
        const found = await feed.read({ after: followed.at(-1) ?? before, limit: 50 })
        for (const { number } of found) followed.push(number)
      }
    })()
    for (const seen of await Promise.all(asking))
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
    await Promise.all([...storing, following])
    expect(await feed.advance()).toBe(before + 180)
    const all = await feed.read({ after: before, limit: 1000 })
    const numbers = Array.from({ length: 180 }, (_, k) => before + k + 1)
    expect(all.map(({ number }) => number)).toEqual(numbers)
    expect(followed).toEqual(numbers)
    for (const id of sessions) {
      const own = all.filter(({ sessionId }) => sessionId === id)
      expect(own.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, k) => k))
      expect(await feed.read({ after: before, limit: 1000, sessionId: id })).toEqual(own)
    }
    const odd = await feed.read({ after: before, limit: 1000, sessionId: 'feed-a', type: 'odd' })
    expect(odd).toHaveLength(30)
    expect(odd[0]).toMatchObject({ seq: 1, time: AT + 1, type: 'odd', payload: { k: 1 } })
  })

  it('numbers a history of more than one batch', async () => {
    await open('feed-long')
    await open('feed-late')
    const feed = createEventFeed(database())
    const before = await feed.advance()
    await store('feed-long', 0, 10_500)
    await store('feed-late', 0, 3)
    expect(await feed.advance()).toBe(before + 10_503)
    const late = await feed.read({ after: before, limit: 10, sessionId: 'feed-late' })
    expect(late.map(({ seq }) => seq)).toEqual([0, 1, 2])
    const pages = [before, before + 5000, before + 10_000].map(after =>
      feed.read({ after, limit: 5000, sessionId: 'feed-long' }),
    )
    const seqs = new Set((await Promise.all(pages)).flat().map(({ seq }) => seq))
    expect(seqs.size).toBe(10_500)
  })
}
