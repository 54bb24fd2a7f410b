import { PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { baseUnits } from '../../../../src/core/account/money.js'
import type { SignedSwap } from '../../../../src/core/ports/trading/signer.js'
import { SOL_MINT, TOKEN_PROGRAM } from '../../../../src/live/solana/programs.js'
import { tokenAddress } from '../../../../src/live/solana/tokens/token-address.js'
import {
  checkSwap,
  type CheckedSwap,
} from '../../../../src/live/solana/transaction/transaction-check.js'
import { readWire } from '../../../../src/live/solana/transaction/wire-transaction.js'
import { WalletKey } from '../../../../src/live/wallet/wallet-key.js'
import {
  budget,
  opening,
  route,
  swapOf,
  tokenCall,
  transactionOf,
  units,
  USDC,
} from '../../wallet/wallet-kit.js'

const wallet = WalletKey.random().address
const thief = WalletKey.random().address
const buy = swapOf()
const sell = swapOf({
  givesMint: SOL_MINT,
  takesMint: USDC,
  amount: baseUnits(50_000_000n),
  least: baseUnits(7_000_000n),
})
const [ownUsdc, ownSol] = [USDC, SOL_MINT].map(mint => tokenAddress(mint, wallet, TOKEN_PROGRAM))

function check(
  instructions: readonly TransactionInstruction[],
  swap: SignedSwap = buy,
  payer = wallet,
): CheckedSwap {
  const wire = readWire(transactionOf(payer, instructions))
  if (typeof wire === 'string') throw new Error(wire)
  return checkSwap(wire, swap, wallet)
}

const sending = (to: string, lamports: bigint): TransactionInstruction =>
  SystemProgram.transfer({
    fromPubkey: new PublicKey(wallet),
    toPubkey: new PublicKey(to),
    lamports,
  })
const closing = (account: string, to: string): TransactionInstruction =>
  tokenCall([9], [account, to, wallet], wallet)

describe('a transaction that is the swap it is said to be', () => {
  it('is let through, with its fee', () => {
    expect(
      check([...budget(), opening(wallet, SOL_MINT), route(wallet, buy), closing(ownSol!, wallet)]),
    ).toEqual({
      refusals: [],
      fee: 25_000n,
    })
  })

  it('may wrap the SOL that it gives, and no more', () => {
    const wrapping = (lamports: bigint): TransactionInstruction[] => [
      ...budget(),
      opening(wallet, SOL_MINT),
      sending(ownSol!, lamports),
      tokenCall([17], [ownSol!], ''),
      route(wallet, sell),
    ]
    expect(check(wrapping(50_000_000n), sell).refusals).toEqual([])
    expect(check(wrapping(50_000_001n), sell).refusals.join()).toMatch(/wraps 50000001 lamports/)
  })

  it('may use the shared accounts of Jupiter', () => {
    const { programId, keys, data } = route(wallet, buy)
    const terms = data.subarray(8, 30)
    const shared = new TransactionInstruction({
      programId,
      keys: [
        TOKEN_PROGRAM,
        wallet,
        ownUsdc!,
        TOKEN_PROGRAM,
        TOKEN_PROGRAM,
        ownSol!,
        USDC,
        SOL_MINT,
      ].map(address => ({
        pubkey: new PublicKey(address),
        isSigner: address === wallet,
        isWritable: false,
      })),
      data: Buffer.concat([Buffer.from('d19853937cfed8e9', 'hex'), Buffer.from([3]), terms]),
    })
    expect(keys).toHaveLength(8)
    expect(check([...budget(), shared]).refusals).toEqual([])
    const more = swapOf({ least: baseUnits(50_000_001n) })
    expect(check([...budget(), shared], more).refusals.join()).toMatch(/less than 50000001/)
  })
})

describe('a transaction that does anything else is refused', () => {
  const other = new TransactionInstruction({
    programId: new PublicKey(thief),
    keys: [],
    data: Buffer.alloc(1),
  })
  const good = [...budget(), route(wallet, buy)]
  const cases: readonly (readonly [string, readonly TransactionInstruction[], RegExp])[] = [
    [
      'gives more',
      [...budget(), route(wallet, { ...buy, amount: baseUnits(10_000_001n) })],
      /gives 10000001 units, not 10000000/,
    ],
    ['gives twice', [...good, route(wallet, buy)], /has 2 routes, not one/],
    [
      'brings less',
      [...budget(), route(wallet, buy, { slippageBps: 1 })],
      /may bring 49995000 units, less/,
    ],
    [
      'brings it to another',
      [...budget(), route(wallet, buy, { destination: thief })],
      /into another account/,
    ],
    [
      'takes it from another',
      [...budget(), route(wallet, buy, { source: thief })],
      /from another account/,
    ],
    ['pays others', [...budget(), route(wallet, buy, { feeBps: 20 })], /20 bps to others/],
    [
      'brings it to another by another name',
      [...budget(), route(wallet, buy, { other: thief })],
      /into another account/,
    ],
    [
      'is of version 1, whose terms nobody can tell',
      [
        ...budget(),
        new TransactionInstruction({
          ...route(wallet, buy),
          data: Buffer.concat([
            Buffer.from('e517cb977ae3ad2a', 'hex'),
            route(wallet, buy).data.subarray(8),
          ]),
        }),
      ],
      /cannot be checked/,
    ],
    ['swaps nothing', budget(), /has 0 routes, not one/],
    ['calls another program', [...good, other], /calls the program/],
    ['sends SOL away', [...good, sending(thief, 1n)], /moves SOL elsewhere/],
    [
      'sends a token away',
      [...good, tokenCall([3, ...units(1n)], [ownSol!, thief, wallet], wallet)],
      /what no swap needs \(3\)/,
    ],
    [
      'sends what it swaps away',
      [...good, tokenCall([3, ...units(1n)], [ownUsdc!, thief, wallet], wallet)],
      /what no swap needs \(3\)/,
    ],
    [
      'lets another spend',
      [...good, tokenCall([4, ...units(1n)], [ownUsdc!, thief, wallet], wallet)],
      /what no swap needs \(4\)/,
    ],
    [
      'gives an account away',
      [...good, tokenCall([6, 2, 0], [ownUsdc!, wallet], wallet)],
      /what no swap needs \(6\)/,
    ],
    [
      'burns',
      [...good, tokenCall([8, ...units(1n)], [ownUsdc!, USDC, wallet], wallet)],
      /what no swap needs \(8\)/,
    ],
    ['closes to another', [...good, closing(ownSol!, thief)], /what no swap needs \(9\)/],
    ['closes another account', [...good, closing(ownUsdc!, wallet)], /what no swap needs \(9\)/],
    [
      'opens an account for another',
      [...good, opening(wallet, SOL_MINT, thief)],
      /opens a token account/,
    ],
    [
      'opens an account of another token',
      [...good, opening(wallet, WalletKey.random().address)],
      /opens a token account/,
    ],
    [
      'costs more',
      [...budget(1_400_000, 1_000_000), route(wallet, buy)],
      /fee of 1405000 lamports is above 100000/,
    ],
    [
      'names no limit to its cost',
      [budget(1, 100_000)[1]!, route(wallet, buy)],
      /does not limit its compute units/,
    ],
    ['names its cost twice', [...good, ...budget()], /names its budget twice/],
  ]
  it.each(cases)('%s', (_, instructions, reason) => {
    expect(check(instructions).refusals.join('; ')).toMatch(reason)
  })

  it('is paid by another, or signed already', () => {
    expect(check(good, buy, thief).refusals.join()).toMatch(/paid by .*, not by the wallet/)
    const wire = readWire(transactionOf(wallet, good))
    if (typeof wire === 'string') throw new Error(wire)
    const signed = { ...wire, signatures: [{ signer: wallet, signature: 'x' }] }
    expect(checkSwap(signed, buy, wallet).refusals.join()).toMatch(/not the only one missing/)
  })

  it('is too large, or of another version', () => {
    const wire = readWire(transactionOf(wallet, good))
    if (typeof wire === 'string') throw new Error(wire)
    const refusals = checkSwap(
      { ...wire, size: 1233, version: 'legacy' },
      buy,
      wallet,
    ).refusals.join()
    expect(refusals).toMatch(/version is legacy.*1233 bytes/)
  })

  it('swaps other tokens than it says', () => {
    const others = swapOf({ takesMint: WalletKey.random().address })
    expect(check(good, others).refusals.join()).toMatch(/into another account.*other tokens/)
  })
})
