import { Keypair } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { baseUnits } from '../../../src/core/account/money.js'
import { routeIn } from '../../../src/live/jupiter/route.js'
import { objectionTo, type ExpectedSwap } from '../../../src/live/jupiter/swap-checks.js'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  COMPUTE_BUDGET_PROGRAM,
  JUPITER_PROGRAM,
  SOL_MINT,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
} from '../../../src/live/solana/programs.js'
import { tokenAccountOf } from '../../../src/live/solana/tokens/token-accounts.js'
import type {
  Instruction,
  TransactionContents,
} from '../../../src/live/solana/transaction/transaction.js'

const address = (seed: number): string =>
  Keypair.fromSeed(new Uint8Array(32).fill(seed)).publicKey.toBase58()
const [wallet, dollar, stranger] = [address(1), address(2), address(3)] as const
const own = (mint: string): string => tokenAccountOf(mint, wallet, TOKEN_PROGRAM)

const swap: ExpectedSwap = {
  wallet,
  givesMint: SOL_MINT,
  takesMint: dollar,
  givesProgram: TOKEN_PROGRAM,
  takesProgram: TOKEN_PROGRAM,
  amount: baseUnits(1_000_000n),
  least: baseUnits(149_000n),
  feeMax: baseUnits(50_000n),
}

interface Terms {
  readonly amount?: bigint
  readonly quoted?: bigint
  readonly slippageBps?: number
  readonly platformBps?: number
  readonly positiveBps?: number
}

function routeData(terms: Terms = {}, discriminator = 'bb64facc31c4af14', at = 8): Buffer {
  const { amount = 1_000_000n, quoted = 150_000n, slippageBps = 50 } = terms
  const data = Buffer.alloc(at + 32)
  Buffer.from(discriminator, 'hex').copy(data)
  data.writeBigUInt64LE(amount, at)
  data.writeBigUInt64LE(quoted, at + 8)
  data.writeUInt16LE(slippageBps, at + 16)
  data.writeUInt16LE(terms.platformBps ?? 0, at + 18)
  data.writeUInt16LE(terms.positiveBps ?? 0, at + 20)
  return data
}

const ACCOUNTS = [
  wallet,
  own(SOL_MINT),
  own(dollar),
  SOL_MINT,
  dollar,
  TOKEN_PROGRAM,
  TOKEN_PROGRAM,
  JUPITER_PROGRAM,
]
const route = (data = routeData(), accounts: readonly string[] = ACCOUNTS): Instruction => ({
  program: JUPITER_PROGRAM,
  accounts,
  data,
})

function wrap(lamports: bigint, to = own(SOL_MINT)): Instruction {
  const data = Buffer.alloc(12)
  data.writeUInt32LE(2, 0)
  data.writeBigUInt64LE(lamports, 4)
  return { program: SYSTEM_PROGRAM, accounts: [wallet, to], data }
}

const token = (kind: number, accounts: readonly string[]): Instruction => ({
  program: TOKEN_PROGRAM,
  accounts,
  data: Buffer.from([kind]),
})

const create = (owner: string, payer = wallet): Instruction => ({
  program: ASSOCIATED_TOKEN_PROGRAM,
  accounts: [payer, own(dollar), owner, dollar],
  data: Buffer.from([1]),
})

const STEPS: readonly Instruction[] = [
  { program: COMPUTE_BUDGET_PROGRAM, accounts: [], data: Buffer.from([2, 0, 0, 0, 0]) },
  create(wallet),
  wrap(1_000_000n),
  token(17, [own(SOL_MINT)]),
  route(),
  token(9, [own(SOL_MINT), wallet, wallet]),
]

function contents(change: Partial<TransactionContents> = {}): TransactionContents {
  return {
    version: 0,
    size: 600,
    payer: wallet,
    signatures: [{ signer: wallet, signature: null }],
    blockhash: address(9),
    instructions: STEPS,
    fee: 30_000n,
    ...change,
  }
}

const objection = (change: Partial<TransactionContents>): string | null =>
  objectionTo(contents(change), swap)
const routed = (instruction: Instruction): string | null =>
  objection({
    instructions: STEPS.map(step => (step.program === JUPITER_PROGRAM ? instruction : step)),
  })

