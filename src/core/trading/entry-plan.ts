import type { Refusal } from '../account/refusal.js'
import type { Leg } from './leg.js'

/** What is to become of the pending order of one leg at this instant. */
export class Plan {
  leg: Leg
  isPending = false
  /** Base units to take off what is held. */
  reduces = 0
  /** Whether something is to be opened or added, and on which side. */
  enters = false
  side = 1
  /** Quote currency that the entry is to spend, fee included. */
  spend = 0
  /** Base units of the entry. */
  size = 0
  /** Why it spends nothing. */
  barrier: Refusal | null = null

  constructor(leg: Leg) {
    this.leg = leg
  }
}

/** Higher priority first, then the canonical order of legs. */
export function byPriority(a: Plan, b: Plan): number {
  return b.leg.order.priority - a.leg.order.priority || a.leg.index - b.leg.index
}

/** How long before this fill it was decided: 0 without a gap. */
export function ageOf({ market, desk }: Leg): number {
  const { candles, at } = market
  if (desk.fill === 'close' || at === 0) return 0
  return candles.time[at]! - candles.time[at - 1]! - candles.timeframeMs
}
