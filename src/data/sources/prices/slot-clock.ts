import type { Millis } from '../../../core/candles/time.js'

/** Lengths of a slot that are believed. */
const SLOT_MS = { usual: 400, least: 100, most: 1000 } as const
/** An answer may lie so many slots behind what was reckoned, and be new all the same. */
const BEHIND_MAX = 50
/** So far off may the length of a slot be: before it was measured for a minute, and after. */
const DRIFT = { unknown: 0.1, known: 0.02 } as const
const KNOWN_MS = 60_000
/** The length of a slot is measured over so long. */
const SPAN_MS = 600_000
/** After so long a silence nothing is known of where the chain is. */
const SILENCE_MAX_MS = 300_000

/** A slot that the chain had reached at a time. */
interface Mark {
  readonly slot: number
  readonly at: Millis
}

/**
 * Where a chain is, by the newest slot that answers name and the time that has passed since. It
 * tells the age of what was made at a slot, in slots and in milliseconds.
 */
export class SlotClock {
  private slotMs: number = SLOT_MS.usual
  private newest: Mark | undefined
  /** Where the length of a slot is measured from, and where next. */
  private from: Mark | undefined
  private then: Mark | undefined

  /** An answer names a slot that the chain has reached by then. */
  see(slot: number, at: Millis): void {
    const { newest } = this
    const mark = { slot, at }
    if (newest === undefined || at - newest.at >= SILENCE_MAX_MS) {
      this.from = this.then = mark
    } else {
      if (slot <= newest.slot || this.isBehind(mark, newest)) return
      this.measure(mark)
    }
    this.newest = mark
  }

  /** It comes from a copy that has fallen behind. */
  private isBehind({ slot, at }: Mark, newest: Mark): boolean {
    const drift = newest.at - this.from!.at >= KNOWN_MS ? DRIFT.known : DRIFT.unknown
    const passed = (at - newest.at) / this.slotMs
    return newest.slot + passed * (1 - drift) - slot > BEHIND_MAX
  }

  private measure(mark: Mark): void {
    if (mark.at - this.then!.at > SPAN_MS) [this.from, this.then] = [this.then, mark]
    const { slot, at } = this.from!
    const length = (mark.at - at) / (mark.slot - slot)
    this.slotMs = Math.min(SLOT_MS.most, Math.max(SLOT_MS.least, length))
  }

  /** How many slots ago a slot was; 0 before anything is known. */
  age(slot: number, at: Millis): number {
    if (this.newest === undefined) return 0
    const now = this.newest.slot + Math.max(0, at - this.newest.at) / this.slotMs
    return Math.max(0, now - slot)
  }

  /** When a slot was. */
  timeOf(slot: number, at: Millis): Millis {
    return at - Math.round(this.age(slot, at) * this.slotMs)
  }
}
