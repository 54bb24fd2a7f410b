import { beforeEach, describe, expect, it } from 'vitest'
import { linkHash } from '../../../src/backtest/run/record/event-log.js'
import { Session } from '../../../src/core/engine/session.js'
import { AppError } from '../../../src/core/errors.js'
import type { Clock } from '../../../src/core/ports/clock.js'
import type { MarketEvent } from '../../../src/core/ports/market/feed.js'
import type { Approved } from '../../../src/core/risk/guard.js'
import type { Broker, VenueAnswer } from '../../../src/core/trading/venue/broker.js'
import type { VenueOrder } from '../../../src/core/trading/venue/venue-order.js'
import { PatientStore } from '../../../src/live/runner/patient-store.js'
import type { RunnerInput } from '../../../src/live/runner/runner-input.js'
import { Runner } from '../../../src/live/runner/runner.js'
import { pagesOf } from '../../contracts/session-store.js'
import { scripted, specOf } from '../../run-spec.js'
import { MemorySessions } from '../memory-sessions.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const ID = 'abcdef0123456789'

/** Time that passes when somebody sleeps, and then at once. */
class HandClock implements Clock {
  time = START
  now = (): number => this.time
  monotonic = (): number => this.time
  random = (): number => 0.5
  sleep = (ms: number): Promise<void> => {
    this.time += ms
    return Promise.resolve()
  }
}

/** A store that cannot be reached until a time; it may have done what it does not tell. */
class AwayStore extends MemorySessions {
  awayUntil = -Infinity
  isDeaf = false
  readonly clock: Clock

  constructor(clock: Clock) {
    super()
    this.clock = clock
  }

  override async commit(...said: Parameters<MemorySessions['commit']>): Promise<void> {
    const isAway = this.clock.now() < this.awayUntil
    if (!isAway || this.isDeaf) await super.commit(...said)
    if (isAway) throw new AppError('DATABASE_AWAY', 'nobody answers', { hint: 'start it' })
  }
}

/** A venue that fills what it is sent at once, at the reference. */
class InstantVenue implements Broker {
  readonly sent: Approved<VenueOrder>[] = []
  private known: VenueAnswer[] = []
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  submit(order: Approved<VenueOrder>): void {
    this.sent.push(order)
    const { id, size, reference: price } = order
    const fill = { order: id, size, price, fee: 0, txCost: 0, time: this.clock.now() }
    this.known.push({ kind: 'fill', ...fill })
  }

  cancel(): void {
    throw new Error('nothing is cancelled here')
  }

  answers(): readonly VenueAnswer[] {
    return this.known.splice(0)
  }
}

interface Played {
  readonly runner: Runner
  readonly venue: InstantVenue
}

