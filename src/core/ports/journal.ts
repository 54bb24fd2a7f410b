import type { BaseUnits } from '../account/money.js'
import type { Millis } from '../candles/time.js'

/** An order as it goes to a venue that swaps: written before anything else is done for it. */
export interface SwapIntent {
  /** Id of the order: one intent an order, for ever. */
  readonly order: string
  /** Id of the session that ordered it. */
  readonly session: string
  /** Name of the market. */
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  /** Mint of the token that is given. */
  readonly givesMint: string
  /** Mint of the token that is taken. */
  readonly takesMint: string
  /** What is given, units of `givesMint`. */
  readonly amount: BaseUnits
  /** The least that is taken, units of `takesMint`, for all of `amount`. */
  readonly least: BaseUnits
  readonly slippageBps: number
  /** When it was decided, UTC milliseconds. */
  readonly decidedAt: Millis
}

/** What has become of an intent. */
export type IntentState = 'open' | 'filled' | 'refused' | 'cancelled'

/**
 * What has become of one transaction of an intent. `prepared` and `sent` are open: one at most an
 * intent. `expired` is proved by the chain's height, never by a clock.
 */
export type AttemptState =
  'prepared' | 'sent' | 'confirmed' | 'finalized' | 'failed' | 'expired' | 'abandoned'

/** One signed transaction of an intent: committed before its first byte is sent. */
export interface SwapAttempt {
  readonly order: string
  /** Counts the attempts of an intent, from 1. */
  readonly number: number
  readonly state: AttemptState
  /** Base58; the name by which the chain knows it. */
  readonly signature: string
  /** The signed bytes, base64: the same are sent again and again. */
  readonly bytes: string
  readonly blockhash: string
  /** The last block height at which it can land. */
  readonly lastValidHeight: number
  /** The quote that it was built from, as it was answered. */
  readonly quote: unknown
  readonly amount: BaseUnits
  readonly least: BaseUnits
  /** Why it failed; null where it has not. */
  readonly reason: string | null
  readonly preparedAt: Millis
}

/** What the chain says that an attempt has moved: never the quote. */
export interface SwapFill {
  readonly order: string
  readonly number: number
  readonly signature: string
  /** Units that left the wallet. */
  readonly given: BaseUnits
  /** Units that came in. */
  readonly taken: BaseUnits
  /** Network and priority fee, lamports. */
  readonly fee: BaseUnits
  /** Rent put down for new accounts, or given back where below 0, lamports. */
  readonly rent: bigint
  readonly slot: number
  /** Block time, UTC milliseconds. */
  readonly time: Millis
}

/**
 * What has been asked of the chain and what came of it: the truth about orders at a swap venue. Each
 * write is durable when it returns. At most one attempt an intent is open, whoever writes.
 */
export interface SwapJournal {
  /** Opens an intent; the same again is what stands there. @throws where the order stands there otherwise */
  open(intent: SwapIntent): Promise<void>
  /** @throws where the intent has ended, or an attempt of it is open */
  prepare(attempt: SwapAttempt): Promise<void>
  /** Moves an attempt on from a state. @returns false where it was not in that state */
  move(
    attempt: Pick<SwapAttempt, 'order' | 'number'>,
    from: AttemptState,
    to: AttemptState,
    reason?: string,
  ): Promise<boolean>
  /** Books a fill, once, with its attempt confirmed, in one step. @returns false where it stood there */
  fill(fill: SwapFill): Promise<boolean>
  /** Ends an intent. */
  end(order: string, state: Exclude<IntentState, 'open'>, reason: string): Promise<void>
  /** Intents of a session that have not ended, with their attempts in order. */
  unfinished(session: string): Promise<readonly JournalledIntent[]>
  /** An intent, with its attempts and fills. */
  find(order: string): Promise<JournalledIntent | undefined>
}

export interface JournalledIntent {
  readonly intent: SwapIntent
  readonly state: IntentState
  readonly attempts: readonly SwapAttempt[]
  readonly fills: readonly SwapFill[]
}
