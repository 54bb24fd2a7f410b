import type { VersionedTransaction } from '@solana/web3.js'
import { JUPITER_PROGRAM, SOL_MINT } from '../../../src/live/solana/programs.js'
import type { Chain } from './chain.js'
import { keysOf } from './chain-transaction.js'
import type { Effects } from './effects.js'
import type { Pool } from './pools.js'
import { tokenAddress } from './token-layouts.js'

/** Discriminator of `route_v2`. */
export const ROUTE_V2 = Buffer.from('bb64facc31c4af14', 'hex')
const SLIPPAGE_EXCEEDED = 6001
const INSUFFICIENT_FUNDS = 6024
const INVALID_ACCOUNT = 6025

/** What an instruction of the swap program asks for. */
interface Route {
  readonly index: number
  readonly user: string
  readonly source: string
  readonly target: string
  readonly sourceMint: string
  readonly targetMint: string
  readonly amount: bigint
  readonly least: bigint
}

/** Does the part of Jupiter's program: trades with a pool at its price of the moment, or fails. */
export function swapProgram(
  pools: readonly Pool[],
): (transaction: VersionedTransaction, chain: Chain) => Effects | null {
  return (transaction, chain) => {
    const keys = keysOf(transaction, chain.svm)
    const route = routeIn(transaction, keys)
    if (route === null) return null
    const { index, amount, sourceMint, targetMint } = route
    const pool = pools.find(known => known.has(sourceMint) && known.has(targetMint))
    const failed = (code: number): Effects => ({ index, code, changes: [], commit: () => () => {} })
    if (pool === undefined) return failed(6016)
    // SOL is wrapped in the transaction itself, which fails by itself where there is too little.
    const held = chain.svm.holding(route.source)?.amount ?? 0n
    if (sourceMint !== SOL_MINT && held < amount) return failed(INSUFFICIENT_FUNDS)
    const closes = closedBy(transaction, keys)
    // What is missing here is made by the transaction itself, for its user.
    const isForeign = route.target !== tokenAddress(targetMint, route.user)
    if (isForeign && chain.svm.account(route.target) === null) return failed(INVALID_ACCOUNT)
    const taken = pool.outFor(sourceMint, amount)
    if (taken < route.least) return failed(SLIPPAGE_EXCEEDED)
    const move = (account: string, mint: string, change: bigint): Effects['changes'] => {
      // An account of wrapped SOL that is closed has paid out to its owner.
      if (mint === SOL_MINT && closes.has(account))
        return [{ account: route.user, lamports: change }]
      const lamports = mint === SOL_MINT ? change : 0n
      return [{ account, lamports, tokens: change }]
    }
    return {
      index,
      code: null,
      changes: [
        ...move(route.source, sourceMint, -amount),
        ...move(route.target, targetMint, taken),
      ],
      commit: () => pool.trade(sourceMint, amount, taken),
    }
  }
}

function routeIn({ message }: VersionedTransaction, keys: readonly string[]): Route | null {
  for (const [index, instruction] of message.compiledInstructions.entries()) {
    if (keys[instruction.programIdIndex] !== JUPITER_PROGRAM) continue
    const data = Buffer.from(instruction.data)
    if (!data.subarray(0, 8).equals(ROUTE_V2)) continue
    const [user, source, target, sourceMint, targetMint] = instruction.accountKeyIndexes.map(
      k => keys[k]!,
    )
    const quoted = data.readBigUInt64LE(16)
    const least = (quoted * BigInt(10_000 - data.readUInt16LE(24))) / 10_000n
    return {
      index,
      user: user!,
      source: source!,
      target: target!,
      sourceMint: sourceMint!,
      targetMint: targetMint!,
      amount: data.readBigUInt64LE(8),
      least,
    }
  }
  return null
}

function closedBy({ message }: VersionedTransaction, keys: readonly string[]): Set<string> {
  const closing = message.compiledInstructions.filter(
    ({ data, programIdIndex }) => data[0] === 9 && keys[programIdIndex]!.startsWith('Token'),
  )
  return new Set(closing.map(({ accountKeyIndexes }) => keys[accountKeyIndexes[0]!]!))
}
