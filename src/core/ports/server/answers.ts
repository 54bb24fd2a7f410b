import type { Millis } from '../../candles/time.js'

/** An answer of the API that is given again to whoever asks the same with the same idempotency key. */
export interface KeptAnswer {
  /** Of what was asked: method, path and body. */
  readonly requestHash: string
  /** HTTP status; null while the answer is being made. */
  readonly status: number | null
  /** Text of the answer; empty while it is being made. */
  readonly body: string
}

/** A request that wants an idempotency key. */
export interface WantedAnswer {
  /** Of what is asked: method, path and body. */
  readonly requestHash: string
  /** When it is asked, UTC milliseconds. */
  readonly at: Millis
  /** The server that answers it. */
  readonly serverId: string
  /** A new id, under which its effect is stored. */
  readonly requestId: string
  /** Whether that server knows that it is not answering this request already. */
  readonly isIdle: boolean
}

/**
 * The key is taken: the effect is to be stored under `requestId`, under which it may stand already where
 * whoever had the key before did not come to its end. Or it is another's, and this was kept of it.
 */
export type TakenAnswer =
  | { readonly kind: 'taken'; readonly requestId: string }
  | { readonly kind: 'kept'; readonly answer: KeptAnswer }

/** Answers by API key and idempotency key. */
export interface AnswerRepository {
  /**
   * Takes an idempotency key for a request, unless it is answered, or somebody who lives answers it. A
   * server that is not registered any more has left its keys behind.
   */
  take(keyId: string, idempotencyKey: string, request: WantedAnswer): Promise<TakenAnswer>
  /** Keeps the answer of a request that has taken its key. */
  keep(
    keyId: string,
    idempotencyKey: string,
    answer: { readonly status: number; readonly body: string },
  ): Promise<void>
  /** Gives a key back whose request has failed. */
  giveBack(keyId: string, idempotencyKey: string): Promise<void>
  /** Removes what was taken before a time. */
  sweep(before: Millis): Promise<void>
}
