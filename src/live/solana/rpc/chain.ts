import type { BaseUnits } from '../../../core/account/money.js'
import type { Millis } from '../../../core/candles/time.js'
import type { Reply } from '../../reply.js'

export type Commitment = 'processed' | 'confirmed' | 'finalized'

/** What a node says of a transaction, and how far it saw when it said so. */
export interface SeenStatus {
  /** The slot that the node had come to. */
  readonly seenAt: number
  /** Null where it knows none by that signature. */
  readonly found: {
    readonly slot: number
    /** As the chain tells it; null where it succeeded. */
    readonly error: unknown
    readonly commitment: Commitment
  } | null
}

/** How far the chain has come by some commitment: blocks are fewer than slots. */
export interface ChainTip {
  readonly slot: number
  readonly height: number
}

/** What an account holds. */
export interface HeldAccount {
  readonly lamports: BaseUnits
  readonly owner: string
  readonly data: Uint8Array
}

/** Accounts as they were at one slot; null for one that is not there. */
export interface SeenAccounts {
  readonly seenAt: number
  readonly accounts: ReadonlyMap<string, HeldAccount | null>
}

/** What a transaction would do. */
export interface Simulated {
  /** As the chain tells it; null where it would succeed. */
  readonly error: unknown
  readonly logs: readonly string[]
  /** The accounts that were asked for, after it. */
  readonly accounts: ReadonlyMap<string, HeldAccount | null>
}

/** What a token account held before or after a transaction. */
export interface TokenBalance {
  /** Index of the account in the transaction. */
  readonly index: number
  readonly mint: string
  readonly owner: string
  readonly amount: bigint
}

/** A transaction that is in a block, with what it moved. */
export interface LandedTransaction {
  readonly slot: number
  /** Block time, UTC milliseconds; null where the chain does not tell. */
  readonly time: Millis | null
  readonly error: unknown
  readonly fee: BaseUnits
  /** All accounts, those of lookup tables last. */
  readonly accounts: readonly string[]
  readonly lamportsBefore: readonly bigint[]
  readonly lamportsAfter: readonly bigint[]
  readonly tokensBefore: readonly TokenBalance[]
  readonly tokensAfter: readonly TokenBalance[]
}

/** The chain, as far as swaps need it. Failures are values; none of them means that nothing was done. */
export interface Chain {
  /** How many nodes it is asked of. */
  readonly nodes: number
  /** What each node says of a transaction that answers. */
  statuses(signature: string): Promise<readonly SeenStatus[]>
  tip(commitment: Commitment): Promise<Reply<ChainTip>>
  /** Hands the bytes to every node that is well. No answer of them means that it will land, or that it will not. */
  send(bytes: Uint8Array): Promise<readonly Reply<string>[]>
  /** What a transaction would do, whoever has signed it, and what accounts would hold. */
  simulate(bytes: Uint8Array, watched: readonly string[]): Promise<Reply<Simulated>>
  /** A failure where no node knows it by that commitment. */
  transaction(
    signature: string,
    commitment: 'confirmed' | 'finalized',
  ): Promise<Reply<LandedTransaction>>
  /** Accounts as a node sees them that has come to `since`. */
  accounts(addresses: readonly string[], since: number): Promise<Reply<SeenAccounts>>
  /** What an account of so many bytes must hold, lamports. */
  rentFor(bytes: number): Promise<Reply<BaseUnits>>
}
