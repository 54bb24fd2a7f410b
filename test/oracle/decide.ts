import type { Intent, TargetIntent } from '../../src/core/strategy/intent.js'
import { forcedExit, isHaltedNow } from './guard.js'
import { averageEntry } from './levels.js'
import { cancelAll, cancelMissing, expire, isCooling, place } from './orders.js'
import {
  byRank,
  candleOf,
  count,
  equityAt,
  lastClose,
  type Account,
  type LegState,
} from './state.js'

import { hasExits } from './targets.js'

/** Step 4, one leg after the other: expiry, the clock's exit, then the word of the strategy. */
export function decideAll(account: Account, legs: readonly LegState[]): void {
  for (const state of [...legs].sort(byRank(({ leg }) => leg.priority))) {
    expire(account, state)
    const intent = wordOf(account, state)
    if (intent.kind === 'target') aim(account, state, intent)
    if (intent.kind === 'keep') hold(state, intent)
    if (intent.kind === 'orders') {
      const fresh = cancelMissing(account, state, intent)
      state.orderPriority = intent.priority ?? state.leg.priority
      if (!isHaltedNow(account)) place(account, state, fresh)
    }
  }
}

/** "Time stop wins over the strategy's word at that close." */
function wordOf(account: Account, state: LegState): Intent {
  const { leg, position, pending } = state
  if (pending !== null) return { kind: 'hold' }
  const isTimeUp = closesOf(state) >= (position?.exits.timeStop ?? Infinity)
  if (isTimeUp) {
    cancelAll(account, state)
    state.pending = forcedExit('time_stop')
    return { kind: 'hold' }
  }
  if (state.index < leg.first) return { kind: 'hold' }
  return leg.decide(state.index, {
    exposure: (state.quantity * candleOf(state).close) / equityAt(account, lastClose),
    entryPrice: position === null ? 0 : averageEntry(position),
    candlesHeld: position === null ? 0 : closesOf(state),
  })
}

/** Closes since the entry, this one among them. */
function closesOf({ position, index }: LegState): number {
  if (position === null) return 0
  return index - position.entryIndex + 1
}

/** "A target that is ordered, or FLAT, cancels the leg's orders at that close, a repeated one too." */
function aim(account: Account, state: LegState, intent: TargetIntent): void {
  cancelAll(account, state)
  state.spent = []
  const { market, lastTarget } = state
  // Where nothing may be short, a target below 0 is none.
  const exposure = market.shortable ? intent.exposure : Math.max(0, intent.exposure)
  if (exposure === lastTarget) {
    if (exposure !== 0 && hasExits(intent)) count(account, 'exits_ignored')
    return
  }
  const refusal = isHaltedNow(account) ? 'silent' : isCooling(account, state) ? 'cooldown' : null
  state.pending = {
    exposure,
    exits: intent.exits,
    tag: intent.tag,
    priority: intent.priority ?? state.leg.priority,
    reason: 'signal',
    entryRefused: refusal,
  }
}

/** `keep`: null removes a level, undefined leaves it; while flat it does nothing. */
function hold(
  { position }: LegState,
  levels: { stopPrice?: number | null | undefined; targetPrice?: number | null | undefined },
): void {
  if (position === null) return
  if (levels.stopPrice !== undefined) position.keptStop = levels.stopPrice
  if (levels.targetPrice !== undefined) position.keptTarget = levels.targetPrice
}

/** A close with an open buy and an open sell. */
export function watchQuotes(account: Account, legs: readonly LegState[]): void {
  for (const { resting } of legs) {
    account.closes++
    const sides = new Set(resting.map(order => order.side))
    if (sides.size === 2) account.quoting++
  }
}
