import {
  allocateCandles,
  COLUMNS,
  type Candles,
  indexAtOrAfter,
} from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { CandleWriter, DataSetKey } from '../../core/ports/market/candles.js'
import { formatTime, timeframeMs } from '../../core/candles/time.js'
import { CandleLines } from '../candles/candle-lines.js'
import { ColumnBlocks } from './column-blocks.js'
import type { CandleSink, RawCandle } from './row-reader.js'

/** What became of the candles of an import. */
export interface GatherCounts {
  imported: number
  unchanged: number
  replaced: number
  duplicates: number
}

interface Conflict {
  readonly place: string
  readonly time: number
  readonly stored: string
  readonly found: string
  count: number
}

/**
 * Holds each candle against those stored and those before it in the same import, and sends what
 * is new to the database while the reading goes on.
 */
export class CandleGatherer implements CandleSink {
  readonly counts: GatherCounts = { imported: 0, unchanged: 0, replaced: 0, duplicates: 0 }
  /** Whose rows are being read, for messages. */
  private file = 0
  private readonly files: string[] = []
  private readonly stored: Candles
  private readonly seen: Uint8Array
  private readonly writer: CandleWriter
  private readonly key: DataSetKey
  private readonly isReplacing: boolean
  private readonly lines: CandleLines
  private readonly fresh = new ColumnBlocks()
  private readonly replacedTimes: number[] = []
  private sending: Promise<void> | undefined
  private conflict: Conflict | undefined

  constructor(key: DataSetKey, stored: Candles, writer: CandleWriter, isReplacing: boolean) {
    this.key = key
    this.stored = stored
    this.seen = new Uint8Array(stored.length)
    this.writer = writer
    this.isReplacing = isReplacing
    this.lines = new CandleLines(key)
  }

  startFile(place: string): void {
    this.file = this.files.push(place) - 1
  }

  add(candle: RawCandle): void {
    const { stored } = this
    const isInside =
      stored.length > 0 &&
      candle.time >= stored.time[0]! &&
      candle.time <= stored.time[stored.length - 1]!
    if (isInside) {
      const at = indexAtOrAfter(stored, candle.time)
      if (stored.time[at] === candle.time && this.seen[at] !== REPLACED)
        return this.meet(candle, at)
    }
    const known = this.fresh.find(candle.time)
    if (known !== undefined) return this.meetAgain(candle, known)
    this.counts.imported++
    this.take(candle)
  }

  /** A candle whose time is stored. */
  private meet(candle: RawCandle, at: number): void {
    const isSame = equals(this.stored, at, candle)
    if (isSame) {
      if (this.seen[at] === SEEN) this.counts.duplicates++
      else this.counts.unchanged++
      this.seen[at] = SEEN
    } else if (this.seen[at] === SEEN) {
      throw this.twice(candle, 'an earlier row')
    } else if (this.isReplacing) {
      this.seen[at] = REPLACED
      this.counts.replaced++
      this.replacedTimes.push(candle.time)
      this.take(candle)
    } else {
      this.conflict ??= {
        place: this.placeOf(this.file, candle.line),
        time: candle.time,
        stored: describe(this.stored, at),
        found: `${candle.open} ${candle.high} ${candle.low} ${candle.close} ${candle.volume}`,
        count: 0,
      }
      this.conflict.count++
    }
  }

  /** A candle whose time came before in this import. */
  private meetAgain(candle: RawCandle, at: number): void {
    if (this.fresh.equals(at, candle)) this.counts.duplicates++
    else throw this.twice(candle, this.placeOf(this.fresh.fileOf(at), this.fresh.lineOf(at)))
  }

  private twice(candle: RawCandle, earlier: string): AppError {
    const place = this.placeOf(this.file, candle.line)
    return new AppError(
      'IMPORT_ROW',
      `${place}: the candle of ${formatTime(candle.time)} differs from the one in ${earlier}`,
      {
        hint: 'keep one of the two; where clocks are set back, or AM and PM are lost, times come twice',
        data: { line: candle.line, time: formatTime(candle.time) },
      },
    )
  }

