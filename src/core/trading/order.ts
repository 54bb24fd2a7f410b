import { FLAT, type Exits } from '../strategy/intent.js'
import { EXIT_REASONS } from '../account/trade.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')

/** What a leg has decided and not yet filled. `exit` leaves everything, `target` asks for a share. */
export type OrderKind = 'none' | 'target' | 'exit'

/** The one pending order of a leg, reused so that deciding allocates nothing. */
export class PendingOrder {
  kind: OrderKind = 'none'
  /** Exposure asked for, where `kind` is `target`. */
  target = 0
  /** Index into EXIT_REASONS, for what it closes. */
  reason = SIGNAL
  /** Exits that the strategy named with it. */
  exits: Exits = FLAT.exits

  aim(target: number, exits: Exits): void {
    this.kind = 'target'
    this.target = target
    this.reason = SIGNAL
    this.exits = exits
  }

  /** Aims lower without a word of the strategy; exits stay as they are. */
  trim(target: number, reason: number): void {
    this.kind = 'target'
    this.target = target
    this.reason = reason
  }

  leave(reason: number): void {
    this.kind = 'exit'
    this.reason = reason
  }

  clear(): void {
    this.kind = 'none'
  }

  save(): SavedOrder {
    const { kind, target, reason, exits } = this
    return { kind, target, reason, exits }
  }

  restore(saved: SavedOrder): void {
    this.kind = saved.kind
    this.target = saved.target
    this.reason = saved.reason
    this.exits = saved.exits
  }
}

export interface SavedOrder {
  readonly kind: OrderKind
  readonly target: number
  readonly reason: number
  readonly exits: Exits
}
