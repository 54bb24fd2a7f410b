import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestOne } from '../../../../src/backtest/portfolio/session-request.js'
import { feedSession } from '../../../../src/app/live/runner/feed-session.js'
import { paper } from '../../../../src/app/live/paper/paper.js'
import { checkSession } from '../../../../src/app/live/session/session-check.js'
import { withWorkspace, type Workspace } from '../../../../src/app/workspace/compose.js'
import type { EventRecord } from '../../../../src/core/ports/research/events.js'
import type { RunRequest } from '../../../../src/backtest/run/record/run-request.js'
import { createHttpClient } from '../../../../src/data/sources/http/http-client.js'
import { StandIn, trueSeries } from '../../../data/sources/stand-in.js'
import { BINANCE } from '../../../data/sources/venue-shapes.js'
import { Outstanding } from '../../../live/outstanding.js'
import { VirtualClock } from '../../../live/virtual-clock.js'
import { QUIET } from '../../../quiet-output.js'
import { paperTerms, restlessRequest } from '../paper-terms.js'
import { ownHome } from '../../../own-home.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const SINCE = START - 600 * MINUTE
const series = trueSeries({ since: SINCE, count: 900, seed: 7 })
const { ask: http, close } = createHttpClient({})
let leave: () => void
beforeAll(() => void (leave = ownHome('feed')))
afterAll(async () => {
  await close()
  leave()
})

interface Played {
  readonly workspace: Workspace
  readonly request: RunRequest
  readonly venue: StandIn
  readonly clock: VirtualClock
  readonly outstanding: Outstanding
}

/** A session until `until`; a new one, or `stored` gone on with. */
async function play(
  { workspace, request, venue, clock, outstanding }: Played,
  { sessionId, until, resume = false }: { sessionId: string; until: number; resume?: boolean },
): Promise<void> {
  const store = await workspace.sessions()
  const stop = new AbortController()
  let ended: Promise<void> | undefined
  await feedSession(
    workspace,
    {
      ...paperTerms(sessionId, request, venue),
      stored: resume ? (await store.find(sessionId))! : null,
    },
    {
      http: outstanding.of(http),
      clock,
      signal: stop.signal,
      store: outstanding.of(store),
      onCommit: () => {
        ended ??= clock.sleep(until - clock.now()).then(() => stop.abort())
      },
      commandPollMs: 10_000,
    },
  )
  await ended
}

async function world<T>(work: (played: Played) => Promise<T>): Promise<T> {
  const venue = await new StandIn(BINANCE, series, START).start()
  const clock = new VirtualClock(START + 1000, now => (venue.now = now))
  const outstanding = new Outstanding()
  clock.isBusy = outstanding.isBusy
  try {
    return await withWorkspace(QUIET, async workspace => {
      const request = await restlessRequest(workspace)
      return work({ workspace, request, venue, clock, outstanding })
    })
  } finally {
    await venue.stop()
  }
}

async function eventsOf(workspace: Workspace, sessionId: string): Promise<EventRecord[]> {
  const events: EventRecord[] = []
  for await (const page of (await workspace.sessions()).events(sessionId)) events.push(...page)
  return events
}

const traded = (events: readonly EventRecord[]) =>
  events.filter(({ type }) => type === 'trade.executed' || type === 'signal')

