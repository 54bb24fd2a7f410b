/** Why a job has failed for good. */
export type Failure =
  /** Its worker was lost as often as is allowed. */
  | { readonly kind: 'lost' }
  /** The package of its sweep was not there. */
  | { readonly kind: 'gone' }
  /** The worker cannot take the sweep. */
  | { readonly kind: 'refused'; readonly worker: string; readonly message: string }
  | { readonly kind: 'error'; readonly message: string }

/** Deaths of workers with a job after which it has failed. */
export const DEATHS_MAX = 2

const GONE = 'the sweep of this chunk has no coordinator any more'
const LOST = 'job stalled more than allowable limit'

/** A failure as the reason that the queue keeps. */
export function failureReason(failure: Exclude<Failure, { kind: 'lost' }>): string {
  switch (failure.kind) {
    case 'gone':
      return GONE
    case 'refused':
      return `worker ${failure.worker} refuses the sweep: ${failure.message}`
    case 'error':
      return failure.message
  }
}

/** The failure that a reason in the queue tells of. */
export function failureFrom(reason: string): Failure {
  if (reason.includes(LOST)) return { kind: 'lost' }
  if (reason === GONE) return { kind: 'gone' }
  const [, worker, message] = /^worker (\S+) refuses the sweep: ([^]*)$/.exec(reason) ?? []
  if (worker !== undefined) return { kind: 'refused', worker, message: message! }
  return { kind: 'error', message: reason }
}
