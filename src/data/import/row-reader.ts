import { AppError } from '../../core/errors.js'
import { bucketOpen } from '../../core/candles/resample.js'
import { formatTime, HOUR_MS, timeframeMs } from '../../core/candles/time.js'
import { PRICE_ROLES } from './cells/price-roles.js'
import { isNoNumber } from './cells/numbers.js'
import type { ColumnPlan } from './columns/columns.js'
import { condition, type Identity, type SteadyColumn } from './columns/identity.js'
import type { StatusColumn } from './columns/status.js'
import { NumberReader } from './number-reader.js'
import { count, emptyCounts, type RowCounts } from './row-counts.js'
import type { ImportOptions } from './tables/options.js'
import { isComment, placeOf, type Table } from './tables/table.js'
import { agrees } from './times/time-witness.js'
import type { TimePlan } from './times/times.js'

/** Takes candles as they are read; numbers as checked decimal text. */
export interface CandleSink {
  add(candle: RawCandle): void
}

/** One candle as read, lent for the length of a call. */
export interface RawCandle {
  time: number
  open: string
  high: string
  low: string
  close: string
  /** Empty where the file has none. */
  volume: string
  line: number
}

/** How the rows of a file are read. */
export interface ReadingPlan {
  readonly table: Table
  readonly columns: ColumnPlan
  readonly times: TimePlan
  readonly identity: Identity
  readonly status: StatusColumn | undefined
}

/** Turns rows into candles; the first row that is none ends the import. */
export class RowReader {
  readonly counts: RowCounts = emptyCounts()
  private readonly plan: ReadingPlan
  private readonly numbers: NumberReader
  private readonly sink: CandleSink
  private readonly stepMs: number
  private readonly width: number
  /** What the steady columns said last. */
  private readonly said: (string | undefined)[]
  private lastTime = NaN
  private readonly candle: RawCandle = {
    time: 0,
    open: '',
    high: '',
    low: '',
    close: '',
    volume: '',
    line: 0,
  }

  constructor(plan: ReadingPlan, options: ImportOptions, sink: CandleSink) {
    const { table, identity } = plan
    this.plan = plan
    this.sink = sink
    this.stepMs = timeframeMs(options.key.timeframe)
    this.width = table.header?.length ?? table.sample[0]!.cells.length
    this.numbers = new NumberReader(table, options.priceScale)
    this.said = identity.steady.map(() => undefined)
  }

  read(cells: readonly string[], line: number): void {
    const { candle, counts, numbers } = this
    const { columns } = this.plan
    if (isComment(cells)) return count(counts.empty, line)
    if (cells.length > this.width) this.refuseLong(cells, line)
    if (this.isWithoutCandle(cells)) return count(counts.empty, line)
    this.checkSteady(cells, line)
    candle.time = this.readTime(cells, line)
    if (this.isUnfinished(cells, candle.time, line)) return count(counts.unfinished, line)
    candle.open = numbers.price(cells[columns.open], 'open', line)
    candle.high = numbers.price(cells[columns.high], 'high', line)
    candle.low = numbers.price(cells[columns.low], 'low', line)
    candle.close = numbers.price(cells[columns.close], 'close', line)
    candle.volume = columns.volume === undefined ? '' : this.readVolume(cells, line)
    candle.line = line
    if (cells.length < this.width) count(counts.short, line)
    this.checkRange(line)
    this.see(candle.time, line)
    this.sink.add(candle)
  }

  /** Holds a time against its neighbour and the grid. Weeks begin on Monday. */
  private see(time: number, line: number): void {
    const { counts, stepMs } = this
    if (bucketOpen(time, stepMs) !== time) count(counts.offGrid, line)
    const step = Math.abs(time - this.lastTime)
    if (step > 0 && step < stepMs) count(counts.overlapping, line)
    this.lastTime = time
    counts.rows++
    counts.steps.see(time)
  }

  private readVolume(cells: readonly string[], line: number): string {
    const { volume, volumeKind, silent } = this.plan.columns
    if (silent !== undefined) this.requireSilence(cells, silent, line)
    const text = this.numbers.volume(cells[volume!], line)
    if (volumeKind !== 'quote' || text === '') return text
    return String(Number(text) / Number(this.candle.close))
  }