describe('what is signed', () => {
  it('is the swap that was ordered, with the wrapping of SOL around it', () => {
    expect(objection({})).toBeNull()
  })

  it('is of version 0, small enough, paid and yet to be signed by the wallet alone', () => {
    expect(objection({ version: 1 })).toContain('version 1')
    expect(objection({ version: 'legacy' })).toContain('version legacy')
    expect(objection({ size: 1233 })).toContain('1233 bytes')
    expect(objection({ payer: stranger })).toContain('pays for it')
    const both = [
      { signer: wallet, signature: null },
      { signer: stranger, signature: null },
    ]
    expect(objection({ signatures: both })).toContain('other signatures')
    expect(objection({ signatures: [{ signer: wallet, signature: 'x' }] })).toContain('missing')
    expect(objection({ signatures: [both[0]!, { signer: stranger, signature: 'x' }] })).toBeNull()
  })

  it('costs no more than the cap, and limits its units', () => {
    expect(objection({ fee: 50_001n })).toBe('its fee of 50001 lamports is above 50000')
    expect(objection({ fee: null })).toContain('compute units')
  })

  it('holds one route, whose terms can be read at fixed places', () => {
    expect(objection({ instructions: [...STEPS, route()] })).toContain('2 instructions of Jupiter')
    expect(objection({ instructions: STEPS.slice(0, 4) })).toContain('0 instructions of Jupiter')
    // In the first version anything may stand behind the terms, such as other terms that look right.
    expect(routed(route(routeData({}, 'e517cb977ae3ad2a')))).toContain('cannot be checked')
    expect(routed(route(routeData().subarray(0, 29)))).toContain('cannot be checked')
  })

  it('gives, takes and pays what was ordered, and nothing to others', () => {
    expect(routed(route(routeData({ amount: 1_000_001n })))).toContain('it gives 1000001 units')
    expect(routed(route(routeData({ quoted: 149_500n })))).toContain('units at least')
    expect(routed(route(routeData({ slippageBps: 10_001 })))).toContain('0 units at least')
    expect(routed(route(routeData({ platformBps: 1 })))).toContain('platform fee')
    expect(routed(route(routeData({ positiveBps: 1 })))).toContain('gives a better price away')
  })

  it('moves between the accounts of the wallet', () => {
    const other = (place: number): string | null =>
      routed(route(routeData(), ACCOUNTS.with(place, stranger)))
    expect(other(0)).toContain('it swaps for')
    expect(other(1)).toContain('it takes from')
    expect(other(2)).toContain('another account')
    expect(other(3)).toContain('it gives')
    expect(other(4)).toContain('it takes')
    expect(other(7)).toContain('another account')
    expect(routed(route(routeData(), ACCOUNTS.with(7, own(dollar))))).toBeNull()
  })

  it('does nothing else', () => {
    const added = (step: Instruction): string | null =>
      objection({ instructions: [...STEPS, step] })
    expect(added(wrap(1n, stranger))).toContain('moves SOL elsewhere')
    expect(added(wrap(1_000_001n))).toContain('wraps 1000001 lamports')
    expect(added(create(stranger))).toContain('for somebody else')
    expect(added(create(wallet, stranger))).toContain('for somebody else')
    for (const kind of [3, 4, 5, 6, 7, 8, 12, 13]) {
      expect(added(token(kind, [own(dollar), stranger, wallet])), String(kind)).toContain('beside')
    }
    expect(added(token(9, [own(SOL_MINT), stranger, wallet]))).toContain('beside')
    expect(added(token(9, [own(dollar), wallet, wallet]))).toContain('beside')
    expect(added({ program: stranger, accounts: [], data: Buffer.alloc(0) })).toContain('calls')
  })
})

it('a shared route has its terms one byte later, and other places', () => {
  const data = routeData({}, 'd19853937cfed8e9', 9)
  const accounts = ['authority', wallet, 'from', 'a', 'b', 'to', SOL_MINT, dollar]
  expect(routeIn({ program: JUPITER_PROGRAM, accounts, data })).toMatchObject({
    user: wallet,
    source: 'from',
    target: 'to',
    otherTarget: undefined,
    sourceMint: SOL_MINT,
    targetMint: dollar,
    amount: 1_000_000n,
    least: 149_250n,
  })
})
