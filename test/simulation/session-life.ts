import type { SessionMarket as EngineMarket } from '../../src/core/engine/live/live-market.js'
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
import type { SessionSimulation, StopEdit } from './session-simulation.js'
import { simulatedSigner } from './simulated-tokens.js'
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
  const began = isNew ? world.spec : await settingsNow(store, world.spec)
  const opened = await openSession(world, process, { store, stored, began, signal })
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
      others: [settingsOf(world, process, { began, signal })],
      onCommit: () => undefined,
    },
  )
}

async function openSession(
  world: SessionSimulation,
  process: SimProcess,
  { store, stored, began: now, signal }: Opening,
): Promise<OpenedSession> {
  const { system, spec, places } = world
  const feeds = (from: (of: number) => number) =>
    places.map(({ source, prices }, of) => {
      const terms = { from: from(of), source, market: prices, quoteMs: world.quoteMs }
      const now = () => world.clock.now()
      return { of, events: simFeed({ ...terms, now }, process, signal) }
    })
  if (stored.snapshot === null) {
    return {
      session: new system.Session(spec, marketsOf(spec, world), WIRING),
      feeds: feeds(of => places[of]!.prices.start + 5 * MINUTE),
      tell: runner => {
        for (const [of, { prices }] of places.entries()) {
          runner.warm(of, candleOf(prices.candle(prices.start)), process.now())
        }
      },
    }
  }
  const seen = await system.seenCandles(store.inputs(SESSION_ID), MINUTE, places.length)
  return {
    session: system.Session.restore(
      now,
      marketsOf(now, world),
      stored.snapshot as Snapshot,
      seen!.markets,
      WIRING,
    ),
    feeds: feeds(seen!.next),
    tell: runner => runner.say({ type: 'session.resumed', time: process.now() }),
  }
}

interface Opening {
  readonly store: SessionRepository
  readonly stored: StoredSession
  /** The settings that hold as it begins. */
  readonly began: RunSpec
  readonly signal: AbortSignal
}

function brokerOf(world: SessionSimulation, process: SimProcess): WorkingBroker {
  const { system, rng, swapFaults } = world
  const broker = new system.JupiterBroker(SESSION_ID, world.markets, {
    chain: process.tether(world.chain, 'chain'),
    venue: process.tether(world.venue, 'venue'),
    prices: process.tether(world.venue, 'prices'),
    signer: process.tether(simulatedSigner(rng, swapFaults), 'signer'),
    journal: process.tether(world.journal, 'journal'),
    clock: process,
    policy: SWAP_POLICY,
    tokens: new Map(world.tokens.map(known => [known.mint, known])),
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

/** Edits of the settings of a market, as the session is told of them: each over those that hold. */
async function* settingsOf(
  world: SessionSimulation,
  process: SimProcess,
  { began, signal }: { readonly began: RunSpec; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  const { edits, system } = world
  const held = { spec: began }
  for (let known = edits.length; !signal.aborted; await process.sleep(7_000, signal)) {
    for (; known < edits.length; known++) {
      const edit = edits[known]!
      const restart = (session: Session): Session => {
        held.spec = specWith(held.spec, edit)
        return system.Session.restore(
          held.spec,
          marketsOf(held.spec, world),
          session.save(),
          session.history(),
          session.wiring,
        )
      }
      const change = { restart, payload: edit, event: { by: 'ada' } }
      yield [{ kind: 'settings', at: process.now(), change }]
    }
  }
}

/** The settings that hold, by what the session has kept. */
async function settingsNow(store: SessionRepository, spec: RunSpec): Promise<RunSpec> {
  let now = spec
  for await (const page of store.inputs(SESSION_ID)) {
    for (const { kind, payload } of page) {
      if (kind === 'settings') now = specWith(now, payload as StopEdit)
    }
  }
  return now
}

function specWith(spec: RunSpec, { symbol, stopLoss }: StopEdit): RunSpec {
  const legs = spec.legs.map(leg =>
    leg.market.symbol === symbol ? { ...leg, risk: { ...leg.risk, stopLoss } } : leg,
  )
  return { ...spec, legs }
}

/** The markets of a session, each with what trades on it. */
function marketsOf({ legs }: RunSpec, { markets }: SessionSimulation): readonly EngineMarket[] {
  return markets.map(({ symbol }) => ({
    timeframeMs: MINUTE,
    legs: legs.filter(({ market }) => market.symbol === symbol),
  }))
}
