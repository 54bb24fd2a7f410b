import { beforeEach, describe, expect, it } from 'vitest'
import { linkHash } from '../../../src/backtest/run/record/event-log.js'
import { Session } from '../../../src/core/engine/session.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import type { MarketEvent } from '../../../src/core/ports/market/feed.js'
import type { Millis } from '../../../src/core/candles/time.js'
import { seenCandles } from '../../../src/app/live/session/session-history.js'
import { Runner } from '../../../src/live/runner/runner.js'
import type { RunnerInput } from '../../../src/live/runner/runner-input.js'
import { pagesOf } from '../../contracts/session-store.js'
import { scripted, specOf } from '../../run-spec.js'
import { MemorySessions } from '../memory-sessions.js'
import { VirtualClock } from '../virtual-clock.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const ID = 'abcdef0123456789'
const SYMBOLS = ['A-USD', 'B-USD']
const [WAIT, LATE] = [20_000, MINUTE]

/** Each market is entered at every second candle that it is asked at, and left at those between. */
const SCRIPT = [1, 0, 1, 0, 1, 0, 1, 0]

describe('a session over two markets', () => {
  let store: MemorySessions
  let runner: Runner
  const places = SYMBOLS.map((symbol, m) => ({
    timeframeMs: MINUTE,
    legs: specOf(scripted(SCRIPT, `script_${m}`), { market: { symbol } }).legs,
  }))
  const { legs: _legs, ...spec } = specOf(scripted([]), { keepOpen: true })

  beforeEach(async () => {
    store = new MemorySessions()
    await store.create({
      sessionId: ID,
      mode: 'paper',
      createdAt: START,
      symbols: SYMBOLS,
      timeframe: '1m',
      strategies: ['script_0', 'script_1'],
      feed: 'hand',
      promotionId: null,
      manifest: {},
    })
    runner = runnerOf(new Session(spec, places), { nextEvent: 0, nextInput: 0, link: '' })
  })

  function runnerOf(
    session: Session,
    place: { nextEvent: number; nextInput: number; link: string },
  ) {
    return new Runner(
      {
        sessionId: ID,
        fence: 1,
        place,
        commitEveryMs: 0,
        keepsCandles: true,
        lateMs: LATE,
        waitMs: WAIT,
        feeds: 2,
        isPaused: false,
      },
      {
        session,
        store,
        clock: new VirtualClock(START),
        linkHash,
        broker: null,
        guarded: work => work(),
        onCommit: () => undefined,
      },
    )
  }

  const closeOf = (minute: number): Millis => START + (minute + 1) * MINUTE

  /** The candle of a minute, so long after its close. */
  function candle(of: number, minute: number, afterMs = 1000): RunnerInput {
    const price = '100'
    const row = { time: START + minute * MINUTE, open: price, high: price, low: price }
    const event = { kind: 'candle', candle: { ...row, close: price, volume: '1' } }
    return {
      kind: 'feed',
      of,
      at: closeOf(minute) + afterMs,
      event: event as unknown as MarketEvent,
    }
  }

  const said = (of: number, kind: 'stale' | 'fresh', at: Millis): RunnerInput => ({
    kind: 'feed',
    of,
    at,
    event: { kind, since: at, reason: 'nothing comes' } as MarketEvent,
  })
  const beat = (minute: number, afterMs: number): RunnerInput => ({
    kind: 'beat',
    at: closeOf(minute) + afterMs,
  })

  /** Fills, and what the runner says of candles: `A-USD entry 1` for a fill in minute 1. */
  async function told(): Promise<readonly string[]> {
    return (await pagesOf(store.events(ID))).flatMap(({ type, time, payload }) => {
      const of = payload as { symbol?: string; action?: string; market?: string; candle?: Millis }
      const minuteOf = (at: Millis): number => (at - START) / MINUTE
      if (type === 'trade.executed') return [`${of.symbol} ${of.action} ${minuteOf(time)}`]
      if (type === 'candle.awaited') return ['awaited']
      if (type === 'candle.missed') return [`missed ${of.market} ${minuteOf(of.candle!)}`]
      if (type === 'entries.held' || type === 'entries.free') return [type]
      return []
    })
  }

  it('takes each time once, whichever market tells first', async () => {
    await runner.take([candle(0, 0), candle(1, 0)])
    await runner.take([candle(1, 1)])
    expect(await told(), 'the first market is waited for').toEqual([])
    await runner.take([candle(0, 1, 15_000)])
    expect(await told()).toEqual(['A-USD entry 1', 'B-USD entry 1'])
  })

  it('waits so long for a market and goes on without it; its candle is seen late and decided upon no more', async () => {
    await runner.take([candle(0, 0), candle(1, 0), candle(0, 1)])
    await runner.take([beat(1, WAIT)])
    expect(await told(), 'it has waited since the candle came').toEqual([])
    await runner.take([beat(1, WAIT + 1000)])
    expect(await told()).toEqual(['awaited', 'A-USD entry 1'])
    await runner.take([candle(1, 1, 30_000)])
    expect(await told()).toEqual(['awaited', 'A-USD entry 1', 'missed 1 1'])
    await runner.take([candle(0, 2), candle(1, 2)])
    expect((await told()).slice(3), 'what was ordered there is old').toEqual(['A-USD exit 2'])
    for (const minute of [3, 4]) await runner.take([candle(0, minute), candle(1, minute)])
    expect((await told()).slice(4)).toEqual(['A-USD entry 3', 'A-USD exit 4', 'B-USD entry 4'])
    expect(runner.session.history()[1]!.length, 'indicators have seen every candle').toBe(5)
  })

  it('goes on the same from what it has kept, a candle that it went on without included', async () => {
    await runner.take([candle(0, 0), candle(1, 0), candle(0, 1), beat(1, WAIT + 1000)])
    await runner.take([candle(1, 1, 30_000), candle(0, 2)])
    const stored = (await store.find(ID))!
    const seen = (await seenCandles(store.inputs(ID), MINUTE, 2))!
    expect(seen.markets.map(({ length }) => length)).toEqual([3, 2])
    const saved = JSON.parse(JSON.stringify(stored.snapshot)) as Snapshot
    const session = Session.restore(spec, places, saved, seen.markets)
    const { record, inputSeq, link } = stored
    const place = { nextEvent: record.lastEventSeq + 1, nextInput: inputSeq + 1, link }
    runner = runnerOf(session, place)
    await runner.take([candle(1, 2)])
    for (const minute of [3, 4]) await runner.take([candle(0, minute), candle(1, minute)])
    expect((await told()).slice(3)).toEqual([
      'A-USD exit 2',
      'A-USD entry 3',
      'A-USD exit 4',
      'B-USD entry 4',
    ])
  })

  it('holds what trades on a market that is stale and waits for it no more; the other goes on', async () => {
    await runner.take([candle(0, 0), candle(1, 0), said(1, 'stale', closeOf(0) + 2000)])
    await runner.take([candle(0, 1), candle(0, 2)])
    expect(await told()).toEqual(['entries.held', 'A-USD entry 1', 'A-USD exit 2'])
    // It comes back with what was missed, which is old, and is waited for again.
    await runner.take([
      candle(1, 1, 90_000),
      candle(1, 2, 30_000),
      said(1, 'fresh', closeOf(2) + 31_000),
    ])
    await runner.take([candle(0, 3)])
    expect((await told()).slice(3)).toEqual(['missed 1 1', 'missed 1 2', 'entries.free'])
    for (const minute of [4, 5]) await runner.take([candle(1, minute - 1), candle(0, minute)])
    await runner.take([candle(1, 5)])
    expect((await told()).slice(6), 'both enter again').toEqual([
      'A-USD entry 3',
      'A-USD exit 4',
      'A-USD entry 5',
      'B-USD entry 5',
    ])
  })

  it('enters nothing upon what another market has kept waiting until it is old', async () => {
    await runner.take([candle(0, 0), candle(1, 0, LATE + 1000)])
    await runner.take([candle(0, 1), candle(1, 1)])
    expect(await told()).toEqual([])
  })
})