describe('a paper session on a live feed', () => {
  it('trades each candle as it closes, keeps what it saw, and decides as the engine does over it', async () => {
    await world(async played => {
      const { workspace } = played
      await play(played, { sessionId: 'whole', until: START + 120 * MINUTE })
      const store = await workspace.sessions()
      const { record } = (await store.find('whole'))!
      const events = await eventsOf(workspace, 'whole')
      expect(traded(events).length).toBeGreaterThan(10)
      expect(record.status!.time).toBeGreaterThanOrEqual(START + 115 * MINUTE)
      const check = await checkSession(workspace, record)
      expect(check.difference).toBeNull()
      expect(check.compared).toBeGreaterThan(20)
      expect(check.session.engine.equity).toBe(record.status!.equity)
    })
  })

  it('goes on after an interruption with the events that it would have had, but for entries that came too late', async () => {
    await world(async played => {
      const { workspace } = played
      await play(played, { sessionId: 'cut', until: START + 40 * MINUTE })
      const store = await workspace.sessions()
      expect((await store.find('cut'))!.record.state).toBe('running')
      await played.clock.sleep(20_000)
      await play(played, { sessionId: 'cut', until: START + 120 * MINUTE, resume: true })
      const cut = await eventsOf(workspace, 'cut')
      expect(cut.map(({ seq }) => seq)).toEqual(cut.map((_, k) => k))
      expect(cut.filter(({ type }) => type === 'session.resumed')).toHaveLength(1)
      const { record } = (await store.find('cut'))!
      expect((await checkSession(workspace, record)).difference).toBeNull()
      expect(record.status!.time).toBeGreaterThanOrEqual(START + 115 * MINUTE)
    })
  })

  it('enters nothing on candles that an outage has brought late', async () => {
    await world(async played => {
      const { workspace, venue } = played
      venue.fault = () =>
        venue.now > START + 20 * MINUTE && venue.now < START + 50 * MINUTE
          ? { status: 503, body: '' }
          : undefined
      await play(played, { sessionId: 'outage', until: START + 100 * MINUTE })
      const events = await eventsOf(workspace, 'outage')
      const kinds = new Set(events.map(({ type }) => type))
      expect(kinds).toContain('feed.stale')
      expect(kinds).toContain('entries.held')
      expect(kinds).toContain('candle.late')
      const late = events.filter(({ type }) => type === 'candle.late').length
      expect(late).toBeGreaterThan(20)
      const entries = events.filter(
        ({ type, time, payload }) =>
          type === 'trade.executed' &&
          (payload as { action: string }).action === 'entry' &&
          time > START + 21 * MINUTE &&
          time < START + 49 * MINUTE,
      )
      expect(entries).toEqual([])
      const store = await workspace.sessions()
      const { record } = (await store.find('outage'))!
      expect((await checkSession(workspace, record)).difference).toBeNull()
    })
  })

  it('stays paused by a person over a stop while its feed is away, and only by a person', async () => {
    await world(async played => {
      const { workspace, venue } = played
      const store = await workspace.sessions()
      const outage = (from: number, to: number) => {
        venue.fault = () =>
          venue.now > START + from * MINUTE && venue.now < START + to * MINUTE
            ? { status: 503, body: '' }
            : undefined
      }
      const statusOf = async (sessionId: string) => (await store.find(sessionId))!.record.status!
      outage(20, 50)
      await play(played, { sessionId: 'held', until: START + 40 * MINUTE })
      expect(await statusOf('held')).toMatchObject({ trading: 'reducing', isPaused: false })
      await played.clock.sleep(12 * MINUTE)
      await play(played, { sessionId: 'held', until: START + 80 * MINUTE, resume: true })
      expect(await statusOf('held')).toMatchObject({ trading: 'active', holds: [] })

      await played.clock.sleep(20_000)
      outage(100, 130)
      const pause = { sessionId: 'held', command: { name: 'pause' }, actor: 'ada', askedAt: START }
      await store.ask(pause)
      await play(played, { sessionId: 'held', until: START + 120 * MINUTE, resume: true })
      expect(await statusOf('held')).toMatchObject({ trading: 'reducing', isPaused: true })
      expect((await statusOf('held')).holds).toHaveLength(1)
      await played.clock.sleep(12 * MINUTE)
      await play(played, { sessionId: 'held', until: START + 160 * MINUTE, resume: true })
      expect(await statusOf('held')).toMatchObject({
        trading: 'reducing',
        isPaused: true,
        holds: [],
      })
      const { record } = (await store.find('held'))!
      expect((await checkSession(workspace, record)).difference).toBeNull()
    })
  })

  it('takes a command once, also where its process ends between the deed and the next word', async () => {
    await world(async played => {
      const store = await played.workspace.sessions()
      await play(played, { sessionId: 'once', until: START + 10 * MINUTE })
      await played.clock.sleep(20_000)
      const asked = { sessionId: 'once', actor: 'ada', askedAt: START }
      const id = await store.ask({ ...asked, command: { name: 'reduce', share: 0.5 } })
      const stop = new AbortController()
      const dying = feedSession(
        played.workspace,
        {
          sessionId: 'once',
          mode: 'paper',
          request: requestOne(played.request),
          feed: 'binance',
          watch: { sourceUrl: played.venue.address, rate: 0 },
          promotions: [],
          limitMs: null,
          stored: (await store.find('once'))!,
        },
        {
          http,
          clock: played.clock,
          signal: stop.signal,
          store: {
            ...store,
            commit: async (...commit) => {
              await store.commit(...commit)
              if (commit[3].events.some(({ type }) => type === 'command')) throw new Error('killed')
            },
            end: () => Promise.reject(new Error('killed')),
          },
          onCommit: () => undefined,
          commandPollMs: 10_000,
        },
      )
      await expect(dying).rejects.toThrow('killed')
      expect(await store.command(id)).toMatchObject({ outcome: 'done' })
      expect(await store.waiting('once')).toEqual([])
    })
  })

  it('does not go on by another source than it began with', async () => {
    await world(async played => {
      const { workspace } = played
      const store = await workspace.sessions()
      await play(played, { sessionId: 'source', until: START + 2 * MINUTE })
      const { record } = (await store.find('source'))!
      const manifest = record.manifest as { strategies: object[] }
      const strategies = manifest.strategies.map(one => ({ ...one, source_hash: '0'.repeat(64) }))
      await store.create({ ...record, sessionId: 'edited', manifest: { ...manifest, strategies } })
      const world = { signal: AbortSignal.abort(), onLine: () => undefined }
      await expect(paper(workspace, { session: 'edited' }, world)).rejects.toMatchObject({
        code: 'NOT_PROMOTED',
      })
      expect((await store.find('edited'))!.record.fence).toBe(1)
    })
  })
})
