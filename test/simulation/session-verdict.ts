import { expect } from 'vitest'
import { linkHash } from '../../src/backtest/run/record/event-log.js'
import type { EventRecord } from '../../src/core/ports/research/events.js'
import type { SessionInput } from '../../src/core/ports/trading/sessions.js'
import type { VenueFill } from '../../src/core/trading/venue/broker.js'
import { SOL_MINT } from '../../src/live/solana/programs.js'
import { verifyBooks } from '../live/swaps/invariants.js'
import type { Holdings } from './model-ledger.js'
import { SESSION_ID } from './session-life.js'
import type { SessionSimulation } from './session-simulation.js'
import { DOLLAR } from './simulated-tokens.js'

/** What must hold when all has settled. @throws where it does not */
export async function verifySession(world: SessionSimulation, before: Holdings): Promise<void> {
  const { store, journal, chain } = world
  const events: EventRecord[] = []
  const inputs: SessionInput[] = []
  for await (const page of store.events(SESSION_ID)) events.push(...page)
  for await (const page of store.inputs(SESSION_ID)) inputs.push(...page)
  verifyEvents(events)
  same(
    inputs.map(({ seq }) => seq),
    inputs.map((_, k) => k),
    'inputs have no hole',
  )
  const fills = inputs.flatMap(({ kind, payload }) =>
    kind === 'fill' ? [payload as VenueFill] : [],
  )
  const held = ({ lamports, tokens }: Holdings): Map<string, bigint> =>
    new Map(
      world.tokens.map(({ mint }) => [
        mint,
        mint === SOL_MINT ? lamports : (tokens.get(mint) ?? 0n),
      ]),
    )
  verifyBooks({
    journal: journal.all(),
    landed: [...chain.landed].map(([signature, landed]) => ({ ...landed, signature })),
    before: held(before),
    after: held(chain.holdings),
    markets: world.markets,
    fillsOf: order => fills.filter(fill => fill.order === order),
    isHalted: false,
  })
  verifyMoney(world, fills)
  const waiting = await store.waiting(SESSION_ID)
  same(waiting.length, 0, 'every command was taken')
}

function verifyEvents(events: readonly EventRecord[]): void {
  same(
    events.map(({ seq }) => seq),
    events.map((_, k) => k),
    'events have no hole',
  )
  let [link, since] = ['', 0]
  events.forEach(({ linkHash: said }, k) => {
    if (said === null) return
    const batch = events.slice(since, k + 1)
    link = linkHash(
      link,
      batch.map(event => ({ ...event, linkHash: null })),
    )
    same(said, link, 'events are chained')
    since = k + 1
  })
  same(since, events.length, 'the last event is chained')
}

/** What the session holds is what its fills moved: base to the unit, quote as far as floats allow. */
function verifyMoney(
  { store, journal, spec, markets }: SessionSimulation,
  told: readonly VenueFill[],
): void {
  const { status } = store.standing!
  let quote = 0n
  for (const { symbol, base } of markets) {
    let held = 0n
    for (const { intent, fills } of journal.all()) {
      if (intent.symbol !== symbol) continue
      for (const { given, taken } of fills) {
        held += intent.side === 'buy' ? taken : 0n - given
        quote += intent.side === 'buy' ? 0n - given : taken
      }
    }
    const positions = status.positions.filter(position => position.symbol === symbol)
    const quantity = positions.reduce((sum, position) => sum + position.quantity, 0)
    const units = BigInt(Math.round(quantity * 10 ** base.decimals))
    same(units, held, `the position in ${symbol} is what was swapped`)
  }
  const value = status.positions.reduce((sum, one) => sum + one.quantity * one.price, 0)
  const costs = told.reduce((sum, { txCost }) => sum + txCost, 0)
  const cash = status.equity - value - spec.capital + costs
  expect(cash, 'the cash is what was swapped').toBeCloseTo(Number(quote) / 10 ** DOLLAR.decimals, 5)
}

function same<T>(found: T, wanted: T, what: string): void {
  expect(found, what).toEqual(wanted)
}
