import { soldUnits, tokensOf, type TokenPair } from '../../core/account/money.js'
import type { JournalledIntent } from '../../core/ports/trading/journal.js'
import type { SessionRecord, SessionRepository } from '../../core/ports/trading/sessions.js'
import type { VenueFill } from '../../core/trading/venue/broker.js'
import type { Difference } from './difference.js'

/** Both tokens of a market, by its name. */
export type Pairs = ReadonlyMap<string, TokenPair & { readonly baseMint: string }>

/** A quotient and its product may differ in the last place of a double. */
const ROUNDING = 1e-12

/** Compares what a session has heard of fills with the journal. */
export async function compareSession(
  store: SessionRepository,
  { sessionId, state }: SessionRecord,
  intents: readonly JournalledIntent[],
  pairs: Pairs,
): Promise<readonly Difference[]> {
  const heard = await fillsHeard(store, sessionId)
  const differences: Difference[] = []
  for (const known of intents) {
    const { order } = known.intent
    const said = heard.get(order)
    heard.delete(order)
    const difference = compareOrder(known, said, pairs)
    if (difference === null) continue
    const goesOn =
      state === 'running' ? `; it hears of it at: assay live --session ${sessionId}` : ''
    differences.push({
      ...difference,
      explanation: `${difference.explanation}${difference.kind === 'unheard' ? goesOn : ''}`,
    })
  }
  for (const [order, { size, price }] of heard) {
    differences.push({
      kind: 'unjournalled',
      session: sessionId,
      order,
      signature: null,
      expected: `${size} at ${price}`,
      found: 'no such order',
      explanation: 'the session has booked a fill that the journal does not hold',
    })
  }
  return differences
}

async function fillsHeard(
  store: SessionRepository,
  sessionId: string,
): Promise<Map<string, VenueFill>> {
  const heard = new Map<string, VenueFill>()
  for await (const page of store.inputs(sessionId)) {
    for (const { kind, payload } of page) {
      if (kind === 'fill') heard.set((payload as VenueFill).order, payload as VenueFill)
    }
  }
  return heard
}

function compareOrder(
  { intent, fills }: JournalledIntent,
  said: VenueFill | undefined,
  pairs: Pairs,
): Difference | null {
  const { order, session, symbol, side } = intent
  const [fill] = fills
  const about = { session, order, signature: fill?.signature ?? null }
  if (fill === undefined) {
    if (said === undefined) return null
    return {
      ...about,
      kind: 'unjournalled',
      expected: `${said.size} at ${said.price}`,
      found: 'no fill',
      explanation: 'the session has booked a fill that the journal does not hold',
    }
  }
  const pair = pairs.get(symbol)!
  const [bought, paid] = side === 'buy' ? [fill.taken, fill.given] : [fill.given, fill.taken]
  const [size, value] = [tokensOf(bought, pair.base), tokensOf(paid, pair.quote)]
  const found = `${size} ${pair.base.symbol} for ${value} ${pair.quote.symbol}`
  if (said === undefined) {
    return {
      ...about,
      kind: 'unheard',
      expected: 'no fill',
      found,
      explanation: 'the session has not heard of this fill',
    }
  }
  const booked = said.size * said.price
  if (said.size === size && Math.abs(booked - value) <= ROUNDING * value) return null
  return {
    ...about,
    kind: 'booked',
    expected: `${said.size} ${pair.base.symbol} for ${booked} ${pair.quote.symbol}`,
    found,
    explanation: 'the session has booked other amounts than the journal holds',
  }
}

/** What sessions that go on hold of each base token, units by mint, beside what the wallet has. */
export function compareHoldings(
  sessions: readonly SessionRecord[],
  pairs: Pairs,
  balances: ReadonlyMap<string, bigint>,
): readonly Difference[] {
  const held = new Map<string, { units: bigint; symbol: string; sessions: Set<string> }>()
  for (const { sessionId, state, status } of sessions) {
    if (state !== 'running') continue
    for (const { symbol, quantity } of status?.positions ?? []) {
      const pair = pairs.get(symbol)
      if (pair === undefined || quantity <= 0) continue
      const known = held.get(pair.baseMint)
      const all = known ?? { units: 0n, symbol: pair.base.symbol, sessions: new Set<string>() }
      all.units += soldUnits(quantity, pair.base)
      all.sessions.add(sessionId)
      held.set(pair.baseMint, all)
    }
  }
  return [...held].flatMap(([mint, { units, symbol, sessions: of }]) => {
    const has = balances.get(mint) ?? 0n
    if (has >= units) return []
    const [only] = of.size === 1 ? [...of] : []
    return [
      {
        kind: 'holding' as const,
        session: only ?? null,
        order: null,
        signature: null,
        expected: `${units} units of ${symbol}`,
        found: `${has} units`,
        explanation: `sessions hold more ${symbol} than the wallet has: something left it that no session sold`,
      },
    ]
  })
}
