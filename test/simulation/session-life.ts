import type { SessionWiring } from '../../src/core/engine/live/session-wiring.js'
import type { Session } from '../../src/core/engine/session.js'
import type { Snapshot } from '../../src/core/engine/snapshot.js'
import type { RunSpec } from '../../src/core/engine/spec.js'
import type { SessionRepository, StoredSession } from '../../src/core/ports/trading/sessions.js'
import type { OpenedSession } from '../../src/app/live/runner/session-opening.js'
import type { WorkingBroker } from '../../src/app/live/runner/live-broker.js'
import type { RunnerInput } from '../../src/live/runner/runner-input.js'
import { candleOf } from '../../src/live/feed/fed-candle.js'
import { SWAP_POLICY } from '../../src/live/swaps/swap-policy.js'
import { contentsOf } from './model-transaction.js'
import { simFeed } from './session-feed.js'
import { MINUTE } from './session-market.js'
import type { SessionSimulation } from './session-simulation.js'
import { DOLLAR, SOL, SOL_MARKET, simulatedSigner } from './simulated-tokens.js'
import type { SimProcess } from './sim-process.js'

export const SESSION_ID = 'abcdef0123456789'
const WIRING: SessionWiring = { venueRun: SESSION_ID }

/** What a process does with a session until it ends: as the command does it, from the store alone. */
export async function runLife(
  world: SessionSimulation,
  process: SimProcess,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const store = process.tether<SessionRepository>(world.store, 'store')
  const { fence, stored } = await world.system.takeSession(store, SESSION_ID, process.now())
  const isNew = stored.snapshot === null
  const opened = await openSession(world, process, { store, stored, signal })
  await world.system.followSession(
    opened,
    {
      sessionId: SESSION_ID,
      request: { strategies: [], timeframe: '1m' },
      limitMs: null,
      stored: isNew ? null : stored,
      fence,
    },
    {
      store,
      clock: process,
      signal,
      commandPollMs: 5_000,
      broker: watched(brokerOf(world, process), world, fence),
      others: [settingsOf(world, process, signal)],
      onCommit: () => undefined,
    },
  )
}

async function openSession(
  world: SessionSimulation,
  process: SimProcess,
  { store, stored, signal }: Opening,
): Promise<OpenedSession> {
  const { system, spec, market } = world
  const feed = (from: number) => {
    const terms = { from, source: world.source, market, quoteMs: world.quoteMs }
    const now = () => world.clock.now()
    return [{ of: 0, events: simFeed({ ...terms, now }, process, signal) }]
  }
  if (stored.snapshot === null) {
    const warm = candleOf(market.candle(market.start))
    return {
      session: new system.Session(spec, [{ timeframeMs: MINUTE, legs: spec.legs }], WIRING),
      feeds: feed(market.start + 5 * MINUTE),
      tell: runner => runner.warm(0, warm, process.now()),
    }
  }
  const seen = await system.seenCandles(store.inputs(SESSION_ID), MINUTE)
  const now = await settingsNow(store, spec)
  return {
    session: system.Session.restore(
      now,
      [{ timeframeMs: MINUTE, legs: now.legs }],
      stored.snapshot as Snapshot,
      seen!.markets,
      WIRING,
    ),
    feeds: feed(seen!.next(0)),
    tell: runner => runner.say({ type: 'session.resumed', time: process.now() }),
  }
}

interface Opening {
  readonly store: SessionRepository
  readonly stored: StoredSession
  readonly signal: AbortSignal
}

function brokerOf(world: SessionSimulation, process: SimProcess): WorkingBroker {
  const { system, rng, swapFaults } = world
  const broker = new system.JupiterBroker(SESSION_ID, [SOL_MARKET], {
    chain: process.tether(world.chain, 'chain'),
    venue: process.tether(world.venue, 'venue'),
    prices: process.tether(world.venue, 'prices'),
    signer: process.tether(simulatedSigner(rng, swapFaults), 'signer'),
    journal: process.tether(world.journal, 'journal'),
    clock: process,
    policy: SWAP_POLICY,
    tokens: new Map([SOL, DOLLAR].map(known => [known.mint, known])),
    read: bytes => Promise.resolve(contentsOf(bytes)),
    notice: () => undefined,
  })
  return new system.LiveBroker(broker)
}

/** The broker, each order looked at as it leaves. */
function watched(
  broker: WorkingBroker,
  { store }: SessionSimulation,
  fence: number,
): WorkingBroker {
  return {
    submit: order => {
      store.submitted(fence, order)
      broker.submit(order)
    },
    cancel: order => broker.cancel(order),
    answers: () => broker.answers(),
    recover: live => broker.recover(live),
    inputs: (clock, signal) => broker.inputs(clock, signal),
    settle: () => broker.settle(),
    stop: () => broker.stop(),
  }
}

/** Edits of the settings, as the session is told of them. */
async function* settingsOf(
  { spec, edits, system }: SessionSimulation,
  process: SimProcess,
  signal: AbortSignal,
): AsyncGenerator<readonly RunnerInput[]> {
  for (let known = edits.length; !signal.aborted; await process.sleep(7_000, signal)) {
    for (; known < edits.length; known++) {
      const stopLoss = edits[known]!
      const now = specWith(spec, stopLoss)
      const restart = (session: Session): Session =>
        system.Session.restore(
          now,
          [{ timeframeMs: MINUTE, legs: now.legs }],
          session.save(),
          session.history(),
          session.wiring,
        )
      const change = { restart, payload: { stopLoss }, event: { by: 'ada' } }
      yield [{ kind: 'settings', at: process.now(), change }]
    }
  }
}

/** The settings that hold, by what the session has kept. */
async function settingsNow(store: SessionRepository, spec: RunSpec): Promise<RunSpec> {
  let now = spec
  for await (const page of store.inputs(SESSION_ID)) {
    const last = page.findLast(({ kind }) => kind === 'settings')
    if (last !== undefined) now = specWith(spec, (last.payload as { stopLoss: number }).stopLoss)
  }
  return now
}

function specWith(spec: RunSpec, stopLoss: number): RunSpec {
  return { ...spec, legs: spec.legs.map(leg => ({ ...leg, risk: { ...leg.risk, stopLoss } })) }
}
