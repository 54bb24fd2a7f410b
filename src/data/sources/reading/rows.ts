import type { Millis } from '../../../core/candles/time.js'
import { PageError, type SourceCandle } from '../source.js'
import { fieldOf, listOf, textAt, type ExactJson } from './exact-json.js'

/** Where the parts of a candle stand in a row: a place in a list, or the name of a field. */
export interface RowLayout {
  readonly time: number | string
  readonly open: number | string
  readonly high: number | string
  readonly low: number | string
  readonly close: number | string
  /** Null where there is no volume in units of the base. */
  readonly volume: number | string | null
  readonly quoteVolume?: number | string
  /** Where a row says whether it is closed, and by which text. */
  readonly closed?: { readonly at: number | string; readonly text: string }
}

/**
 * The candles of rows, as they stand.
 * @throws PageError that names row and field
 */
export function candlesOf(rows: readonly ExactJson[], layout: RowLayout): SourceCandle[] {
  let unit = 0
  return rows.map((row, i) => {
    const reader = new RowReader(row, i)
    const stamp = reader.time(layout.time)
    unit ||= stamp.unit
    if (stamp.unit !== unit) throw new PageError(`row ${i + 1} has its time in another unit`)
    const candle: SourceCandle = {
      time: stamp.time,
      open: reader.price('open', layout.open),
      high: reader.price('high', layout.high),
      low: reader.price('low', layout.low),
      close: reader.price('close', layout.close),
      volume: layout.volume === null ? null : reader.amount('volume', layout.volume),
    }
    const { quoteVolume, closed } = layout
    return {
      ...candle,
      ...(quoteVolume !== undefined && {
        quoteVolume: reader.amount('quote volume', quoteVolume),
      }),
      ...(closed && { isClosed: reader.text('closed', closed.at) === closed.text }),
    }
  })
}

class RowReader {
  private readonly row: ExactJson
  private readonly index: number
  constructor(row: ExactJson, index: number) {
    this.row = row
    this.index = index
  }

  text(name: string, at: number | string): string {
    const value =
      typeof at === 'string' ? fieldOf(this.row, at) : listOf(this.row, 'in its rows')[at]
    const text = textAt(value)
    if (text !== undefined) return text
    const found = value === undefined ? 'nothing' : JSON.stringify(value)
    throw new PageError(`row ${this.index + 1} has ${found} for ${name}`)
  }

  time(at: number | string): { readonly time: Millis; readonly unit: number } {
    const text = this.text('time', at)
    const unit = unitOf(Number(text))
    if (unit === undefined || !/^\d+(\.0+)?$/.test(text)) {
      throw new PageError(`row ${this.index + 1} has the time "${text}"`)
    }
    return { time: Math.floor(Number(text) * unit), unit }
  }

  price(name: string, at: number | string): string {
    const text = decimalOf(this.text(name, at))
    if (text !== undefined && Number(text) > 0) return text
    throw new PageError(`row ${this.index + 1} has "${this.text(name, at)}" for ${name}`)
  }

  amount(name: string, at: number | string): string {
    const text = decimalOf(this.text(name, at))
    if (text !== undefined && !text.startsWith('-')) return text
    throw new PageError(`row ${this.index + 1} has "${this.text(name, at)}" for ${name}`)
  }
}

/** Milliseconds in a unit of time, by the size of a value: seconds, milliseconds, microseconds. */
function unitOf(value: number): number | undefined {
  if (value >= 1e9 && value < 1e11) return 1000
  if (value >= 1e12 && value < 1e14) return 1
  if (value >= 1e15 && value < 1e17) return 0.001
  return undefined
}

const DIGITS_MAX = 60

/** A number's text without an exponent, digit for digit; undefined where it is no number. */
export function decimalOf(text: string): string | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', decimals = '', exponent] = match
  if (exponent === undefined) return text
  const shift = Number(exponent)
  if (Math.abs(shift) > DIGITS_MAX) return undefined
  const digits = whole + decimals
  const point = whole.length + shift
  if (point >= digits.length) return trimmed(sign, digits.padEnd(point, '0'), '')
  if (point <= 0) return trimmed(sign, '0', '0'.repeat(-point) + digits)
  return trimmed(sign, digits.slice(0, point), digits.slice(point))
}

function trimmed(sign: string, whole: string, decimals: string): string {
  const left = whole.replace(/^0+(?=\d)/, '')
  return decimals === '' ? sign + left : `${sign}${left}.${decimals}`
}
