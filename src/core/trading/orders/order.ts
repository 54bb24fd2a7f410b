import { EXIT_REASONS } from '../../account/trade.js'
import { assert } from '../../assert.js'
import { NO_EXITS, type Exits } from '../../strategy/intent.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')

/** What a leg has decided and not yet filled: `exit` leaves everything, `target` asks for a share, `trim` keeps a quantity. */
export type OrderKind = 'none' | 'target' | 'exit' | 'trim'

/** The one pending market order of a leg, reused so that deciding allocates nothing. */
export class PendingOrder {
  kind: OrderKind = 'none'
  /** Exposure asked for, where `kind` is `target`; base units to keep, where it is `trim`. */
  target = 0
  /** Index into EXIT_REASONS, for what it closes. */
  reason = SIGNAL
  /** Exits that the strategy named with it. */
  exits: Exits = NO_EXITS
  tag: string | null = null
  priority = 0
  /** UTC day of the mark at which it was decided. */
  day = -1
  /** Decided during a cooldown: what it would open or add is refused. */
  isCooling = false

  aim(target: number, exits: Exits, tag: string | null): void {
    assert(Number.isFinite(target), 'a target is no number')
    this.kind = 'target'
    this.target = target
    this.reason = SIGNAL
    this.exits = exits
    this.tag = tag
  }

  /** Sells down to a quantity without a word of the strategy. */
  trim(kept: number, reason: number): void {
    assert(kept >= 0 && kept < Infinity, 'a trim keeps no quantity')
    assertReason(reason)
    this.kind = 'trim'
    this.target = kept
    this.reason = reason
    this.tag = null
  }

  leave(reason: number, tag: string | null = null): void {
    assertReason(reason)
    this.kind = 'exit'
    this.reason = reason
    this.tag = tag
  }

  clear(): void {
    this.kind = 'none'
  }

  save(): SavedOrder {
    const { kind, target, reason, exits, tag, priority, day, isCooling } = this
    return { kind, target, reason, exits, tag, priority, day, isCooling }
  }

  restore(saved: SavedOrder): void {
    Object.assign(this, saved)
    assert(KINDS.includes(this.kind), 'a saved order is of no kind')
    assert(Number.isFinite(this.target), 'a saved order has no target')
    assertReason(this.reason)
  }
}

const KINDS: readonly OrderKind[] = ['none', 'target', 'exit', 'trim']

function assertReason(reason: number): void {
  assert(EXIT_REASONS[reason] !== undefined, 'an order has no reason')
}

export interface SavedOrder {
  /** What is ordered; `none` for nothing. */
  readonly kind: OrderKind
  /** Exposure asked for, or base units to keep, as `kind` says. */
  readonly target: number
  /** Index into EXIT_REASONS. */
  readonly reason: number
  /** Exits that the strategy named with it. */
  readonly exits: Exits
  /** As the strategy gave it; null for none. */
  readonly tag: string | null
  /** Rank among the entries of an instant. */
  readonly priority: number
  /** UTC day of the mark at which it was decided. */
  readonly day: number
  /** Whether it was decided during a cooldown. */
  readonly isCooling: boolean
}
