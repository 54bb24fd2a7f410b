import { PRICE_MAX, PRICE_MIN } from '../../core/candles/checks.js'
import { AppError } from '../../core/errors.js'
import type { PriceRole } from './cells/price-roles.js'
import { isNoNumber, NUMBER, plainNumber, type DecimalMark } from './cells/numbers.js'
import { placeOf, type Table } from './tables/table.js'

/** Longer than any price, shorter than two volumes glued together. */
const NUMBER_LENGTH_MAX = 60

/** Reads prices and volumes as checked decimal text. */
export class NumberReader {
  private readonly table: Table
  private readonly mark: DecimalMark
  private readonly exponent: number

  constructor(table: Table, priceScale: string | undefined) {
    this.table = table
    this.mark = table.decimalMark ?? '.'
    this.exponent = scaleExponent(priceScale)
  }

  /** @throws AppError IMPORT_ROW */
  price(cell: string | undefined, role: PriceRole, line: number): string {
    const text = this.text(cell)
    if (text === undefined || text.length > NUMBER_LENGTH_MAX) {
      const shown = shorten((cell ?? '').trim())
      throw this.error(line, `${role} "${shown}" is not a price`, hintFor(cell ?? ''))
    }
    const value = Number(text)
    if (!(value > 0) || value === Infinity) {
      throw this.error(
        line,
        `${role} "${text}" is not above 0`,
        'remove the row or correct the price',
      )
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

  /** Empty where the cell stands for no number. @throws AppError IMPORT_ROW */
  volume(cell: string | undefined, line: number): string {
    if (isNoNumber(cell ?? '')) return ''
    const text = this.text(cell)
    if (text !== undefined && text.length <= NUMBER_LENGTH_MAX && Number(text) < Infinity)
      return text
    const shown = shorten((cell ?? '').trim())
    throw this.error(line, `volume "${shown}" is not a number of 0 or more`, hintFor(cell ?? ''))
  }

  private text(cell = ''): string | undefined {
    if (this.mark === '.' && NUMBER.test(cell)) return cell
    const trimmed = cell.trim()
    if (this.mark === '.' && NUMBER.test(trimmed)) return trimmed
    return plainNumber(trimmed, this.mark)
  }

  error(line: number, what: string, hint: string): AppError {
    return new AppError('IMPORT_ROW', `${placeOf(this.table, line)}: ${what}`, {
      hint,
      data: { file: this.table.file, line },
    })
  }
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}

function hintFor(cell: string): string {
  const text = cell.trim()
  if (/^[\d.]+\.[\d.]+\.[\d.]+$/.test(text))
    return 'numbers seem to be glued together where they should have been added; make the file again'
  if (/^\d[\d.]*,\d+$/.test(text))
    return 'say how the file writes numbers: --decimal , where a comma stands before decimals, --thousands , where between thousands'
  if (/^-/.test(text)) return 'remove the row, or correct it'
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
