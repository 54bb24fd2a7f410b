import { describe, expect, it } from 'vitest'
import { readLanded, readStatus } from '../../../../src/live/solana/rpc/chain-answers.js'

describe('answers of nodes', () => {
  it('tell how far a transaction has come, older ones by confirmations', () => {
    const status = (change: object): ReturnType<typeof readStatus> =>
      readStatus({ slot: 7, confirmations: 3, err: null, ...change })
    expect(status({ confirmationStatus: 'confirmed' })).toMatchObject({ commitment: 'confirmed' })
    expect(status({ confirmations: null })).toMatchObject({ commitment: 'finalized' })
    // Without a word of it few confirmations prove nothing.
    expect(status({})).toMatchObject({ commitment: 'processed' })
    expect(status({ err: { InstructionError: [3, { Custom: 6001 }] } })!.error).not.toBeNull()
    expect(readStatus(null)).toBeNull()
    expect(() => status({ confirmationStatus: 'certain' })).toThrow('no commitment')
    expect(() => status({ slot: '7' })).toThrow('slot')
  })

  it('hold what a transaction moved, with the accounts of lookup tables last', () => {
    const landed = readLanded({
      slot: 9,
      blockTime: 1_800_000_000,
      transaction: { message: { accountKeys: ['wallet', 'vault'] } },
      meta: {
        err: null,
        fee: 5000,
        preBalances: ['9007199254740993', 1, 2],
        postBalances: [0, 1, 2],
        preTokenBalances: [],
        postTokenBalances: [
          {
            accountIndex: 2,
            mint: 'usdc',
            owner: 'wallet',
            uiTokenAmount: { amount: '18446744073709551615', decimals: 6 },
          },
        ],
        loadedAddresses: { writable: ['late'], readonly: [] },
      },
    })
    expect(landed.accounts).toEqual(['wallet', 'vault', 'late'])
    expect(landed.lamportsBefore[0]).toBe(9_007_199_254_740_993n)
    expect(landed.tokensAfter[0]!.amount).toBe(2n ** 64n - 1n)
    expect(landed.time).toBe(1_800_000_000_000)
  })
})
