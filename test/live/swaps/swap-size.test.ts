import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseUnits } from '../../../src/core/account/money.js'
import { SOL_MINT } from '../../../src/live/solana/programs.js'
import { SWAP_POLICY } from '../../../src/live/swaps/swap-policy.js'
import { sizeOf, type SwapSize } from '../../../src/live/swaps/swap-size.js'

const terms = { policy: SWAP_POLICY, rent: baseUnits(2_039_280n) }
const running = SWAP_POLICY.feeMax + 2n * 2_039_280n
const kept = SWAP_POLICY.solFloor + running

function size(
  mint: string,
  amount: bigint,
  least: bigint,
  lamports: bigint,
  gives: bigint,
): SwapSize | string {
  const intent = { amount: baseUnits(amount), least: baseUnits(least), givesMint: mint }
  return sizeOf(intent, { lamports, gives }, terms)
}

describe('what an attempt gives', () => {
  it('is what was ordered, where the wallet holds it', () => {
    expect(size('usdc', 100n, 7n, kept, 100n)).toEqual({ amount: 100n, least: 7n })
    expect(size(SOL_MINT, 100n, 7n, kept + 100n, kept + 100n)).toEqual({ amount: 100n, least: 7n })
  })

  it('is cut to the wallet, with the least rounded up', () => {
    expect(size('usdc', 100n, 7n, kept, 50n)).toEqual({ amount: 50n, least: 4n })
    expect(size(SOL_MINT, 100n, 7n, kept + 1n, kept + 1n)).toEqual({ amount: 1n, least: 1n })
  })

  it('is nothing where the wallet cannot pay, holds nothing, or would go below the floor', () => {
    expect(size('usdc', 100n, 7n, running - 1n, 50n)).toContain('a swap needs')
    expect(size('usdc', 100n, 7n, running, 0n)).toContain('holds nothing')
    expect(size(SOL_MINT, 100n, 7n, kept, kept)).toContain('keeps')
  })

  it('never exceeds order, wallet or floor, and never asks for a worse price', () => {
    const units = fc.bigInt({ min: 1n, max: 2n ** 63n })
    fc.assert(
      fc.property(units, units, units, fc.boolean(), (amount, least, gives, isSol) => {
        const mint = isSol ? SOL_MINT : 'usdc'
        const lamports = isSol ? gives : kept
        const found = size(mint, amount, least, lamports, gives)
        if (typeof found === 'string') return
        expect(found.amount).toBeLessThanOrEqual(amount)
        expect(found.amount).toBeGreaterThan(0n)
        expect(gives - found.amount).toBeGreaterThanOrEqual(isSol ? kept : 0n)
        expect(found.least * amount).toBeGreaterThanOrEqual(least * found.amount)
      }),
    )
  })
})
