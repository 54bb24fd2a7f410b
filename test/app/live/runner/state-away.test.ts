import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { feedSession } from '../../../../src/app/live/runner/feed-session.js'
import { checkSession } from '../../../../src/app/live/session/session-check.js'
import { surroundingsOf } from '../../../../src/app/live/runner/session-surroundings.js'
import {
  readSettings,
  settingsOfRun,
  writeSettings,
} from '../../../../src/app/live/settings/symbol-settings.js'
import { withWorkspace, type Workspace } from '../../../../src/app/workspace/compose.js'
import { connectRedis } from '../../../../src/app/workspace/redis.js'
import { describeStrategies } from '../../../../src/backtest/run/record/manifest.js'
import type { RunRequest } from '../../../../src/backtest/run/record/run-request.js'
import type { EventRecord } from '../../../../src/core/ports/research/events.js'
import type { StateStore } from '../../../../src/core/ports/trading/state.js'
import { createHttpClient } from '../../../../src/data/sources/http/http-client.js'
import { createRedisState } from '../../../../src/live/state/redis-state.js'
import {
  positionState,
  readValue,
  stateKeys,
  strategyState,
} from '../../../../src/live/state/state-values.js'
import { pagesOf } from '../../../contracts/session-store.js'
import { StandIn, trueSeries } from '../../../data/sources/stand-in.js'
import { BINANCE } from '../../../data/sources/venue-shapes.js'
import { startRedis, whyNoRedis, type RedisServer } from '../../../distributed/redis-server.js'
import { startProxy, type TcpProxy } from '../../../distributed/tcp-proxy.js'
import { Outstanding } from '../../../live/outstanding.js'
import { VirtualClock } from '../../../live/virtual-clock.js'
import { QUIET } from '../../../quiet-output.js'
import { paperTerms, restlessRequest } from '../paper-terms.js'
import { ownHome } from '../../../own-home.js'

const MINUTE = 60_000
const SYMBOL = 'SOL-USDC'
const START = Date.UTC(2026, 2, 2, 12)
const [BROKEN, MENDED, END] = [20, 40, 80].map(minutes => START + minutes * MINUTE) as [
  number,
  number,
  number,
]
/** How long an answer of Redis may take, by the machine's time: short, for in trouble it is waited for in vain. */
const ANSWER_MS = 50
const series = trueSeries({ since: START - 600 * MINUTE, count: 700, seed: 7 })

/** A paper session on a promotion, its shared state in a Redis behind a proxy. */
interface Played {
  readonly workspace: Workspace
  readonly state: StateStore
  readonly redis: RedisServer
  readonly proxy: TcpProxy
  /** What an operator asks Redis itself. */
  readonly order: (...command: string[]) => Promise<unknown>
}

/** What goes wrong with Redis. */
interface Trouble {
  readonly begin: (played: Played) => unknown
  /** Whether all is well again when it has begun. */
  readonly isOver?: boolean
  readonly end: (played: Played) => unknown
}

/** Who is asked again until it answers: where nothing is wrong, an answer may be slow. */
function patient(state: StateStore, isTroubled: () => boolean): StateStore {
  const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (isTroubled()) throw error
      }
    }
  }
  return {
    ...state,
    read: key => answered(() => state.read(key)),
    write: (key, text, expected) => answered(() => state.write(key, text, expected)),
  }
}

const why = whyNoRedis()

