import type { Refusal } from '../account/refusal.js'

/** What happened to the orders of a leg, by kind. */
export class LegCounts {
  fills = 0
  entries = 0
  exits = 0
  /** Exits named with an addition or with a repeated target, which do nothing. */
  exitsIgnored = 0
  /** Kept levels that are looser than the settings' own. */
  idleLevels = 0
  /** Requests to go short on a market that is long only. */
  notShortable = 0
  /** Targets beyond what is held that came while a limit or ruin kept the leg out of the market. */
  halted = 0
  ordersPlaced = 0
  ordersFilled = 0
  ordersCancelled = 0
  ordersExpired = 0
  ordersRefused = 0
  partialFills = 0
  makerFills = 0
  takerFills = 0
  /** Closes with a buy and a sell resting after the decision. */
  quotingCloses = 0
  /** Resting orders that were refused, by reason. */
  readonly ordersRefusedBy: Partial<Record<Refusal, number>> = {}
  /** Entries and orders that were refused, by reason. */
  readonly refused: Partial<Record<Refusal, number>> = {}

  refuseOrder(reason: Refusal): void {
    this.ordersRefused += 1
    this.ordersRefusedBy[reason] = (this.ordersRefusedBy[reason] ?? 0) + 1
    this.refuse(reason)
  }

  refuse(reason: Refusal): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1
  }
}
