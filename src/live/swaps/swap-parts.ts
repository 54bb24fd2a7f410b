import type { SwapJournal } from '../../core/ports/trading/journal.js'
import type { Signer } from '../../core/ports/trading/signer.js'
import type { LiveClock } from '../clock.js'
import type { PriceSource, SwapVenue } from '../jupiter/swap-venue.js'
import type { Chain } from '../solana/rpc/chain.js'
import type { TransactionContents } from '../solana/transaction/transaction.js'
import type { SwapPolicy } from './swap-policy.js'

/** A token that is traded on the chain. */
export interface SwapToken {
  readonly mint: string
  readonly symbol: string
  readonly decimals: number
  /** The token program that its mint belongs to. */
  readonly program: string
}

/** Something about a swap that people or other parts may want to know. */
export interface SwapNotice {
  readonly kind:
    | 'prepared'
    | 'sent'
    | 'trying'
    | 'failed'
    | 'expired'
    | 'filled'
    | 'unknown'
    | 'final'
    | 'reversed'
    | 'unpriced'
    | 'odd'
    | 'journal'
  /** Id of the order; null where it is about none. */
  readonly order: string | null
  readonly text: string
}

/** Reads what a transaction would do; a text says why it cannot be read. */
export type TransactionReader = (bytes: Uint8Array) => Promise<TransactionContents | string>

/** All that swaps are made with: everything of the world comes in here. */
export interface SwapParts {
  readonly chain: Chain
  readonly venue: SwapVenue
  readonly prices: PriceSource
  readonly signer: Signer
  readonly journal: SwapJournal
  readonly clock: LiveClock
  readonly policy: SwapPolicy
  /** Tokens that may be swapped, by mint. */
  readonly tokens: ReadonlyMap<string, SwapToken>
  readonly read: TransactionReader
  readonly notice: (notice: SwapNotice) => void
}
