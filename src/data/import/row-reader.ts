import { PRICE_MAX, PRICE_MIN } from '../../core/candles/checks.js'
import { AppError } from '../../core/errors.js'
import { formatTime, HOUR_MS, timeframeMs } from '../../core/candles/time.js'
import type { ColumnPlan } from './columns/columns.js'
import type { PriceRole } from './cells/column-names.js'
import type { ImportOptions } from './tables/options.js'
import { StepCounter } from './step-counter.js'
import { placeOf, type Table } from './tables/table.js'
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

/** A number of rows with the line of the first. */
export interface Counted {
  count: number
  line: number
}

/** What was seen while reading a file. */
export interface RowCounts {
  rows: number
  readonly empty: Counted
  /** Candles whose open or close lies outside of low to high. */
  readonly outside: Counted
  readonly offGrid: Counted
  /** Candles that begin before the one in the row before has ended, or end after it began. */
  readonly overlapping: Counted
  readonly disagreeing: Counted
  readonly steps: StepCounter
}

function emptyCounts(): RowCounts {
  const none = (): Counted => ({ count: 0, line: 0 })
  return {
    rows: 0,
    empty: none(),
    outside: none(),
    offGrid: none(),
    overlapping: none(),
    disagreeing: none(),
    steps: new StepCounter(),
  }
}

const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
/** Longer than any price, shorter than two volumes glued together. */
const NUMBER_LENGTH_MAX = 60
const NO_VOLUME = /^(|null|none|n\/a|-)$/i

/** Turns rows into candles; the first row that is none ends the import. */
export class RowReader {
  readonly counts: RowCounts = emptyCounts()
  private readonly table: Table
  private readonly columns: ColumnPlan
  private readonly times: TimePlan
  private readonly sink: CandleSink
  private readonly stepMs: number
  private readonly width: number
  private readonly exponent: number
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

  constructor(
    table: Table,
    columns: ColumnPlan,
    times: TimePlan,
    options: ImportOptions,
    sink: CandleSink,
  ) {
    this.table = table
    this.columns = columns
    this.times = times
    this.sink = sink
    this.stepMs = timeframeMs(options.key.timeframe)
    this.width = table.header?.length ?? table.sample[0]!.cells.length
    this.exponent = scaleExponent(options.priceScale)
  }

  read(cells: readonly string[], line: number): void {
    const { candle, counts, columns } = this
    if (cells.length > this.width) this.refuseLong(cells, line)
    if (this.isWithoutCandle(cells)) return count(counts.empty, line)
    candle.time = this.readTime(cells, line)
    candle.open = this.readPrice(cells[columns.open], 'open', line)
    candle.high = this.readPrice(cells[columns.high], 'high', line)
    candle.low = this.readPrice(cells[columns.low], 'low', line)
    candle.close = this.readPrice(cells[columns.close], 'close', line)
    candle.volume = columns.volume === undefined ? '' : this.readVolume(cells[columns.volume], line)
    candle.line = line
    this.checkRange(line)
    if (columns.volumeKind === 'quote' && candle.volume !== '') {
      candle.volume = String(Number(candle.volume) / Number(candle.close))
    }
    if (candle.time % this.stepMs !== 0) count(counts.offGrid, line)
    const step = Math.abs(candle.time - this.lastTime)
    if (step > 0 && step < this.stepMs) count(counts.overlapping, line)
    this.lastTime = candle.time
    counts.rows++
    counts.steps.see(candle.time)
    this.sink.add(candle)
  }

  private error(line: number, what: string, hint: string): AppError {
    return new AppError('IMPORT_ROW', `${placeOf(this.table, line)}: ${what}`, {
      hint,
      data: { file: this.table.file, line },
    })
  }

  private refuseLong(cells: readonly string[], line: number): void {
    if (cells.slice(this.width).every(cell => cell.trim() === '')) return
    const hint =
      'a number with a thousands separator, or a column added half-way, would shift the prices; mend the file or name the columns with --columns'
    throw this.error(
      line,
      `has ${cells.length} cells where the file has ${this.width} columns`,
      hint,
    )
  }

  /** Rows of a market not yet listed have no prices; appended files repeat their header. */
  private isWithoutCandle(cells: readonly string[]): boolean {
    const { open, high, low, close } = this.columns
    const isBlank = (index: number): boolean => (cells[index] ?? '').trim() === ''
    if (isBlank(open)) return isBlank(high) && isBlank(low) && isBlank(close)
    const name = this.table.header?.[close]
    return name !== undefined && cells[close] === name && cells[open] === this.table.header?.[open]
  }

