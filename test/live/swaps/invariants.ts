import { expect } from 'vitest'
import type { JournalledIntent } from '../../../src/core/ports/trading/journal.js'
import type { VenueFill } from '../../../src/core/trading/venue/broker.js'
import type { SwapMarket } from '../../../src/live/broker/swap-market.js'
import { SOL_MINT } from '../../../src/live/solana/programs.js'

/** What a world has come to. */
export interface Books {
  readonly journal: readonly JournalledIntent[]
  /** What got into a block. */
  readonly landed: readonly { readonly signature: string; readonly error: unknown }[]
  /** What the wallet held, by mint, before and after. */
  readonly before: ReadonlyMap<string, bigint>
  readonly after: ReadonlyMap<string, bigint>
  readonly markets: readonly SwapMarket[]
  readonly fillsOf: (order: string) => readonly VenueFill[]
  /** Whether trading has ended because the chain took something back. */
  readonly isHalted: boolean
}

/** What must hold after everything: no order twice, none lost, the journal is what the chain says. */
export function verifyBooks(books: Books): void {
  verifyOrders(books)
  verifyBalances(books)
  verifyAnswers(books)
}

function verifyOrders({ journal, landed, fillsOf, isHalted }: Books): void {
  const signatures = (found: readonly { signature: string }[]): string[] =>
    found.map(({ signature }) => signature).sort((a, b) => (a < b ? -1 : 1))
  const fills = journal.flatMap(intent => intent.fills)
  const good = landed.filter(({ error }) => error === null)
  expect(signatures(fills), 'fills are what landed').toEqual(signatures(good))
  for (const { intent, attempts, fills: booked, state } of journal) {
    const { order } = intent
    expect(state, `${order} has ended`).not.toBe('open')
    expect(booked.length, `${order} filled once at most`).toBeLessThanOrEqual(1)
    const open = attempts.filter(attempt => /prepared|sent/.test(attempt.state))
    expect(open, `${order} has nothing open`).toEqual([])
    if (isHalted) continue
    expect(fillsOf(order).length, 'the session heard of it').toBe(booked.length)
  }
}

/** What left and came into the wallet is what the journal holds, with fees and rent apart. */
function verifyBalances({ journal, before, after }: Books): void {
  const change = new Map([...before.keys()].map(mint => [mint, 0n]))
  const add = (mint: string, units: bigint): unknown => change.set(mint, change.get(mint)! + units)
  for (const { intent, fills, attempts } of journal) {
    for (const { given, taken, fee, rent } of fills) {
      add(intent.givesMint, 0n - given)
      add(intent.takesMint, taken)
      add(SOL_MINT, 0n - fee - rent)
    }
    for (const { burnt } of attempts) add(SOL_MINT, 0n - burnt)
  }
  for (const [mint, units] of after) {
    const moved = units - before.get(mint)!
    expect(moved, `the journal is the chain for ${mint}`).toBe(change.get(mint))
  }
}

/** What the session heard is what the journal holds, in tokens. */
function verifyAnswers({ journal, markets, fillsOf }: Books): void {
  for (const { intent, fills } of journal) {
    const [told] = fillsOf(intent.order)
    const [booked] = fills
    if (told === undefined || booked === undefined) continue
    const { base } = markets.find(({ symbol }) => symbol === intent.symbol)!
    const units = intent.side === 'buy' ? booked.taken : booked.given
    expect(told.size).toBeCloseTo(Number(units) / 10 ** base.decimals, 9)
    // Where no SOL is traded its price may not be known.
    if (base.mint === SOL_MINT) expect(told.txCost, 'fees are told').toBeGreaterThan(0)
  }
}
