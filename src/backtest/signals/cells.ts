import type { Millis } from '../../core/candles/time.js'
import { refuseCell, type Place } from './place.js'

/** Cells of a file of signals: texts from CSV, values from JSON lines. */

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

const TAG_LENGTH = 40

/** @throws AppError BAD_SIGNALS where it is no finite number */
export function readNumber(place: Place, value: unknown): number {
  const isWritten = typeof value === 'string' && NUMBER.test(value)
  const number = typeof value === 'number' || isWritten ? Number(value) : NaN
  if (Number.isFinite(number)) return number
  throw refuseCell(place, value, {
    problem: 'is no number',
    hint: 'write a number such as 0.05, or leave the cell empty to say nothing',
  })
}

/** A share of equity, -1 to 1. */
export function readExposure(place: Place, value: unknown): number {
  const exposure = readNumber(place, value)
  if (exposure >= -1 && exposure <= 1) return exposure
  throw refuseCell(place, value, {
    problem: 'is not from -1 to 1',
    hint: 'write a share of equity: 1 is all of it, 0 is out of the market, below 0 is short',
  })
}

export function readTag(place: Place, value: unknown): string {
  const tag = typeof value === 'number' ? String(value) : value
  if (typeof tag === 'string' && tag.length <= TAG_LENGTH) return tag
  throw refuseCell(place, value, {
    problem: `is no text of at most ${TAG_LENGTH} characters`,
    hint: 'write a short name, such as breakout',
  })
}

/** An absolute price; `none` removes the level. */
export function readLevel(place: Place, value: unknown): number | null {
  if (value === 'none') return null
  const price = readNumber(place, value)
  if (price > 0) return price
  throw refuseCell(place, value, {
    problem: 'is no price above 0',
    hint: 'write a price, none to remove the level, or nothing to leave it',
  })
}

/** Take-profit distances by closes held: `0:0.1,12:0.05`, in JSON an object too. */
export function readRoi(place: Place, value: unknown): Readonly<Record<number, number>> {
  const pairs = roiPairs(value)
  const isRight =
    pairs.length > 0 &&
    new Set(pairs.map(([closes]) => closes)).size === pairs.length &&
    pairs.every(([closes, share]) => /^\d+$/.test(closes) && Number.isFinite(share))
  if (isRight) return Object.fromEntries(pairs.map(([closes, share]) => [Number(closes), share]))
  throw refuseCell(place, value, {
    problem: 'is no list of closes and fractions',
    hint: 'write 0:0.1,12:0.05 for 10 % at once and 5 % after 12 closes, each number of closes once',
  })
}

function roiPairs(value: unknown): readonly (readonly [closes: string, share: number])[] {
  if (typeof value === 'string') {
    return value.split(',').map(part => {
      const [closes = '', share = '', ...more] = part.split(':').map(text => text.trim())
      return [closes, more.length === 0 && NUMBER.test(share) ? Number(share) : NaN]
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).map(([closes, share]) => [
    closes,
    typeof share === 'number' ? share : NaN,
  ])
}

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2}))?$/

/** An epoch at or above this is milliseconds: as seconds it would lie after the year 5000. */
const EPOCH_MS_MIN = 1e11

/** UTC milliseconds of an ISO time with its zone, of a date (its midnight), or of an epoch. */
export function readTime(place: Place, value: unknown): Millis {
  const time =
    typeof value === 'number' || /^\d+(\.\d+)?$/.test(String(value))
      ? epochOf(Number(value))
      : isoOf(String(value))
  if (Number.isSafeInteger(time)) return time
  throw refuseCell(place, value, {
    problem: 'is no time',
    hint: 'write 2024-01-31T15:00:00Z with its zone, or an epoch in seconds or milliseconds',
  })
}

function epochOf(epoch: number): Millis {
  return Math.round(epoch >= EPOCH_MS_MIN ? epoch : epoch * 1000)
}

function isoOf(text: string): Millis {
  const match = ISO.exec(text)
  if (match === null) return NaN
  const [, date, clock = '00:00', zone = 'Z'] = match
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const midnight = Date.parse(`${date}T00:00Z`)
  // Date.parse takes the 31st of a short month for a day of the next one.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return NaN
  return Date.parse(`${date}T${clock}${offset}`)
}
