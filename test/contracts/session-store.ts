import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventRecord } from '../../src/core/ports/research/events.js'
import type {
  NewSession,
  SessionCommit,
  SessionRepository,
  SessionStatus,
} from '../../src/core/ports/trading/sessions.js'
import { createSessionRepository } from '../../src/data/store/sessions/session-repository.js'
import type { Database } from '../../src/data/store/database.js'

const AT = Date.UTC(2026, 2, 2, 12)

const sessionOf = (sessionId: string): NewSession => ({
  sessionId,
  mode: 'paper',
  createdAt: AT,
  symbols: ['SOL-USDC'],
  timeframe: '1m',
  strategies: ['ma_crossover'],
  feed: 'binance',
  promotionId: null,
  manifest: { seed: 7, text: "it's \\ \u00e9" },
})

const statusOf = (equity: number): SessionStatus => ({
  time: AT,
  equity,
  prices: { 'SOL-USDC': 100.1 },
  positions: [],
  orders: [],
  fedAt: AT + 1,
  isStale: false,
  holds: [],
  trading: 'active',
  isPaused: false,
})

const eventOf = (seq: number, linkHash: string | null = null): EventRecord => ({
  seq,
  time: AT + seq,
  type: 'signal',
  payload: { text: 'tab\tand \\ and \n', nested: [null, 0.1 + 0.2] },
  linkHash,
})

const nothing: SessionCommit = {
  inputs: [],
  events: [],
  trades: [],
  marks: [],
  answers: [],
  snapshot: null,
  status: statusOf(1000),
}

/** A store of sessions under test. */
export interface SessionStoreSubject {
  readonly store: SessionRepository
  readonly close: () => Promise<void>
}

/** What every database must do for sessions. */
export function sessionStoreContract(name: string, open: () => Promise<Database>): void {
  storedSessionContract(name, async () => {
    const database = await open()
    return { store: createSessionRepository(database), close: () => database.close() }
  })
}