describe.skipIf(why !== undefined)(
  `a session on a promotion whose Redis is in trouble${why === undefined ? '' : ` (${why})`}`,
  () => {
    const { ask: http, close } = createHttpClient({})
    let leave: () => void
    beforeAll(() => void (leave = ownHome('away')))
    afterAll(async () => {
      await close()
      leave()
    })

    /** Trades from START to END, with trouble in between; then `judge` looks at it while Redis is well. */
    async function play(
      sessionId: string,
      trouble: Trouble,
      judge: (played: Played, events: readonly EventRecord[]) => Promise<void>,
    ): Promise<void> {
      const redis = await startRedis()
      const proxy = await startProxy(redis.port)
      const venue = await new StandIn(BINANCE, series, START).start()
      const clock = new VirtualClock(START + 1000, now => (venue.now = now))
      const outstanding = new Outstanding()
      clock.isBusy = outstanding.isBusy
      let isTroubled = false
      const [client, operator] = await Promise.all([
        connectRedis(`redis://127.0.0.1:${proxy.port}`, () => undefined, { answerMs: ANSWER_MS }),
        connectRedis(redis.url, () => undefined),
      ])
      const state = outstanding.of(patient(createRedisState(client, 'proxy'), () => isTroubled))
      try {
        await withWorkspace(QUIET, async workspace => {
          const request = await restlessRequest(workspace)
          const order = (name: string, ...rest: string[]) => operator.call(name, ...rest)
          const played = { workspace, state, redis, proxy, order }
          const author = { at: START, by: 'test', promotionId: sessionId }
          const settings = settingsOfRun({ strategies: describeStrategies(request) }, author)
          await writeSettings(state, SYMBOL, settings)
          const over = new AbortController()
          const until = (time: number): Promise<void> => clock.sleep(time - clock.now())
          const troubled = async (): Promise<void> => {
            await until(BROKEN)
            isTroubled = true
            await outstanding.during(() => trouble.begin(played))
            isTroubled = !trouble.isOver
            await until(MENDED)
            await outstanding.during(() => trouble.end(played))
            isTroubled = false
            await until(END)
            over.abort()
          }
          let ending: Promise<void> | undefined
          await trade({
            workspace,
            request,
            state,
            venue,
            clock,
            outstanding,
            sessionId,
            signal: over.signal,
            onStart: () => (ending ??= troubled()),
          })
          await ending
          const store = await workspace.sessions()
          await judge(played, await pagesOf(store.events(sessionId)))
          const { record } = (await store.find(sessionId))!
          expect((await checkSession(workspace, record)).difference).toBeNull()
          expect(record.status!.time).toBeGreaterThanOrEqual(END - 2 * MINUTE)
        })
      } finally {
        proxy.mend()
        await state.close()
        operator.disconnect()
        await venue.stop()
        await proxy.stop()
        await redis.stop()
      }
    }

    async function trade(one: {
      readonly workspace: Workspace
      readonly request: RunRequest
      readonly state: StateStore
      readonly venue: StandIn
      readonly clock: VirtualClock
      readonly outstanding: Outstanding
      readonly sessionId: string
      readonly signal: AbortSignal
      readonly onStart: () => unknown
    }): Promise<void> {
      const { workspace, request, state, venue, clock, outstanding, sessionId, signal, onStart } =
        one
      const store = outstanding.of(await workspace.sessions())
      const terms = paperTerms(sessionId, request, venue)
      const around = await surroundingsOf(
        workspace,
        state,
        {
          ...terms,
          promotions: [{ promotionId: sessionId, symbol: 'SOL-USDC', strategies: [] }],
        },
        { clock, signal, settingsPollMs: MINUTE },
      )
      await feedSession(workspace, terms, {
        http: outstanding.of(http),
        clock,
        signal,
        store,
        others: around.others,
        onCommit: commit => {
          around.onCommit(commit)
          onStart()
        },
        commandPollMs: MINUTE,
      })
    }

    const entries = (events: readonly EventRecord[], since: number, until: number) =>
      events.filter(
        ({ type, time, payload }) =>
          type === 'trade.executed' &&
          (payload as { action: string }).action === 'entry' &&
          time >= since &&
          time < until,
      )

    /** Entries were held while it lasted, and free again afterwards, by themselves. */
    async function expectHeld({ state }: Played, events: readonly EventRecord[]): Promise<void> {
      const ofState = events.filter(
        ({ type, payload }) =>
          (type === 'entries.held' || type === 'entries.free') &&
          (payload as { name: string }).name === 'state',
      )
      const kinds = ofState.map(({ type }) => type)
      expect(kinds.length).toBeGreaterThanOrEqual(2)
      expect(kinds).toEqual(kinds.map((_, k) => (k % 2 === 0 ? 'entries.held' : 'entries.free')))
      expect(kinds.at(-1)).toBe('entries.free')
      const [held, free] = [ofState[0]!.time, ofState.at(-1)!.time]
      expect(held).toBeGreaterThanOrEqual(BROKEN)
      expect(held).toBeLessThanOrEqual(BROKEN + 2 * MINUTE)
      expect(free).toBeGreaterThanOrEqual(MENDED)
      expect(free).toBeLessThanOrEqual(MENDED + 3 * MINUTE)
      // What was decided before it was known may still fill, at the next open.
      expect(entries(events, held + MINUTE, free)).toEqual([])
      expect(entries(events, 0, held).length).toBeGreaterThan(0)
      expect(entries(events, free, Infinity).length).toBeGreaterThan(0)
      await expectShown(state, events)
    }

    /** The store shows how the session stands now. */
    async function expectShown(state: StateStore, events: readonly EventRecord[]): Promise<void> {
      const shown = async () => {
        const text = await state.read(stateKeys.strategy(SYMBOL))
        const read = readValue(strategyState, text!)
        return read.kind === 'value' ? read.value.sessions[0]?.last_event_seq : read.reason
      }
      await expect.poll(shown).toBe(events.at(-1)!.seq)
      const positions = readValue(positionState, (await state.read(stateKeys.position(SYMBOL)))!)
      expect(positions.kind).toBe('value')
      expect(await readSettings(state, SYMBOL)).not.toBeNull()
    }

    it('enters nothing while it is away, and goes on by itself', async () => {
      await play(
        'away000000000000',
        { begin: ({ proxy }) => proxy.cut(), end: ({ proxy }) => proxy.mend() },
        expectHeld,
      )
    }, 120_000)

    it('enters nothing while it does not answer, and goes on by itself', async () => {
      await play(
        'slow000000000000',
        { begin: ({ proxy }) => proxy.stall(), end: ({ proxy }) => proxy.mend() },
        expectHeld,
      )
    }, 120_000)

    it('enters nothing while it takes no writes, and goes on by itself', async () => {
      await play(
        'readonly00000000',
        {
          begin: ({ order }) => order('replicaof', '127.0.0.1', '1'),
          end: ({ order }) => order('replicaof', 'no', 'one'),
        },
        expectHeld,
      )
    }, 120_000)

    it('gives one that was emptied settings and standing again', async () => {
      await play(
        'empty00000000000',
        { begin: ({ redis }) => redis.restart(), isOver: true, end: () => undefined },
        async ({ state }, events) => {
          const restored = events.filter(({ type }) => type === 'settings.restored')
          expect(restored).toHaveLength(1)
          expect(restored[0]!.time).toBeLessThanOrEqual(BROKEN + 2 * MINUTE)
          expect(events.some(({ type }) => type === 'settings.changed')).toBe(false)
          expect(events.some(({ type }) => type === 'settings.refused')).toBe(false)
          expect((await readSettings(state, SYMBOL))!.strategy.updated_by).toBe('test')
          expect(entries(events, restored[0]!.time, Infinity).length).toBeGreaterThan(0)
          await expectShown(state, events)
        },
      )
    }, 120_000)

    it('takes an edit that came while nobody could read it', async () => {
      await play(
        'edited0000000000',
        {
          begin: ({ proxy }) => proxy.stall(),
          end: async ({ proxy, order }) => {
            const key = stateKeys.riskSettings(SYMBOL)
            const risk = JSON.parse(String(await order('get', key))) as object
            await order('set', key, JSON.stringify({ ...risk, stop_loss: 0.07 }))
            proxy.mend()
          },
        },
        async (played, events) => {
          const changed = events.filter(({ type }) => type === 'settings.changed')
          expect(changed).toHaveLength(1)
          expect(JSON.stringify(changed[0]!.payload)).toContain('"stop_loss":0.07')
          await expectHeld(played, events)
        },
      )
    }, 120_000)
  },
)
