import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { feedSession } from '../../../../src/app/live/runner/feed-session.js'
import { checkSession } from '../../../../src/app/live/session/session-check.js'
import { verifyEvents } from '../../../../src/app/live/session/session-events.js'
import { withWorkspace } from '../../../../src/app/workspace/compose.js'
import type { EventRecord } from '../../../../src/core/ports/research/events.js'
import type { SessionRepository } from '../../../../src/core/ports/trading/sessions.js'
import { createHttpClient } from '../../../../src/data/sources/http/http-client.js'
import { createSessionRepository } from '../../../../src/data/store/sessions/session-repository.js'
import { pagesOf } from '../../../contracts/session-store.js'
import { StandIn, trueSeries } from '../../../data/sources/stand-in.js'
import { BINANCE } from '../../../data/sources/venue-shapes.js'
import { VirtualClock } from '../../../live/virtual-clock.js'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../../postgres-server.js'
import { QUIET } from '../../../quiet-output.js'
import { paperTerms, restlessRequest } from '../paper-terms.js'
import { ownHome } from '../../../own-home.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const [BROKEN, MENDED, END] = [15, 27, 70].map(minutes => START + minutes * MINUTE) as [
  number,
  number,
  number,
]
/** How long the server may take to answer, by the machine's own time. */
const ANSWER_MS = 400
const series = trueSeries({ since: START - 600 * MINUTE, count: 900, seed: 7 })

const why = whyNoPostgres()

describe.skipIf(why !== undefined)(
  `a session whose PostgreSQL is in trouble${why === undefined ? '' : ` (${why})`}`,
  () => {
    const { ask: http, close } = createHttpClient({})
    let postgres: PostgresServer
    let leave: () => void
    beforeAll(async () => {
      postgres = await startPostgres()
      leave = ownHome('database-away', postgres.url)
    }, 60_000)
    afterAll(async () => {
      await close()
      await postgres.stop()
      leave()
    })

    /** Trades from START to END, with trouble in between. */
    async function play(
      sessionId: string,
      trouble: { begin: () => unknown; end: () => unknown },
    ): Promise<void> {
      const venue = await new StandIn(BINANCE, series, START).start()
      const clock = new VirtualClock(START + 1000, now => (venue.now = now))
      const isOut = (): boolean => clock.now() >= BROKEN && clock.now() < MENDED
      const told: (string | null)[] = []
      try {
        await withWorkspace(QUIET, async workspace => {
          const database = await workspace.database()
          const store = counted(createSessionRepository(database.within(ANSWER_MS)))
          // Time does not pass while a server that is well is at work.
          clock.isBusy = () => store.underWay() > 0 && !isOut()
          const stop = new AbortController()
          const troubled = (async () => {
            while (clock.now() < BROKEN) await clock.sleep(1000)
            await trouble.begin()
            while (clock.now() < MENDED) await clock.sleep(1000)
            await trouble.end()
            while (clock.now() < END) await clock.sleep(1000)
            stop.abort()
          })()
          const request = await restlessRequest(workspace)
          await feedSession(workspace, paperTerms(sessionId, request, venue), {
            http,
            clock,
            signal: stop.signal,
            store: store.store,
            onCommit: () => undefined,
            onAway: reason => void told.push(reason),
            commandPollMs: 5_000,
          })
          await troubled
          expect(told.length).toBeGreaterThanOrEqual(2)
          expect(told.at(-1)).toBeNull()
          const { record } = (await store.store.find(sessionId))!
          expectPaused(await pagesOf(store.store.events(sessionId)))
          expect((await checkSession(workspace, record)).difference).toBeNull()
          const chain = await verifyEvents(workspace, { session: sessionId })
          expect(chain).toMatchObject({ brokenAt: null, events: record.lastEventSeq + 1 })
          expect(record.status!.time).toBeGreaterThanOrEqual(END - 2 * MINUTE)
        })
      } finally {
        await venue.stop()
      }
    }

    /** Nothing was entered while it lasted, and things are entered again afterwards. */
    function expectPaused(events: readonly EventRecord[]): void {
      const backs = events.filter(({ type }) => type === 'database.back')
      expect(backs.length).toBeGreaterThan(0)
      const since = (backs[0]!.payload as { since: number }).since
      expect(since).toBeGreaterThanOrEqual(BROKEN)
      expect(since).toBeLessThan(BROKEN + 3 * MINUTE)
      const back = backs.at(-1)!.time
      expect(back).toBeGreaterThanOrEqual(MENDED)
      expect(back).toBeLessThan(END - 20 * MINUTE)
      const entries = events
        .filter(
          ({ type, payload }) =>
            type === 'trade.executed' && (payload as { action: string }).action === 'entry',
        )
        .map(({ time }) => time)
      // What was decided before it was known may still fill, at the next open.
      expect(entries.filter(time => time > since + MINUTE && time < MENDED - MINUTE)).toEqual([])
      expect(entries.filter(time => time < since).length).toBeGreaterThan(0)
      expect(entries.filter(time => time > back).length).toBeGreaterThan(0)
      expect(events.some(({ type }) => type === 'candle.late')).toBe(true)
    }

    it('waits while it stands still, and goes on by itself', async () => {
      await play('frozen0000000000', {
        begin: () => postgres.freeze(),
        end: () => postgres.thaw(),
      })
    }, 120_000)

    it('waits while it is down, and goes on by itself', async () => {
      await play('down000000000000', { begin: () => postgres.end(), end: () => postgres.start() })
    }, 120_000)
  },
)

/** A store that knows how much is asked of it at a time. */
function counted(store: SessionRepository): {
  readonly store: SessionRepository
  readonly underWay: () => number
} {
  let count = 0
  const proxy = new Proxy(store, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target)
      if (key === 'inputs' || key === 'events' || typeof value !== 'function') return value
      const work = value.bind(target) as (...said: unknown[]) => Promise<unknown>
      return async (...said: unknown[]) => {
        count += 1
        try {
          return await work(...said)
        } finally {
          count -= 1
        }
      }
    },
  })
  return { store: proxy, underWay: () => count }
}