/** What every store of sessions must do. */
export function storedSessionContract(
  name: string,
  open: () => Promise<SessionStoreSubject>,
): void {
  describe(`sessions on ${name}`, { concurrent: false }, () => {
    let subject: SessionStoreSubject
    let store: SessionRepository
    let count = 0
    beforeAll(async () => {
      subject = await open()
      store = subject.store
    })
    afterAll(() => subject.close())

    /** A session that no other test has. */
    async function opened(): Promise<string> {
      count += 1
      const id = `session-${count}`
      await store.create(sessionOf(id))
      return id
    }

    it('gives a session back as it was started, and refuses its id to another', async () => {
      const id = await opened()
      const found = await store.find(id)
      expect(found).toEqual({
        record: {
          ...sessionOf(id),
          state: 'running',
          beatAt: AT,
          fence: 1,
          status: null,
          lastEventSeq: -1,
          reason: null,
          resultHash: null,
        },
        snapshot: null,
        inputSeq: -1,
        link: '',
      })
      await expect(store.create(sessionOf(id))).rejects.toThrow(/duplicate key/)
      expect(await store.find('none')).toBeUndefined()
    })

    it('keeps a commit with all that belongs to it', async () => {
      const id = await opened()
      const inputs = [0, 1].map(seq => ({ seq, time: AT + seq, kind: 'candle', payload: { seq } }))
      const events = [eventOf(0), eventOf(1, 'link one')]
      const marks = [{ time: AT, equity: 1000.1 }]
      await store.commit(id, 1, AT + 5, {
        ...nothing,
        inputs,
        events,
        marks,
        trades: [{ pnl: 0.1 + 0.2 }, { pnl: -1e-300 }],
        snapshot: { deep: [1] },
        status: statusOf(1000.1),
        answers: [],
      })
      await store.commit(id, 1, AT + 6, {
        ...nothing,
        marks: [
          { time: AT, equity: 999 },
          { time: AT + 60_000, equity: 998 },
        ],
        trades: [{ pnl: 3 }],
      })
      expect(await pagesOf(store.inputs(id))).toEqual(inputs)
      expect(await pagesOf(store.events(id))).toEqual(events)
      expect(await pagesOf(store.events(id, 1))).toEqual(events.slice(1))
      expect(await store.trades(id)).toEqual([{ pnl: 0.1 + 0.2 }, { pnl: -1e-300 }, { pnl: 3 }])
      expect(await store.marks(id), 'a later word on a close holds').toEqual([
        { time: AT, equity: 999 },
        { time: AT + 60_000, equity: 998 },
      ])
      expect(await store.marks(id, AT + 1), 'from a time on').toEqual([
        { time: AT + 60_000, equity: 998 },
      ])
      expect(await store.find(id)).toMatchObject({
        snapshot: { deep: [1] },
        inputSeq: 1,
        link: 'link one',
        record: { lastEventSeq: 1, beatAt: AT + 6, status: statusOf(1000) },
      })
    })

    it('stores nothing of a commit of which the database refuses a part', async () => {
      const id = await opened()
      await store.commit(id, 1, AT, { ...nothing, events: [eventOf(0, 'first')] })
      const before = await store.find(id)
      const refused = store.commit(id, 1, AT + 9, {
        answers: [],
        inputs: [0, 0].map(seq => ({ seq, time: AT, kind: 'candle', payload: {} })),
        events: [eventOf(1, 'second')],
        trades: [{ pnl: 1 }],
        marks: [{ time: AT, equity: 1 }],
        snapshot: { other: true },
        status: statusOf(1),
      })
      await expect(refused).rejects.toThrow(/duplicate key/)
      expect(await store.find(id)).toEqual(before)
      expect(await pagesOf(store.inputs(id))).toEqual([])
      expect(await store.trades(id)).toEqual([])
      expect(await store.marks(id)).toEqual([])
    })

    it('keeps a commit once that is given again, and refuses another in its place', async () => {
      const id = await opened()
      const said: SessionCommit = {
        ...nothing,
        inputs: [{ seq: 0, time: AT, kind: 'candle', payload: {} }],
        events: [eventOf(0, 'first')],
        trades: [{ pnl: 1 }],
        snapshot: { at: 0 },
      }
      const candle = [{ seq: 1, time: AT + 1, kind: 'candle', payload: {} }]
      // Whoever waited in vain asks again, while what was asked first is still on its way.
      await Promise.all([1, 2, 3].map(() => store.commit(id, 1, AT, said)))
      await store.commit(id, 1, AT + 1, { ...nothing, inputs: candle })
      await store.commit(id, 1, AT + 1, { ...nothing, inputs: candle })
      expect(await store.trades(id)).toEqual([{ pnl: 1 }])
      expect(await pagesOf(store.events(id))).toEqual(said.events)
      expect(await pagesOf(store.inputs(id))).toEqual([...said.inputs, ...candle])
      const other = { ...nothing, events: [eventOf(0, 'other')], trades: [{ pnl: 2 }] }
      await expect(store.commit(id, 1, AT, other)).rejects.toThrow(/another commit/)
      const behind = { ...nothing, inputs: said.inputs, snapshot: { at: -1 } }
      await expect(store.commit(id, 1, AT, behind)).rejects.toThrow(/another commit/)
      expect(await store.find(id)).toMatchObject({
        snapshot: { at: 0 },
        inputSeq: 1,
        link: 'first',
      })
      expect(await store.trades(id)).toEqual([{ pnl: 1 }])
    })

    it('says who runs a session that is lost, and how one ended', async () => {
      const id = await opened()
      await store.takeOver(id, AT + 1, AT + 2)
      await expect(store.commit(id, 1, AT + 3, nothing)).rejects.toThrow(
        /taken over by another process .*runner 2.*this is runner 1/,
      )
      const stopped = { state: 'stopped', reason: 'stopped by ada', resultHash: null } as const
      await store.end(id, 2, stopped)
      await store.end(id, 2, stopped)
      await expect(store.commit(id, 2, AT + 4, nothing)).rejects.toThrow(/stopped by ada/)
    })

    it('reads what is longer than a page in order, without a gap', async () => {
      const id = await opened()
      const inputs = Array.from({ length: 6001 }, (_, seq) => ({
        seq,
        time: AT + seq,
        kind: 'quote',
        payload: seq,
      }))
      const events = inputs.map(({ seq }) => eventOf(seq))
      await store.commit(id, 1, AT, { ...nothing, inputs, events })
      expect(await pagesOf(store.inputs(id))).toEqual(inputs)
      expect(await pagesOf(store.inputs(id, 5999))).toEqual(inputs.slice(5999))
      expect(await pagesOf(store.events(id, 4999))).toEqual(events.slice(4999))
      const kinds = inputs.slice(-3).map(({ kind }) => kind)
      expect(await store.lastInputs(id, kinds, 3)).toEqual(inputs.slice(-3))
      expect(await store.lastInputs(id, ['none'], 3)).toEqual([])
    })

    it('gives a session to another runner only when the first has been silent', async () => {
      const id = await opened()
      expect(await store.takeOver(id, AT, AT + 1), 'it lives').toBeNull()
      expect(await store.beat(id, 1, AT + 100)).toBe(true)
      expect(await store.takeOver(id, AT + 100, AT + 101)).toBeNull()
      const both = await Promise.all([1, 2].map(() => store.takeOver(id, AT + 200, AT + 300)))
      expect(both.filter(fence => fence !== null)).toEqual([2])
      expect(await store.takeOver('none', AT + 200, AT + 300)).toBeNull()
    })

    it('takes nothing from a runner that has been given up', async () => {
      const id = await opened()
      await store.takeOver(id, AT + 1, AT + 2)
      const before = await store.find(id)
      const taken = { code: 'SESSION_TAKEN' }
      await expect(
        store.commit(id, 1, AT + 3, { ...nothing, events: [eventOf(0)], trades: [{ pnl: 1 }] }),
      ).rejects.toMatchObject(taken)
      const stopped = { state: 'stopped', reason: 'x', resultHash: null } as const
      await expect(store.end(id, 1, stopped)).rejects.toMatchObject(taken)
      expect(await store.beat(id, 1, AT + 3)).toBe(false)
      expect(await store.find(id)).toEqual(before)
      expect(await pagesOf(store.events(id))).toEqual([])
      expect(await store.trades(id)).toEqual([])
      await store.commit(id, 2, AT + 4, { ...nothing, events: [eventOf(0)] })
    })

    it('gives trades page by page, the last first, whatever other sessions have', async () => {
      const [id, other] = [await opened(), await opened()]
      for (let k = 0; k < 7; k++) {
        const events = [eventOf(k)]
        await store.commit(id, 1, AT, { ...nothing, events, trades: [{ pnl: k }] })
        await store.commit(other, 1, AT, { ...nothing, events, trades: [{ pnl: -k }] })
      }
      const page = async (limit: number, before?: number) =>
        (await store.tradePage(id, { limit, before })).map(({ number, trade }) => [
          number,
          (trade as { pnl: number }).pnl,
        ])
      expect(await page(3)).toEqual([6, 5, 4].map(k => [k, k]))
      expect(await page(3, 4)).toEqual([3, 2, 1].map(k => [k, k]))
      expect(await page(3, 1)).toEqual([[0, 0]])
      expect(await page(3, 0)).toEqual([])
      expect(await page(100)).toHaveLength(7)
    })

    it('ends a session once, for good', async () => {
      const id = await opened()
      await store.end(id, 1, { state: 'finished', reason: null, resultHash: 'hash' })
      expect((await store.find(id))!.record).toMatchObject({
        state: 'finished',
        resultHash: 'hash',
      })
      const taken = { code: 'SESSION_TAKEN' }
      await expect(store.commit(id, 1, AT, nothing)).rejects.toMatchObject(taken)
      const failed = { state: 'failed', reason: 'x', resultHash: null } as const
      await expect(store.end(id, 1, failed)).rejects.toMatchObject(taken)
      expect(await store.beat(id, 1, AT)).toBe(false)
      expect(await store.takeOver(id, AT + 1e6, AT + 1e6)).toBeNull()
    })

    it('lists the newest first', async () => {
      await store.create({ ...sessionOf('newer'), createdAt: AT + 2000 })
      await store.create({ ...sessionOf('new'), createdAt: AT + 1000 })
      const ids = (await store.list(2)).map(({ sessionId }) => sessionId)
      expect(ids).toEqual(['newer', 'new'])
      await store.end('newer', 1, { state: 'stopped', reason: 'done', resultHash: null })
      const running = await store.list(1, 'running')
      expect(running.map(({ sessionId }) => sessionId)).toEqual(['new'])
      const stopped = await store.list(10, 'stopped')
      // Other tests of the contract may have stopped sessions of theirs, which are older.
      expect(stopped[0]!.sessionId).toBe('newer')
      expect(new Set(stopped.map(({ state }) => state))).toEqual(new Set(['stopped']))
      expect((await store.list(1, 'stopped')).map(({ sessionId }) => sessionId)).toEqual(['newer'])
    })

    it('keeps commands in order until each is answered, once', async () => {
      const [id, other] = [await opened(), await opened()]
      const ask = (sessionId: string, name: string) =>
        store.ask({ sessionId, command: { name }, actor: 'ada@host', askedAt: AT })
      const first = await ask(id, 'pause')
      await ask(other, 'kill')
      const second = await ask(id, 'resume')
      expect(second).toBeGreaterThan(first)
      expect((await store.waiting(id)).map(command => command.id)).toEqual([first, second])
      const answered = (outcome: string) => ({ ...nothing, answers: [{ id: first, outcome }] })
      const late = store.commit(id, 2, AT + 4, answered('refused: by another runner'))
      await expect(late).rejects.toMatchObject({ code: 'SESSION_TAKEN' })
      await store.commit(other, 1, AT + 4, answered('refused: by another session'))
      expect((await store.waiting(id)).map(command => command.id)).toEqual([first, second])
      await store.commit(id, 1, AT + 5, answered('done'))
      await store.commit(id, 1, AT + 6, answered('refused: again'))
      expect(await store.command(first)).toEqual({
        id: first,
        sessionId: id,
        command: { name: 'pause' },
        actor: 'ada@host',
        askedAt: AT,
        takenAt: AT + 5,
        outcome: 'done',
      })
      expect((await store.waiting(id)).map(command => command.id)).toEqual([second])
      expect((await store.commands(id)).map(command => command.id)).toEqual([second, first])
      const again = { sessionId: id, command: { name: 'kill' }, actor: 'ada', askedAt: AT }
      const requested = await Promise.all([1, 2, 3].map(() => store.ask(again, `request ${id}`)))
      expect(new Set(requested).size, 'one request orders once').toBe(1)
      expect(await store.requested(`request ${id}`)).toMatchObject({ ...again, id: requested[0] })
      expect(await store.requested('another')).toBeUndefined()
      expect(await store.command(1e9)).toBeUndefined()
    })

    it('refuses a command to a session that is not there', async () => {
      const asked = store.ask({ sessionId: 'none', command: {}, actor: 'a', askedAt: AT })
      await expect(asked).rejects.toThrow(/foreign key/)
    })
  })
}

/** All that pages hold. */
export async function pagesOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}
