import type { AttemptState, IntentState, SwapAttempt, SwapIntent } from './journal.js'

/**
 * Whether two intents are of one order. Its least, its slippage and the time of its decision may differ:
 * a process that was thought dead may have opened it first, and what it wrote stands.
 */
export function isSameIntent(one: SwapIntent, other: SwapIntent): boolean {
  return (
    one.order === other.order &&
    one.session === other.session &&
    one.wallet === other.wallet &&
    one.symbol === other.symbol &&
    one.side === other.side &&
    one.givesMint === other.givesMint &&
    one.takesMint === other.takesMint &&
    one.amount === other.amount
  )
}

/** Whether a journal may move an attempt from a state to another beside what a landing does. */
export function canMove(from: AttemptState, to: AttemptState): boolean {
  switch (from) {
    case 'prepared':
      return to === 'sent' || to === 'expired' || to === 'abandoned'
    case 'sent':
      return to === 'expired'
    case 'confirmed':
      return to === 'finalized' || to === 'expired'
    case 'finalized':
    case 'failed':
    case 'expired':
    case 'abandoned':
      return false
  }
}

/** Whether an attempt may still land. */
export function isOpenAttempt({ state }: Pick<SwapAttempt, 'state'>): boolean {
  return state === 'prepared' || state === 'sent'
}

/** Whether the fill of an attempt stands in the books. */
export function isStanding({ state }: Pick<SwapAttempt, 'state'>): boolean {
  return state === 'confirmed' || state === 'finalized'
}

/** Whether an intent with these attempts may end so: nothing of it is open, and it has filled or not. */
export function canEnd(
  attempts: readonly Pick<SwapAttempt, 'state'>[],
  state: Exclude<IntentState, 'open'>,
): boolean {
  if (attempts.some(isOpenAttempt)) return false
  return attempts.some(isStanding) === (state === 'filled')
}
