import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baseUnits } from '../../src/core/account/money.js'
import type {
  SwapAttempt,
  SwapFill,
  SwapIntent,
  SwapJournal,
} from '../../src/core/ports/trading/journal.js'

/** A journal under test. */
export interface JournalSubject {
  readonly journal: SwapJournal
  readonly close: () => Promise<void>
}

let numbers = 0

/** An intent of an order, a session and a wallet that nothing else in the test has. */
function intentOf(change: Partial<SwapIntent> = {}): SwapIntent {
  numbers += 1
  return {
    order: `order-${numbers}`,
    session: `session-${numbers}`,
    wallet: `wallet-${numbers}`,
    symbol: 'SOL-USDC',
    side: 'sell',
    givesMint: 'sol',
    takesMint: 'usdc',
    amount: baseUnits(2n ** 63n + 1n),
    least: baseUnits(7n),
    slippageBps: 30,
    decidedAt: 1_800_000_000_123,
    ...change,
  }
}

function attemptOf(
  { order }: SwapIntent,
  number = 1,
  change: Partial<SwapAttempt> = {},
): SwapAttempt {
  return {
    order,
    number,
    state: 'prepared',
    signature: `${order}-${number}`,
    bytes: 'AQID',
    blockhash: 'hash',
    lastValidHeight: 279_000_150,
    quote: { outAmount: '12', routePlan: [] },
    amount: baseUnits(5n),
    least: baseUnits(6n),
    reason: null,
    burnt: baseUnits(0n),
    preparedAt: 1_800_000_000_456,
    ...change,
  }
}

const fillOf = ({ order, number, signature }: SwapAttempt): SwapFill => ({
  order,
  number,
  signature,
  given: baseUnits(5n),
  taken: baseUnits(2n ** 64n - 1n),
  fee: baseUnits(5000n),
  rent: -2_039_280n,
  slot: 300_000_007,
  time: 1_800_000_001_000,
})

