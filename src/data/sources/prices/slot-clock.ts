import type { Millis } from '../../../core/candles/time.js'

/** Lengths of a slot that are believed. */
const SLOT_MS = { usual: 400, least: 100, most: 1000 } as const
/** So much of a newer length counts. */
const WEIGHT = 0.2
/** An answer may lie so far behind what was reckoned, and be new all the same. */
const BEHIND_MAX = 50
const DRIFT = 0.1
/** After so long a silence nothing is known of where the chain is. */
const SILENCE_MAX_MS = 300_000

/**
 * Where a chain is, by the newest slot that answers name and the time that has passed since. It
 * tells the age of what was made at a slot, in slots and in milliseconds.
 */
export class SlotClock {
  private slotMs: number = SLOT_MS.usual
  private anchor: { readonly slot: number; readonly at: Millis } | undefined

  /** An answer names a slot that the chain has reached by then. */
  see(slot: number, at: Millis): void {
    const { anchor } = this
    if (anchor !== undefined && at - anchor.at < SILENCE_MAX_MS) {
      if (slot <= anchor.slot || this.isBehind(slot, at)) return
      this.learn((at - anchor.at) / (slot - anchor.slot))
    }
    this.anchor = { slot, at }
  }

  /** Its answers come from a copy that has fallen behind. */
  private isBehind(slot: number, at: Millis): boolean {
    const passed = (at - this.anchor!.at) / this.slotMs
    return this.anchor!.slot + passed * (1 - DRIFT) - slot > BEHIND_MAX
  }

  private learn(slotMs: number): void {
    const bounded = Math.min(SLOT_MS.most, Math.max(SLOT_MS.least, slotMs))
    this.slotMs += WEIGHT * (bounded - this.slotMs)
  }

  /** How many slots ago a slot was; 0 before anything is known. */
  age(slot: number, at: Millis): number {
    if (this.anchor === undefined) return 0
    const now = this.anchor.slot + Math.max(0, at - this.anchor.at) / this.slotMs
    return Math.max(0, now - slot)
  }

  /** When a slot was. */
  timeOf(slot: number, at: Millis): Millis {
    return at - Math.round(this.age(slot, at) * this.slotMs)
  }
}
