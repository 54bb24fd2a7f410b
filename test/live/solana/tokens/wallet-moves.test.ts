import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseUnits } from '../../../../src/core/account/money.js'
import type { LandedTransaction, TokenBalance } from '../../../../src/live/solana/rpc/chain.js'
import { SOL_MINT } from '../../../../src/live/solana/programs.js'
import { movesOf } from '../../../../src/live/solana/tokens/wallet-moves.js'

const RENT = 1_488_440n

interface Held {
  readonly lamports: bigint
  /** Accounts of the wallet: mint and units. */
  readonly tokens: readonly (readonly [mint: string, units: bigint])[]
}

/** A transaction of a wallet whose token accounts stand behind it, in their order, and those of a stranger. */
function landed(before: Held, after: Held, fee: bigint): LandedTransaction {
  const mints = [...new Set([...before.tokens, ...after.tokens].map(([mint]) => mint))]
  const balances = ({ tokens }: Held): TokenBalance[] => [
    ...tokens.map(([mint, amount]) => ({
      index: mints.indexOf(mint) + 1,
      mint,
      owner: 'wallet',
      amount,
    })),
    { index: mints.length + 1, mint: 'usdc', owner: 'stranger', amount: 7n },
  ]
  const lamports = ({ lamports: own, tokens }: Held): bigint[] => [
    own,
    ...mints.map(mint => {
      const found = tokens.find(([name]) => name === mint)
      if (found === undefined) return 0n
      return RENT + (mint === SOL_MINT ? found[1] : 0n)
    }),
    RENT,
  ]
  return {
    slot: 1,
    time: 0,
    error: null,
    fee: baseUnits(fee),
    accounts: ['wallet', ...mints, 'other'],
    lamportsBefore: lamports(before),
    lamportsAfter: lamports(after),
    tokensBefore: balances(before),
    tokensAfter: balances(after),
  }
}

describe('what a transaction moved in a wallet', () => {
  it('tells SOL, tokens, fee and the rent of a new account apart', () => {
    const before: Held = { lamports: 10n ** 10n, tokens: [] }
    const after: Held = { lamports: 4n * 10n ** 9n - RENT - 5000n, tokens: [['usdc', 900n]] }
    const moves = movesOf(landed(before, after, 5000n), 'wallet')
    expect(moves.change(SOL_MINT)).toBe(-6n * 10n ** 9n)
    expect(moves.change('usdc')).toBe(900n)
    expect(moves.change('other')).toBe(0n)
    expect([moves.fee, moves.rent]).toEqual([5000n, RENT])
  })

  it('counts wrapped SOL that is unwrapped on the way as SOL that was there, and gives its rent back', () => {
    const before: Held = {
      lamports: 10n ** 9n,
      tokens: [
        [SOL_MINT, 500n],
        ['usdc', 900n],
      ],
    }
    const after: Held = {
      lamports: 10n ** 9n + 500n + RENT + 70n - 5000n,
      tokens: [['usdc', 890n]],
    }
    const moves = movesOf(landed(before, after, 5000n), 'wallet')
    expect(moves.change(SOL_MINT)).toBe(70n)
    expect(moves.change('usdc')).toBe(-10n)
    expect(moves.rent).toBe(-RENT)
  })

  it('loses nothing: lamports are the swap, the fee, the rent and the wrapping, whatever moved', () => {
    const units = fc.bigInt({ min: 0n, max: 10n ** 12n })
    const held = fc.record({
      lamports: units,
      tokens: fc
        .tuple(fc.option(units), fc.option(units))
        .map(([wrapped, dollars]) => [
          ...(wrapped === null ? [] : [[SOL_MINT, wrapped] as const]),
          ...(dollars === null ? [] : [['usdc', dollars] as const]),
        ]),
    })
    fc.assert(
      fc.property(held, held, units, (before, after, fee) => {
        const moves = movesOf(landed(before, after, fee), 'wallet')
        const wrapped = (of: Held): bigint => of.tokens.find(([m]) => m === SOL_MINT)?.[1] ?? 0n
        const sol = after.lamports + wrapped(after) - before.lamports - wrapped(before)
        expect(moves.change(SOL_MINT) - moves.fee - moves.rent).toBe(sol)
      }),
    )
  })
})
