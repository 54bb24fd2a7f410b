import type { Millis } from '../core/candles/time.js'

/** What came of a question to the world: its answer, or why there is none. */
export type Reply<T> = Answered<T> | Failure

export interface Answered<T> {
  readonly kind: 'answered'
  readonly value: T
}

/** A question without an answer. It says nothing of what has been done: what was sent may have arrived. */
export interface Failure {
  readonly kind: 'failed'
  /** For people; it names hosts, never whole addresses, which may hold keys. */
  readonly reason: string
  /** Whether the same question may be answered later. */
  readonly isPassing: boolean
  /** What the other side calls it; null where it calls it nothing. */
  readonly code: string | number | null
  /** How long it wants to be left alone. */
  readonly waitMs: Millis
}

export function answered<T>(value: T): Answered<T> {
  return { kind: 'answered', value }
}

/** A failure that may pass. */
export function passing(
  reason: string,
  { code = null, waitMs = 0 }: Partial<Pick<Failure, 'code' | 'waitMs'>> = {},
): Failure {
  return { kind: 'failed', reason, isPassing: true, code, waitMs }
}

/** A failure that repeating does not mend. */
export function lasting(reason: string, code: Failure['code'] = null): Failure {
  return { kind: 'failed', reason, isPassing: false, code, waitMs: 0 }
}

/** Makes something else of an answer; a failure stays what it is. */
export function mapped<T, S>(reply: Reply<T>, make: (value: T) => S): Reply<S> {
  return reply.kind === 'answered' ? answered(make(reply.value)) : reply
}