describe('a runner whose store is away', () => {
  let clock: HandClock
  let store: AwayStore
  let told: (string | null)[]
  let patient: PatientStore
  let stop: AbortController
  beforeEach(() => {
    clock = new HandClock()
    store = new AwayStore(clock)
    told = []
    stop = new AbortController()
    const onAway = (reason: string | null): void => void told.push(reason)
    patient = new PatientStore(store, { clock, signal: stop.signal, onAway })
  })

  /** A session that follows a script from candle to candle. */
  async function begin(script: readonly (number | null)[]): Promise<Played> {
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
    const spec = specOf(scripted(script), { keepOpen: true, risk: { stopLoss: 0.02 } })
    const session = new Session(spec, [{ timeframeMs: MINUTE, legs: spec.legs }], { venueRun: ID })
    const venue = new InstantVenue(clock)
    const place = { nextEvent: 0, nextInput: 0, link: '' }
    const runner = new Runner(
      {
        sessionId: ID,
        fence: 1,
        place,
        commitEveryMs: 0,
        keepsCandles: true,
        waitMs: Infinity,
        lateMs: MINUTE,
        feeds: 1,
        isPaused: false,
      },
      {
        session,
        store: patient,
        clock,
        linkHash,
        broker: venue,
        guarded: work => work(),
        onCommit: () => undefined,
      },
    )
    return { runner, venue }
  }

  /** The candle that is open now, a second after it closes; or that of a minute which came then. */
  function close(price: number, minute?: number): RunnerInput {
    const time =
      minute === undefined ? Math.floor(clock.time / MINUTE) * MINUTE : START + minute * MINUTE
    const at = time + MINUTE + 1000
    if (minute === undefined) clock.time = at
    const [text, of] = [String(price), 0]
    const candle = { time, open: text, high: text, low: text, close: text, volume: '1' }
    return { kind: 'feed', of, at, event: { kind: 'candle', candle } as unknown as MarketEvent }
  }

  const beat = (): RunnerInput => ({ kind: 'beat', at: clock.now() })
  const events = () => pagesOf(store.events(ID))

  it('waits, stores what it had decided once, and enters nothing upon what has become old', async () => {
    const { runner, venue } = await begin([1, null, 1])
    store.awayUntil = clock.now() + 6 * MINUTE
    store.isDeaf = true
    await runner.take([close(100)])
    expect(clock.now()).toBeGreaterThanOrEqual(store.awayUntil)
    expect(told).toEqual(['nobody answers', null])
    expect(patient.absences()).toMatchObject([{ reason: 'nobody answers' }])
    expect(venue.sent).toEqual([])
    const { record } = (await store.find(ID))!
    expect(record.status).toMatchObject({ orders: [], positions: [] })
    const kept = await pagesOf(store.inputs(ID))
    expect(kept.map(({ kind }) => kind)).toEqual(['candle', 'outcome'])
    expect(kept[1]!.payload).toMatchObject({ state: 'cancelled' })
    const numbers = (await events()).map(({ seq }) => seq)
    expect(numbers).toEqual(numbers.map((_, k) => k))
    await runner.take([close(100)])
    await runner.take([close(100)])
    expect(
      venue.sent.map(({ side }) => side),
      'it goes on by itself',
    ).toEqual(['buy'])
  })

  it('enters upon what was stored within its time', async () => {
    const { runner, venue } = await begin([1])
    store.awayUntil = clock.now() + MINUTE + 30_000
    await runner.take([close(100)])
    expect(told).toHaveLength(2)
    expect(venue.sent).toHaveLength(1)
  })

  it('leaves what is held, however long that took', async () => {
    const { runner, venue } = await begin([1, null, null])
    await runner.take([close(100)])
    await runner.take([beat()])
    store.awayUntil = clock.now() + 10 * MINUTE
    await runner.take([close(90)])
    expect(venue.sent.map(({ side, reason }) => `${side} ${reason}`)).toEqual([
      'buy signal',
      'sell stop_loss',
    ])
    await runner.take([beat()])
    expect((await store.find(ID))!.record.status!.positions).toEqual([])
  })

  it('takes a candle that has waited meanwhile as late, and a quote not at all', async () => {
    const { runner, venue } = await begin([null, 1, 1])
    store.awayUntil = clock.now() + 5 * MINUTE
    await runner.take([close(100)])
    const at = START + 2 * MINUTE
    const quote = { kind: 'quote', bid: 1, ask: 2, time: at } as unknown as MarketEvent
    await runner.take([{ kind: 'feed', of: 0, at, event: quote }])
    expect((await pagesOf(store.inputs(ID))).map(({ kind }) => kind)).toEqual(['candle'])
    await runner.take([close(100, 1)])
    expect(venue.sent).toEqual([])
  })

  it('ends by the name of what took it over while it waited', async () => {
    const { runner, venue } = await begin([1])
    store.awayUntil = clock.now() + 5 * MINUTE
    const { sleep } = clock
    clock.sleep = async ms => {
      await sleep(ms)
      if (clock.now() < START + 2 * MINUTE || clock.now() > START + 2 * MINUTE + 1000) return
      await store.takeOver(ID, clock.now() - 15_000, clock.now())
    }
    await expect(runner.take([close(100)])).rejects.toMatchObject({
      code: 'SESSION_TAKEN',
      message: expect.stringMatching(/taken over by another process.*runner 2/) as unknown,
    })
    expect(venue.sent).toEqual([])
    expect(await events()).toEqual([])
  })

  it('gives up waiting where its process is to end, and leaves the session as it stood', async () => {
    const { runner, venue } = await begin([1])
    store.awayUntil = Infinity
    const { sleep } = clock
    clock.sleep = async ms => {
      await sleep(ms)
      if (clock.now() > START + 3 * MINUTE) stop.abort()
    }
    await expect(runner.take([close(100)])).rejects.toMatchObject({ code: 'DATABASE_AWAY' })
    expect(venue.sent).toEqual([])
    expect((await store.find(ID))!.inputSeq).toBe(-1)
  })

  it('answers a stop when it has ended, and sends nothing after it', async () => {
    const { runner, venue } = await begin([1])
    const id = await store.ask({
      sessionId: ID,
      command: { name: 'stop' },
      actor: 'ada',
      askedAt: START,
    })
    const [command] = await store.waiting(ID)
    await runner.take([close(100), { kind: 'command', at: clock.now(), command: command! }])
    expect(runner.stopReason).toBe('stopped by ada')
    expect(venue.sent).toEqual([])
    expect((await store.command(id))!.outcome).toBeNull()
    await runner.close()
    expect((await store.command(id))!.outcome).toBe('done')
    expect((await store.find(ID))!.record.status!.orders).toEqual([])
  })
})
