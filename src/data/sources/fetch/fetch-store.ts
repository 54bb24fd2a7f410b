import { allocateCandles, type Candles } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import type { CandleWriter, DataSet, DataSetKey } from '../../../core/ports/market/candles.js'
import type { Fetched, FetchNote, RevisionNote } from '../../../core/ports/market/coverage.js'
import type { CandleLibrary } from '../../candles/candle-library.js'
import { CandleLines } from '../../candles/candle-lines.js'
import { mergeWindows, type FetchedWindow, type MergeCounts } from './candle-merge.js'

/** A window that was asked, with what is to be noted of it. */
export interface FetchResult extends FetchedWindow {
  readonly note: FetchNote
}

/** Whether so many candles are worth a transaction. */
const BATCH_CANDLES = 50_000
const BATCH_MS = 5000

/**
 * Stores what was fetched: whole windows, several in a transaction, with their coverage. Whatever
 * ends the process, each window is stored whole or not at all.
 */
export class FetchStore {
  readonly counts = { fresh: 0, unchanged: 0, revised: 0, conflicts: 0 }
  readonly conflicts: RevisionNote[] = []
  dataSet: DataSet | undefined
  private readonly library: CandleLibrary
  private readonly key: DataSetKey
  private readonly timeframeMs: Millis
  private readonly isReplacing: boolean
  private batch: FetchResult[] = []
  private gathered = 0
  private since = performance.now()
  private writing: Promise<void> = Promise.resolve()
  private known: { readonly hash: string; readonly columns: Candles } | undefined

  constructor(options: {
    readonly library: CandleLibrary
    readonly key: DataSetKey
    readonly timeframeMs: Millis
    readonly isReplacing: boolean
  }) {
    this.library = options.library
    this.key = options.key
    this.timeframeMs = options.timeframeMs
    this.isReplacing = options.isReplacing
  }

  /** Takes a window; resolves when the next one may come. */
  async put(result: FetchResult): Promise<void> {
    this.batch.push(result)
    this.gathered += result.candles.length
    const isDue = performance.now() - this.since > BATCH_MS
    if (this.gathered >= BATCH_CANDLES || isDue) await this.flush()
  }

  /** Stores what has gathered. One batch at a time; the next gathers meanwhile. */
  async flush(): Promise<void> {
    const batch = this.batch
    if (batch.length === 0) return this.writing
    const before = this.writing
    this.batch = []
    this.gathered = 0
    this.since = performance.now()
    this.writing = before.then(() => this.write(batch))
    this.writing.catch(() => undefined)
    await before
  }

  /** Stores the rest. */
  async finish(): Promise<void> {
    await this.flush()
    await this.writing
  }

  private async write(batch: readonly FetchResult[]): Promise<void> {
    let counts: MergeCounts | undefined
    let columns: Candles | undefined
    this.dataSet = await this.library.write(this.key, async writer => {
      const merge = mergeWindows(await this.stored(writer), withCandles(batch), this.isReplacing)
      await writer.removeTimes(Float64Array.from(merge.removed))
      await append(writer, this.key, merge.added)
      const { revisions } = merge
      writer.noteFetches({ fetched: newest(batch), fetches: batch.map(one => one.note), revisions })
      this.conflicts.push(...revisions.filter(({ isApplied }) => !isApplied))
      counts = merge.counts
      columns = merge.columns
      return merge.columns
    })
    for (const name of COUNTS) this.counts[name] += counts![name]
    const { dataSet } = this
    this.known = dataSet && { hash: dataSet.dataHash, columns: columns! }
  }

  /** What this fetch stored last is known, unless another process has been at it. */
  private async stored(writer: CandleWriter): Promise<Candles> {
    if (writer.before === undefined) return allocateCandles(this.timeframeMs, 0)
    const { known } = this
    return known?.hash === writer.before.dataHash ? known.columns : writer.stored()
  }
}

const COUNTS = ['fresh', 'unchanged', 'revised', 'conflicts'] as const

/** Of a window that failed nothing is known; what is stored of it stays. */
function withCandles(batch: readonly FetchResult[]): readonly FetchResult[] {
  return batch.filter(({ note }) => note.state === 'candles' || note.state === 'empty')
}

async function append(
  writer: CandleWriter,
  key: DataSetKey,
  candles: Parameters<typeof mergeWindows>[1][number]['candles'],
): Promise<void> {
  const lines = new CandleLines(key)
  for (const { time, open, high, low, close, volume } of candles) {
    lines.add(time, open, high, low, close, volume ?? '')
    if (lines.isFull) await writer.append(lines.take())
  }
  if (!lines.isEmpty) await writer.append(lines.take())
}

function newest(batch: readonly FetchResult[]): Fetched {
  const last = batch.reduce((a, b) => (b.note.requestedAt > a.note.requestedAt ? b : a))
  return { adapter: last.note.adapter, at: last.note.requestedAt }
}
