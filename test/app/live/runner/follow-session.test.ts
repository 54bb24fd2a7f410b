import { expect, it } from 'vitest'
import { followSession } from '../../../../src/app/live/runner/follow-session.js'
import type { WorkingBroker } from '../../../../src/app/live/runner/live-broker.js'
import { Session } from '../../../../src/core/engine/session.js'
import type { MarketEvent } from '../../../../src/core/ports/market/feed.js'
import { scripted, specOf } from '../../../run-spec.js'
import { MemorySessions } from '../../../live/memory-sessions.js'
import { VirtualClock } from '../../../live/virtual-clock.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const ID = 'abcdef0123456789'
/** As long as a runner may be silent before it is given up. */
const LEASE_MS = 15_000

it('shows that it lives while it recovers and while a stop waits for a swap, and ends where it was given up', async () => {
  const clock = new VirtualClock(START)
  const store = new MemorySessions()
  const done: string[] = []
  let isEnded = false
  const rivals: (number | null)[] = []
  /** What lasts longer than a lease; meanwhile somebody else wants the session. */
  const lasting = async (what: string): Promise<void> => {
    for (let k = 0; k < 6; k++) {
      await clock.sleep(10_000)
      rivals.push(await store.takeOver(ID, clock.now() - LEASE_MS, clock.now()))
    }
    done.push(what)
  }
  const broker: WorkingBroker = {
    submit: () => undefined,
    cancel: () => undefined,
    answers: () => [],
    recover: () => lasting('recovered'),
    settle: () => lasting('settled'),
    stop: () => Promise.resolve(void done.push('stopped')),
    inputs: async function* () {},
  }
  await store.create({
    sessionId: ID,
    mode: 'live',
    createdAt: START,
    symbols: ['TEST-USD'],
    timeframe: '1m',
    strategies: ['scripted'],
    feed: 'hand',
    promotionId: null,
    manifest: {},
  })
  const run = (): ReturnType<typeof followSession> => {
    const spec = specOf(scripted([]))
    const stop = new AbortController()
    const events: AsyncIterator<MarketEvent> = { next: () => new Promise(() => undefined) }
    return followSession(
      {
        session: new Session(spec, [{ timeframeMs: MINUTE, legs: spec.legs }], { venueRun: ID }),
        feeds: [{ of: 0, events }],
        tell: () => undefined,
      },
      {
        sessionId: ID,
        request: { strategies: [], timeframe: '1m' },
        limitMs: null,
        stored: null,
        fence: 1,
      },
      {
        store: isEnded ? deaf(store) : store,
        clock,
        signal: stop.signal,
        broker,
        onCommit: () => undefined,
        commandPollMs: 1000,
      },
    )
  }
  await store.ask({ sessionId: ID, command: { name: 'stop' }, actor: 'ada', askedAt: START })
  expect(await run()).toBe('stopped')
  expect(done).toEqual(['recovered', 'settled', 'stopped'])
  expect(rivals).toEqual(Array.from({ length: 12 }, () => null))
  const { record } = (await store.find(ID))!
  expect(record).toMatchObject({ state: 'stopped', reason: 'stopped by ada' })
  isEnded = true
  await expect(run()).rejects.toThrow(/stopped by ada/)
})

/** A store that somebody has ended the session on, and that says so to signs of life alone. */
function deaf(store: MemorySessions): MemorySessions {
  const own = Object.create(store) as MemorySessions
  own.commit = () => Promise.resolve()
  return own
}