  /** A column that was skipped as 0 throughout must be so to the end. */
  private requireSilence(cells: readonly string[], silent: number, line: number): void {
    if (!(Number(cells[silent]) > 0)) return
    const { header } = this.plan.table
    const names = [silent, this.plan.columns.volume!].map(i => `"${header?.[i] ?? `#${i + 1}`}"`)
    throw new AppError(
      'IMPORT_AMBIGUOUS',
      `${placeOf(this.plan.table, line)}: ${names[0]!} is 0 at the beginning of the file but not here, and ${names[1]!} counts volume, too`,
      { hint: 'choose one with --columns, as in --columns "open=...,volume=..."' },
    )
  }

  private refuseLong(cells: readonly string[], line: number): void {
    if (cells.slice(this.width).every(cell => cell.trim() === '')) return
    const hint =
      'a number with a thousands separator, or a column added half-way, would shift the prices; --thousands , puts such numbers together where the header proves it; otherwise put them in quotes, or name the columns with --columns'
    throw this.numbers.error(
      line,
      `has ${cells.length} cells where the file has ${this.width} columns`,
      hint,
    )
  }

  /**
   * Rows of a market not yet listed have no prices; appended files repeat their header; a row
   * with a single cell is a comment or a footer.
   */
  private isWithoutCandle(cells: readonly string[]): boolean {
    const { columns, table } = this.plan
    if (isNoNumber(cells[columns.open] ?? '')) {
      const isRow = cells.length > 1 || table.unit === 'record'
      const others = PRICE_ROLES.every(role => isNoNumber(cells[columns[role]] ?? ''))
      return others && (isRow || !/^[\d\s.,:TZ+-]*$/.test(cells[0] ?? ''))
    }
    const name = table.header?.[columns.close]
    return (
      name !== undefined &&
      cells[columns.close]?.trim() === name &&
      cells[columns.open]?.trim() === table.header?.[columns.open]
    )
  }

  /** All rows must be of one market and interval. */
  private checkSteady(cells: readonly string[], line: number): void {
    const { steady } = this.plan.identity
    for (let i = 0; i < steady.length; i++) {
      const cell = cells[steady[i]!.index]
      if (cell === this.said[i] || cell === undefined || cell.trim() === '') continue
      const before = this.said[i]
      if (before !== undefined && before.trim() !== cell.trim())
        throw this.secondSeries(steady[i]!, before.trim(), cell.trim(), line)
      this.said[i] = cell
    }
  }

  private secondSeries(
    { name }: SteadyColumn,
    before: string,
    now: string,
    line: number,
  ): AppError {
    return new AppError(
      'IMPORT_AMBIGUOUS',
      `${placeOf(this.plan.table, line)}: "${name}" says "${now}", and "${before}" in the rows before: the file holds several series`,
      {
        hint: `choose one: --where ${condition(name, before)}`,
        data: { file: this.plan.table.file, line, column: name, values: [before, now] },
      },
    )
  }

  private isUnfinished(cells: readonly string[], time: number, line: number): boolean {
    const { status, table } = this.plan
    if (table.isUnfinished?.(time, this.stepMs) === true) return true
    if (status === undefined) return false
    const cell = (cells[status.index] ?? '').trim()
    const isFinished = status.isFinished(cell)
    if (isFinished !== undefined || cell === '') return isFinished === false
    throw this.numbers.error(
      line,
      `"${status.name}" is "${cell}", which does not say whether the candle was finished`,
      'correct it: true or false',
    )
  }

  private readTime(cells: readonly string[], line: number): number {
    const { times } = this.plan
    const time = times.read(cells)
    if (Number.isNaN(time) || Math.abs(time) > TIME_MAX) {
      const text = times.columns.map(i => cells[i] ?? '').join(' ')
      throw this.numbers.error(
        line,
        `"${text}" is not a time that exists`,
        'correct it; --time-zone and --time-format say how times are to be read',
      )
    }
    if (times.witnesses.length > 0) this.checkWitnesses(cells, time, line)
    if (times.neighbour !== undefined) this.checkNeighbour(cells, time, line)
    return time
  }

  /** A local time keeps its distance to the epoch, but for summer time. */
  private checkNeighbour(cells: readonly string[], time: number, line: number): void {
    const local = this.plan.times.neighbour!(cells)
    if (local === undefined) return
    this.offset ??= local - time
    if (Math.abs(local - time - this.offset) > HOUR_MS) count(this.counts.disagreeing, line)
  }

  private offset: number | undefined

  private checkWitnesses(cells: readonly string[], time: number, line: number): void {
    for (const witness of this.plan.times.witnesses) {
      const seen = witness.read(cells)
      if (seen === undefined || agrees(witness, seen, time, this.stepMs)) continue
      if (!this.plan.times.isBound) {
        count(this.counts.disagreeing, line)
        continue
      }
      throw new AppError(
        'IMPORT_AMBIGUOUS',
        `${placeOf(this.plan.table, line)}: its date says ${formatTime(time)}, "${witness.name}" says ${formatTime(seen.value)}`,
        {
          hint: 'choose the column to trust with --columns; a file of several downloads glued together must be taken apart',
          data: { file: this.plan.table.file, line },
        },
      )
    }
  }

  private checkRange(line: number): void {
    const { candle } = this
    const [open, high, low] = [Number(candle.open), Number(candle.high), Number(candle.low)]
    const close = Number(candle.close)
    if (high < low) {
      throw this.numbers.error(
        line,
        `high ${candle.high} is below low ${candle.low}`,
        'see whether the columns are the right ones; --columns names them',
      )
    }
    if (open > high || close > high || open < low || close < low) count(this.counts.outside, line)
  }
}

/** The year 2200, beyond which a number is no time of a candle. */
const TIME_MAX = 7_258_118_400_000
