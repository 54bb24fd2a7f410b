import {
  allocateCandles,
  COLUMNS,
  indexAtOrAfter,
  type Candles,
} from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import type { RevisionNote } from '../../../core/ports/market/coverage.js'
import type { Interval } from '../../store/candles/coverage.js'
import { valuesOf } from '../reading/candle-values.js'
import type { SourceCandle } from '../source.js'

/** What a source says of a window, beside what is stored of it. */
export interface FetchedWindow extends Interval {
  /** In order, each once. */
  readonly candles: readonly SourceCandle[]
  /** Whether what was stored before of it was final. */
  readonly wasSettled: boolean
}

/** What is to be written, and the columns as they are afterwards. */
export interface Merge {
  readonly columns: Candles
  /** Candles to add, of times at which none is left. */
  readonly added: readonly SourceCandle[]
  /** Opens of stored candles that go. */
  readonly removed: readonly Millis[]
  readonly revisions: readonly RevisionNote[]
  readonly counts: MergeCounts
}

export interface MergeCounts {
  readonly fresh: number
  readonly unchanged: number
  /** Stored candles that changed before they were final, or were to be replaced. */
  readonly revised: number
  /** Final candles of which the source now says something else. */
  readonly conflicts: number
}

/**
 * Lays what a source says over what is stored. A candle that is not final is replaced, a final one
 * only where that is wished; either is noted as a revision.
 */
export function mergeWindows(
  stored: Candles,
  windows: readonly FetchedWindow[],
  isReplacing: boolean,
): Merge {
  const merge = new Merger(stored, isReplacing)
  for (const window of [...windows].sort((a, b) => a.since - b.since)) merge.take(window)
  return merge.finish()
}

/** A stretch of the columns afterwards. */
interface Part {
  readonly isStored: boolean
  readonly from: number
  to: number
}

class Merger {
  private readonly stored: Candles
  private readonly isReplacing: boolean
  private at = 0
  private readonly added: SourceCandle[] = []
  private readonly removed: Millis[] = []
  private readonly revisions: RevisionNote[] = []
  private unchanged = 0
  private conflicts = 0
  private fresh = 0
  /** The columns afterwards: stretches of the stored, and of the added. */
  private readonly parts: Part[] = []

  constructor(stored: Candles, isReplacing: boolean) {
    this.stored = stored
    this.isReplacing = isReplacing
  }

  take({ since, until, candles, wasSettled }: FetchedWindow): void {
    this.keepBefore(since)
    for (const candle of candles) {
      this.lose(candle.time, wasSettled)
      if (this.timeAt() === candle.time) this.meet(candle, wasSettled)
      else this.add(candle, 1)
    }
    this.lose(until, wasSettled)
  }

  private timeAt(): Millis {
    return this.at < this.stored.length ? this.stored.time[this.at]! : Infinity
  }

  private keepBefore(time: Millis): void {
    const { stored } = this
    const end = time === Infinity ? stored.length : indexAtOrAfter(stored, time)
    if (end <= this.at) return
    this.extend(true, this.at, end)
    this.at = end
  }

  /** Stored candles before a time that the source no longer has. */
  private lose(time: Millis, wasSettled: boolean): void {
    while (this.timeAt() < time) this.revise(null, wasSettled)
  }

  private meet(candle: SourceCandle, wasSettled: boolean): void {
    if (equals(this.stored, this.at, candle)) {
      this.unchanged++
      this.keep()
    } else this.revise(candle, wasSettled)
  }

  private revise(candle: SourceCandle | null, wasSettled: boolean): void {
    const isApplied = !wasSettled || this.isReplacing
    const time = this.stored.time[this.at]!
    const before = describe(this.stored, this.at)
    const after = candle && valuesOf(candle)
    this.revisions.push({ time, before, after, isApplied })
    if (isApplied) {
      this.removed.push(time)
      this.at++
      if (candle !== null) this.add(candle, 0)
    } else {
      this.conflicts++
      this.keep()
    }
  }

  private add(candle: SourceCandle, fresh: number): void {
    const at = this.added.push(candle)
    this.extend(false, at - 1, at)
    this.fresh += fresh
  }

  private keep(): void {
    this.extend(true, this.at, this.at + 1)
    this.at++
  }

  private extend(isStored: boolean, from: number, to: number): void {
    const last = this.parts[this.parts.length - 1]
    if (last !== undefined && last.isStored === isStored && last.to === from) last.to = to
    else this.parts.push({ isStored, from, to })
  }

  finish(): Merge {
    this.keepBefore(Infinity)
    const { added, removed, revisions, unchanged, conflicts, fresh } = this
    const revised = revisions.length - conflicts
    const counts = { fresh, unchanged, revised, conflicts }
    return { columns: this.columns(), added, removed, revisions, counts }
  }

  private columns(): Candles {
    const { stored, added, removed, parts } = this
    if (added.length === 0 && removed.length === 0) return stored
    const length = parts.reduce((sum, { from, to }) => sum + to - from, 0)
    const columns = allocateCandles(stored.timeframeMs, length)
    for (const name of COLUMNS) {
      const column = columns[name]
      let k = 0
      for (const { isStored, from, to } of parts) {
        if (isStored) column.set(stored[name].subarray(from, to), k)
        else for (let i = from; i < to; i++) column[k + i - from] = Number(added[i]![name])
        k += to - from
      }
    }
    return columns
  }
}

function equals(stored: Candles, at: number, candle: SourceCandle): boolean {
  return COLUMNS.every(name => stored[name][at] === Number(candle[name]))
}

function describe(stored: Candles, at: number): string {
  return VALUES.map(name => stored[name][at]).join(' ')
}

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const