  private readTime(cells: readonly string[], line: number): number {
    const time = this.times.read(cells)
    if (Number.isNaN(time) || Math.abs(time) > TIME_MAX) {
      const text = this.times.columns.map(i => cells[i] ?? '').join(' ')
      throw this.error(
        line,
        `"${text}" is not a time that exists`,
        'mend it; where clocks are set back an hour comes twice, and only times in UTC tell them apart',
      )
    }
    if (this.times.witnesses.length > 0) this.checkWitnesses(cells, time, line)
    if (this.times.neighbour !== undefined) this.checkNeighbour(cells, time, line)
    return time
  }

  /** A local time keeps its distance to the epoch, but for summer time. */
  private checkNeighbour(cells: readonly string[], time: number, line: number): void {
    const local = this.times.neighbour!(cells)
    if (local === undefined) return
    this.offset ??= local - time
    if (Math.abs(local - time - this.offset) > HOUR_MS) count(this.counts.disagreeing, line)
  }

  private offset: number | undefined

  private checkWitnesses(cells: readonly string[], time: number, line: number): void {
    for (const witness of this.times.witnesses) {
      const seen = witness.read(cells)
      if (seen === undefined || Math.abs(time - seen.value) <= seen.slack + 1000) continue
      if (!this.times.isBound) {
        count(this.counts.disagreeing, line)
        continue
      }
      throw new AppError(
        'IMPORT_AMBIGUOUS',
        `${placeOf(this.table, line)}: its date says ${formatTime(time)}, "${witness.name}" says ${formatTime(seen.value)}`,
        {
          hint: 'choose the column to trust with --columns; a file of several downloads glued together must be taken apart',
          data: { file: this.table.file, line },
        },
      )
    }
  }

  private readPrice(cell: string | undefined, role: PriceRole, line: number): string {
    const text = cell !== undefined && NUMBER.test(cell) ? cell : (cell ?? '').trim()
    if (!NUMBER.test(text) || text.length > NUMBER_LENGTH_MAX) {
      throw this.error(line, `${role} "${shorten(text)}" is not a price`, hintFor(text))
    }
    const value = Number(text)
    if (!(value > 0) || value === Infinity) {
      throw this.error(line, `${role} "${text}" is not above 0`, 'remove the row or mend the price')
    }
    const scaled = this.exponent === 0 ? value : Number(`${value}e${this.exponent}`)
    if (scaled > PRICE_MAX || scaled < PRICE_MIN) {
      throw this.error(
        line,
        `${role} "${shorten(text)}" is above 1e15 or below 1e-15, which no market has`,
        hintFor(text),
      )
    }
    return this.exponent === 0 ? text : String(scaled)
  }

  private readVolume(cell: string | undefined, line: number): string {
    const text = (cell ?? '').trim()
    if (NO_VOLUME.test(text)) return ''
    if (NUMBER.test(text) && text.length <= NUMBER_LENGTH_MAX && Number(text) < Infinity)
      return text
    throw this.error(line, `volume "${shorten(text)}" is not a number of 0 or more`, hintFor(text))
  }

  private checkRange(line: number): void {
    const { candle } = this
    const [open, high, low] = [Number(candle.open), Number(candle.high), Number(candle.low)]
    const close = Number(candle.close)
    if (high < low) {
      throw this.error(
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

function count(counted: Counted, line: number): void {
  if (counted.count++ === 0) counted.line = line
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}

function hintFor(text: string): string {
  if (/^[\d.]+\.[\d.]+\.[\d.]+$/.test(text))
    return 'numbers seem to be glued together where they should have been added; make the file again'
  if (/^[\d.]+,\d+$/.test(text)) return 'write decimals with a point, without thousands separators'
  if (/^-/.test(text)) return 'remove the row, or mend it'
  return 'see whether the columns are the right ones; --columns names them'
}

/** The power of ten of `--price-scale 0.01`. */
function scaleExponent(scale: string | undefined): number {
  if (scale === undefined) return 0
  const exponent = Math.round(Math.log10(Number(scale)))
  if (Number(scale) > 0 && Number(`1e${exponent}`) === Number(scale)) return exponent
  throw new AppError('USAGE', `--price-scale "${scale}" is not a power of ten`, {
    hint: 'use 0.01 for prices that have lost a point before the last two digits',
  })
}
