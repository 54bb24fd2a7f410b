import type { Millis } from '../candles/time.js'

/** An answer of the API that is given again to whoever asks the same with the same idempotency key. */
export interface KeptAnswer {
  /** Of what was asked: method, path and body. */
  readonly requestHash: string
  /** HTTP status; null while the answer is being made. */
  readonly status: number | null
  /** Text of the answer; empty while it is being made. */
  readonly body: string
}

/** Answers by API key and idempotency key. */
export interface AnswerRepository {
  /**
   * Takes an idempotency key for a request, unless it is taken.
   * @returns null where it is taken now; else what was kept of it
   */
  take(
    keyId: string,
    idempotencyKey: string,
    request: { readonly requestHash: string; readonly at: Millis },
  ): Promise<KeptAnswer | null>
  /** Keeps the answer of a request that has taken its key. */
  keep(
    keyId: string,
    idempotencyKey: string,
    answer: { readonly status: number; readonly body: string },
  ): Promise<void>
  /** Gives a key back whose request had no effect. */
  forget(keyId: string, idempotencyKey: string): Promise<void>
  /** Removes what was taken before a time. */
  sweep(before: Millis): Promise<void>
}
