import type { BaseUnits } from '../../account/money.js'
import type { Millis } from '../../candles/time.js'

/** An order as it goes to a venue that swaps: written before anything else is done for it. */
export interface SwapIntent {
  /** Id of the order: one intent an order, for ever. */
  readonly order: string
  /** Id of the session that ordered it. */
  readonly session: string
  /** Address of the wallet that it is made from: at most one attempt a wallet is open. */
  readonly wallet: string
  /** Name of the market. */
  readonly symbol: string
  /** Whether it buys or sells base. */
  readonly side: 'buy' | 'sell'
  /** Mint of the token that is given. */
  readonly givesMint: string
  /** Mint of the token that is taken. */
  readonly takesMint: string
  /** What is given, units of `givesMint`. */
  readonly amount: BaseUnits
  /** The least that is taken, units of `takesMint`, for all of `amount`. */
  readonly least: BaseUnits
  /** How much less than at its price it may bring, bps. */
  readonly slippageBps: number
  /** When it was decided, UTC milliseconds. */
  readonly decidedAt: Millis
}

/** What has become of an intent. */
export type IntentState = 'open' | 'filled' | 'refused' | 'cancelled'

/**
 * What has become of one transaction of an intent. `prepared` and `sent` are open: one at most an
 * intent, and a wallet. `confirmed` is booked and may yet be reversed, which makes it `expired`;
 * `expired` is proved by the chain's height, never by a clock.
 */
export type AttemptState =
  'prepared' | 'sent' | 'confirmed' | 'finalized' | 'failed' | 'expired' | 'abandoned'

/** One signed transaction of an intent: committed before its first byte is sent. */
export interface SwapAttempt {
  /** Id of the order. */
  readonly order: string
  /** Counts the attempts of an intent, from 1. */
  readonly number: number
  /** What has become of it. */
  readonly state: AttemptState
  /** Base58; the name by which the chain knows it. */
  readonly signature: string
  /** The signed bytes, base64: the same are sent again and again. */
  readonly bytes: string
  /** The recent block that it names, base58: it ages with that. */
  readonly blockhash: string
  /** The last block height at which it can land. */
  readonly lastValidHeight: number
  /** The quote that it was built from, as it was answered. */
  readonly quote: unknown
  /** What it gives, units: less than the intent says where the wallet holds less. */
  readonly amount: BaseUnits
  /** The least that it takes, units. */
  readonly least: BaseUnits
  /** Why it failed or was given up; null where it has not been. */
  readonly reason: string | null
  /** What it cost all the same where it failed, lamports; 0 where it did not. */
  readonly burnt: BaseUnits
  /** When it was signed, UTC milliseconds. */
  readonly preparedAt: Millis
}

/** What the chain says that an attempt has moved: never the quote. */
export interface SwapFill {
  /** Id of the order. */
  readonly order: string
  /** The attempt that filled. */
  readonly number: number
  /** Its signature, base58. */
  readonly signature: string
  /** Units that left the wallet. */
  readonly given: BaseUnits
  /** Units that came in. */
  readonly taken: BaseUnits
  /** Network and priority fee, lamports. */
  readonly fee: BaseUnits
  /** Rent put down for new accounts, or given back where below 0, lamports. */
  readonly rent: bigint
  /** The slot that it landed in. */
  readonly slot: number
  /** Block time, UTC milliseconds. */
  readonly time: Millis
}

/**
 * What has been asked of the chain and what came of it: the truth about orders at a swap venue. Each
 * write is durable when it returns; where it throws, it may have been done all the same, and is to be
 * looked up. At most one attempt an intent is open, and one a wallet, whoever writes.
 */
export interface SwapJournal {
  /**
   * Opens an intent, unless its order is there already: then what stands there is left as it is.
   * @throws where another order stands under its id
   */
  open(intent: SwapIntent): Promise<void>
  /**
   * Keeps an attempt that is about to be sent.
   * @returns false where the intent has ended or filled, or an attempt of it or of its wallet is open
   */
  prepare(attempt: SwapAttempt): Promise<boolean>
  /**
   * Moves an attempt on from a state: from `prepared` to `sent`, from those to `expired` or `abandoned`,
   * from `confirmed` to `finalized`, or to `expired` where somebody has seen that the chain took it back,
   * which takes its fill out of the books. @returns false where it was not in that state
   */
  move(
    attempt: AttemptKey,
    from: AttemptState,
    to: Extract<AttemptState, 'sent' | 'expired' | 'abandoned' | 'finalized'>,
    reason?: string,
  ): Promise<boolean>
  /** Books that an open attempt landed and failed, with what it cost, lamports. @returns false where none was open */
  fail(attempt: AttemptKey, reason: string, burnt: BaseUnits): Promise<boolean>
  /** Books a fill, once, with its attempt confirmed, in one step. @returns false where none was open */
  fill(fill: SwapFill): Promise<boolean>
  /** Ends an intent that is open. @throws where an attempt of it is open */
  end(order: string, state: Exclude<IntentState, 'open'>, reason: string): Promise<void>
  /** Intents of a session that have not ended, with their attempts in order, oldest first. */
  unfinished(session: string): Promise<readonly JournalledIntent[]>
  /** Attempts of a session that are confirmed and not yet final, oldest first. */
  provisional(session: string): Promise<readonly SwapAttempt[]>
  /** All intents of a wallet, with their attempts and fills, oldest first. */
  ofWallet(wallet: string): Promise<readonly JournalledIntent[]>
  /** An intent, with its attempts and fills. */
  find(order: string): Promise<JournalledIntent | undefined>
}

/** What names an attempt. */
export type AttemptKey = Pick<SwapAttempt, 'order' | 'number'>

/** An intent and all that came of it. */
export interface JournalledIntent {
  /** As it was opened. */
  readonly intent: SwapIntent
  /** What has become of it. */
  readonly state: IntentState
  /** Why it ended; null while it is open. */
  readonly reason: string | null
  /** In order. */
  readonly attempts: readonly SwapAttempt[]
  /** What stands in the books: fills of attempts that are confirmed or final. */
  readonly fills: readonly SwapFill[]
}
