import {
  AccountLayout,
  getAssociatedTokenAddressSync,
  TOKEN_2022_PROGRAM_ID,
} from '@solana/spl-token'
import { Keypair, PublicKey } from '@solana/web3.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { baseUnits } from '../../../../src/core/account/money.js'
import {
  SOL_MINT,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
} from '../../../../src/live/solana/programs.js'
import { tokenAccountOf, tokensIn } from '../../../../src/live/solana/tokens/token-accounts.js'
import { tokenData } from '../../world/token-layouts.js'

const address = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map(seed => Keypair.fromSeed(Uint8Array.from(seed)).publicKey.toBase58())

it('finds the account of a token as the library of tokens does, of either program', () => {
  fc.assert(
    fc.property(address, address, (mint, owner) => {
      const keys = [new PublicKey(mint), new PublicKey(owner)] as const
      expect(tokenAccountOf(mint, owner, TOKEN_PROGRAM)).toBe(
        getAssociatedTokenAddressSync(...keys, true).toBase58(),
      )
      expect(tokenAccountOf(mint, owner, TOKEN_2022_PROGRAM)).toBe(
        getAssociatedTokenAddressSync(...keys, true, TOKEN_2022_PROGRAM_ID).toBase58(),
      )
    }),
    { numRuns: 20 },
  )
})

it('reads what an account holds, to the last unit, and nothing of what is no token account', () => {
  const amount = 2n ** 64n - 1n
  const data = tokenData(SOL_MINT, TOKEN_PROGRAM, amount)
  expect(AccountLayout.decode(data).amount).toBe(amount)
  const lamports = baseUnits(1n)
  expect(tokensIn({ lamports, owner: TOKEN_PROGRAM, data })).toBe(amount)
  expect(tokensIn({ lamports, owner: SYSTEM_PROGRAM, data })).toBe(0n)
  expect(tokensIn({ lamports, owner: TOKEN_PROGRAM, data: data.subarray(0, 82) })).toBe(0n)
  expect(tokensIn(null)).toBe(0n)
})