  private placeOf(file: number, line: number): string {
    return `${this.files[file]!} ${line}`
  }

  private take(candle: RawCandle): void {
    this.fresh.append(candle, this.file)
    this.lines.add(candle.time, candle.open, candle.high, candle.low, candle.close, candle.volume)
    if (this.lines.isFull) this.send()
  }

  /** One batch is stored while the next is read; a third has to wait. */
  private send(): void {
    const batch = this.lines.take()
    const times = Float64Array.from(this.replacedTimes.splice(0))
    const before = this.sending ?? Promise.resolve()
    this.pending++
    this.sending = before.then(async () => {
      await this.writer.removeTimes(times)
      await this.writer.append(batch)
      this.pending--
    })
    // Reported by whoever waits next.
    this.sending.catch(() => undefined)
  }

  private pending = 0

  /** What the reader must wait for before it reads on. */
  pause(): Promise<void> | undefined {
    return this.pending > 1 ? this.sending : undefined
  }

  /** Stores the rest; the columns as they are afterwards. */
  async finish(): Promise<Candles> {
    if (this.conflict !== undefined) throw this.conflictError(this.conflict)
    if (!this.lines.isEmpty) this.send()
    await this.sending
    if (this.fresh.length === 0) return this.stored
    const stepMs = timeframeMs(this.key.timeframe)
    if (this.stored.length === 0 && this.fresh.isAscending) return this.fresh.candles(stepMs)
    return merge(this.stored, this.seen, this.fresh, stepMs)
  }

  private conflictError(conflict: Conflict): AppError {
    const { symbol, timeframe } = this.key
    const more = conflict.count === 1 ? '' : `, the first of ${conflict.count}`
    return new AppError(
      'IMPORT_CONFLICT',
      `${conflict.place}: the candle of ${symbol} ${timeframe} at ${formatTime(conflict.time)} differs from the stored one${more} (file: ${conflict.found}; stored: ${conflict.stored})`,
      {
        hint: 'nothing was stored; repeat with --replace to let the file win, or use another --symbol for another source',
        data: { count: conflict.count, first: formatTime(conflict.time) },
      },
    )
  }
}

const SEEN = 1
const REPLACED = 2

function equals(stored: Candles, at: number, candle: RawCandle): boolean {
  return (
    stored.close[at] === Number(candle.close) &&
    stored.open[at] === Number(candle.open) &&
    stored.high[at] === Number(candle.high) &&
    stored.low[at] === Number(candle.low) &&
    stored.volume[at] === Number(candle.volume)
  )
}

function describe(stored: Candles, at: number): string {
  return [stored.open, stored.high, stored.low, stored.close, stored.volume]
    .map(column => column[at])
    .join(' ')
}

/** Stored and new candles in one order, a column at a time to keep the memory low. */
function merge(stored: Candles, seen: Uint8Array, fresh: ColumnBlocks, stepMs: number): Candles {
  const freshOrder = fresh.order()
  const kept = stored.length - seen.reduce((sum, state) => sum + (state === REPLACED ? 1 : 0), 0)
  const merged = { ...allocateCandles(stepMs, 0), length: kept + fresh.length }
  const sources = new Int32Array(merged.length)
  const freshTimes = fresh.column('time')
  let [i, j] = [0, 0]
  for (let k = 0; k < merged.length; k++) {
    while (i < stored.length && seen[i] === REPLACED) i++
    const next = j < freshOrder.length ? freshTimes[freshOrder[j]!]! : Infinity
    if (i < stored.length && stored.time[i]! < next) sources[k] = i++
    else sources[k] = -1 - freshOrder[j++]!
  }
  for (const name of COLUMNS) {
    const from = fresh.takeColumn(name)
    const column = new Float64Array(merged.length)
    for (let k = 0; k < merged.length; k++) {
      const source = sources[k]!
      column[k] = source >= 0 ? stored[name][source]! : from[-1 - source]!
    }
    merged[name] = column
  }
  return merged
}