/** What every journal of swaps must keep. */
export function swapJournalContract(name: string, make: () => Promise<JournalSubject>): void {
  describe(`${name} keeps the contract of the swap journal`, () => {
    let subject: JournalSubject
    let journal: SwapJournal
    beforeAll(async () => {
      subject = await make()
      journal = subject.journal
    })
    afterAll(() => subject.close())

    it('gives back what was written, to the unit and the millisecond', async () => {
      const intent = intentOf()
      await journal.open(intent)
      const attempt = attemptOf(intent)
      expect(await journal.prepare(attempt)).toBe(true)
      expect(await journal.find(intent.order)).toEqual({
        intent,
        state: 'open',
        reason: null,
        attempts: [attempt],
        fills: [],
      })
      expect(await journal.fill(fillOf(attempt))).toBe(true)
      await journal.end(intent.order, 'filled', attempt.signature)
      expect(await journal.find(intent.order)).toEqual({
        intent,
        state: 'filled',
        reason: attempt.signature,
        attempts: [{ ...attempt, state: 'confirmed' }],
        fills: [fillOf(attempt)],
      })
      expect(await journal.find('nothing')).toBeUndefined()
    })

    it('opens an order once, and refuses another by its name', async () => {
      const intent = intentOf()
      await journal.open(intent)
      await journal.open(intent)
      await expect(journal.open({ ...intent, amount: baseUnits(1n) })).rejects.toThrow('otherwise')
      // What another process wrote first of the same order stands.
      await journal.open({ ...intent, decidedAt: 0, least: baseUnits(1n) })
      expect((await journal.find(intent.order))!.intent).toEqual(intent)
    })

    it('lets no second attempt in while one is open, of an order or of a wallet', async () => {
      const intent = intentOf()
      const neighbour = intentOf({ wallet: intent.wallet })
      await journal.open(intent)
      await journal.open(neighbour)
      expect(await journal.prepare(attemptOf(intent))).toBe(true)
      expect(await journal.prepare(attemptOf(intent, 2))).toBe(false)
      expect(await journal.prepare(attemptOf(neighbour))).toBe(false)
      await journal.move(attemptOf(intent), 'prepared', 'sent')
      expect(await journal.prepare(attemptOf(intent, 2))).toBe(false)
      await journal.move(attemptOf(intent), 'sent', 'expired', 'height')
      expect(await journal.prepare(attemptOf(intent, 1, { signature: 'x' }))).toBe(false)
      expect(await journal.prepare(attemptOf(intent, 2))).toBe(true)
      expect((await journal.find(intent.order))!.attempts.map(({ state }) => state)).toEqual([
        'expired',
        'prepared',
      ])
    })

    it('lets one in of two that are prepared at once', async () => {
      const intent = intentOf()
      const neighbour = intentOf({ wallet: intent.wallet })
      await journal.open(intent)
      await journal.open(neighbour)
      const both = await Promise.all([
        journal.prepare(attemptOf(intent)),
        journal.prepare(attemptOf(neighbour)),
      ])
      expect(both.filter(Boolean)).toHaveLength(1)
    })

    it('moves an attempt from the state that it is in, and from no other', async () => {
      const intent = intentOf()
      const attempt = attemptOf(intent)
      await journal.open(intent)
      await journal.prepare(attempt)
      expect(await journal.move(attempt, 'sent', 'expired')).toBe(false)
      expect(await journal.move(attempt, 'prepared', 'sent')).toBe(true)
      expect(await journal.move(attempt, 'prepared', 'sent')).toBe(false)
      await expect((async () => journal.move(attempt, 'expired', 'sent'))()).rejects.toThrow(
        'cannot go from expired to sent',
      )
    })

    it('books a fill once, and none of an attempt that has ended', async () => {
      const intent = intentOf()
      const attempt = attemptOf(intent)
      await journal.open(intent)
      expect(await journal.fill(fillOf(attempt))).toBe(false)
      await journal.prepare(attempt)
      expect(await journal.fill(fillOf(attempt))).toBe(true)
      expect(await journal.fill(fillOf(attempt))).toBe(false)
      expect(await journal.fail(attempt, 'late', baseUnits(1n))).toBe(false)
      expect(await journal.prepare(attemptOf(intent, 2))).toBe(false)
      expect((await journal.find(intent.order))!.fills).toHaveLength(1)
    })

    it('keeps what a failed attempt cost', async () => {
      const intent = intentOf()
      await journal.open(intent)
      await journal.prepare(attemptOf(intent))
      expect(await journal.fail(attemptOf(intent), 'slippage', baseUnits(9000n))).toBe(true)
      expect((await journal.find(intent.order))!.attempts).toEqual([
        attemptOf(intent, 1, { state: 'failed', reason: 'slippage', burnt: baseUnits(9000n) }),
      ])
    })

    it('ends an intent as what has become of it, and not while something is open', async () => {
      const intent = intentOf()
      await journal.open(intent)
      await journal.prepare(attemptOf(intent))
      const end = (state: 'filled' | 'refused'): Promise<void> =>
        journal.end(intent.order, state, 'because')
      await expect(end('refused')).rejects.toThrow('cannot end')
      await journal.move(attemptOf(intent), 'prepared', 'expired')
      await expect(end('filled')).rejects.toThrow('cannot end')
      await end('refused')
      await end('filled')
      expect(await journal.find(intent.order)).toMatchObject({
        state: 'refused',
        reason: 'because',
      })
      expect(await journal.prepare(attemptOf(intent, 2))).toBe(false)
    })

    it('lists what a session has not ended, and what is not final', async () => {
      const { session } = intentOf()
      const [first, second, third] = [1, 2, 3].map(() => intentOf({ session }))
      for (const intent of [first!, second!, third!]) await journal.open(intent)
      await journal.prepare(attemptOf(second!))
      await journal.fill(fillOf(attemptOf(second!)))
      await journal.end(second!.order, 'filled', 'done')
      const names = (await journal.unfinished(session)).map(({ intent }) => intent.order)
      expect(names).toEqual([first!.order, third!.order])
      expect(await journal.provisional(session)).toEqual([
        { ...attemptOf(second!), state: 'confirmed' },
      ])
      await journal.move(attemptOf(second!), 'confirmed', 'finalized')
      expect(await journal.provisional(session)).toEqual([])
      expect(await journal.unfinished('another')).toEqual([])
    })

    it('tells all orders of a wallet, the oldest first, with what came of them', async () => {
      const first = intentOf()
      const second = intentOf({ wallet: first.wallet })
      for (const intent of [first, second, intentOf()]) await journal.open(intent)
      await journal.prepare(attemptOf(first))
      await journal.fill(fillOf(attemptOf(first)))
      const found = await journal.ofWallet(first.wallet)
      expect(found.map(({ intent }) => intent)).toEqual([first, second])
      expect(found[0]).toEqual(await journal.find(first.order))
      expect(found[0]!.fills).toHaveLength(1)
      expect(await journal.ofWallet('nobody')).toEqual([])
    })

    it('takes a fill out of the books that the chain has taken back', async () => {
      const intent = intentOf()
      await journal.open(intent)
      await journal.prepare(attemptOf(intent))
      await journal.fill(fillOf(attemptOf(intent)))
      await journal.move(attemptOf(intent), 'confirmed', 'expired', 'forked out')
      expect(await journal.find(intent.order)).toMatchObject({
        fills: [],
        attempts: [{ state: 'expired' }],
      })
    })
  })
}
