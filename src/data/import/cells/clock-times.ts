import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/candles/time.js'
import { splitZoneName } from './zone-names.js'

/** Which part of a date such as `3/01/2017` comes first. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy'

/** A time as written. `clockMs` is undefined for a date alone, `dayMs` for a clock alone. */
export interface WrittenTime {
  readonly dayMs: number | undefined
  readonly clockMs: number | undefined
  /** Undefined where no offset is written. */
  readonly offsetMs: number | undefined
  /** The name of a zone that is written, such as `US/Eastern` or `EST`. */
  readonly zoneName?: string | undefined
}

/** A local time as if it were UTC, or the instant itself where a zone is written. */
export interface LocalTime {
  readonly ms: number
  readonly isZoned: boolean
  /** The zone that a local time names in words. */
  readonly zoneName?: string | undefined
}

const DATE = '(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})|(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4}|\\d{2})'
const NAMED = '(\\d{1,2})[- ]([a-z]{3,9})[-, ]+(\\d{4}|\\d{2})|([a-z]{3,9}) (\\d{1,2}),? (\\d{4})'
const CLOCK = '(\\d{1,2})(?::(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?)?(?:[ -]?([ap])\\.?m\\.?)?'
const ZONE = '(z|utc|gmt)?(?:([+-])(\\d{1,2}):?(\\d{2})?)?'
const TIME = new RegExp(`^(?:${DATE}|${NAMED})(?:(?:T|[ ,]+)${CLOCK})? ?${ZONE}$`, 'i')
const CLOCK_ONLY = new RegExp(`^${CLOCK} ?${ZONE}$`, 'i')
const COMPACT = /^(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(\d{2})?(Z)?$/
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +/i
/** What C's `ctime` and Unix's `date` write after the day of the week. */
const CTIME = /^([a-z]{3}) +(\d{1,2}) (\d{2}:\d{2}:\d{2})(?: ([a-z]{3,4}))? (\d{4})$/i
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Reads a written time; undefined where the text is none, or names a day that does not exist. */
export function readTime(text: string, order: DateOrder): WrittenTime | undefined {
  const compact = COMPACT.exec(text)
  if (compact) {
    const [, y, m, d, hours, minutes, seconds, z] = compact
    const clock = clockOf(hours, minutes, seconds)
    if (clock === undefined) return undefined
    const zone = z === undefined ? undefined : 0
    return written(dayOf(Number(y), Number(m), Number(d)), clock, zone)
  }
  if (!/[a-z]{2}/i.test(text)) return readNumeric(text, order)
  const plain = text
    .replace(/ ?\([^)]*\)$/, '')
    .replace(WEEKDAY, '')
    .replace(/ {2,}/g, ' ')
    .replace(CTIME, '$2 $1 $5 $3 $4')
    .trim()
  const { time, name } = splitZoneName(plain)
  const read = readNumeric(time, order)
  if (read === undefined || name === undefined) return read
  return read.offsetMs === undefined ? { ...read, zoneName: name } : read
}

function readNumeric(text: string, order: DateOrder): WrittenTime | undefined {
  const match = TIME.exec(text.replace(/^(\d{4})(\d{2})(\d{2})(?!\d)/, '$1-$2-$3'))
  if (!match) return undefined
  const hasClock = match[13] !== undefined
  const clock = hasClock
    ? clockOf(match[13], match[14], match[15], match[16], match[17])
    : undefined
  if (hasClock && clock === undefined) return undefined
  return written(dateOf(match, order), clock, zoneOf(match, 18))
}

/** Reads a clock without a date, such as ` 09:00` or `02:00 PM`. */
export function readClock(text: string): WrittenTime | undefined {
  const match = CLOCK_ONLY.exec(text.trim())
  if (!match || (match[2] === undefined && match[5] === undefined)) return undefined
  const clockMs = clockOf(match[1], match[2], match[3], match[4], match[5])
  if (clockMs === undefined) return undefined
  return { dayMs: undefined, clockMs, offsetMs: zoneOf(match, 6) }
}

/** Reads a clock of digits alone, `93000` as 9:30 where six are due, `930` where four are. */
export function readDigitClock(text: string, digits: 4 | 6): WrittenTime | undefined {
  const cell = text.trim()
  if (!/^\d{1,6}$/.test(cell) || cell.length > digits) return undefined
  const whole = cell.padStart(digits, '0')
  const clockMs = clockOf(whole.slice(0, 2), whole.slice(2, 4), whole.slice(4) || '0')
  return clockMs === undefined ? undefined : { dayMs: undefined, clockMs, offsetMs: undefined }
}

function written(
  dayMs: number | undefined,
  clockMs: number | undefined,
  offsetMs: number | undefined,
): WrittenTime | undefined {
  return dayMs === undefined ? undefined : { dayMs, clockMs, offsetMs }
}

function dateOf(match: RegExpExecArray, order: DateOrder): number | undefined {
  if (match[1] !== undefined) return dayOf(Number(match[1]), Number(match[2]), Number(match[3]))
  if (match[7] !== undefined) return dayOf(yearOf(match[9]!), monthOf(match[8]!), Number(match[7]))
  if (match[10] !== undefined)
    return dayOf(Number(match[12]), monthOf(match[10]), Number(match[11]))
  const [a, b, c] = [match[4]!, match[5]!, match[6]!]
  switch (order) {
    case 'dmy':
      return dayOf(yearOf(c), Number(b), Number(a))
    case 'mdy':
      return dayOf(yearOf(c), Number(a), Number(b))
    case 'ymd':
      return c.length === 2 && a.length === 2 ? dayOf(yearOf(a), Number(b), Number(c)) : undefined
  }
}

/** Two digits as POSIX reads them: 69 to 99 are of the last century. */
function yearOf(text: string): number {
  const year = Number(text)
  return text.length === 4 ? year : year + (year < 69 ? 2000 : 1900)
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1
}

/** Years that a candle can have; everything else is a mistake in the file. */
const YEAR_MIN = 1800
const YEAR_MAX = 2200

function dayOf(year: number, month: number, day: number): number | undefined {
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1) return undefined
  const time = Date.UTC(year, month - 1, day)
  return new Date(time).getUTCDate() === day ? time : undefined
}

function clockOf(
  hourText: string | undefined,
  minuteText = '0',
  secondText = '0',
  fraction = '',
  half: string | undefined = undefined,
): number | undefined {
  let hours = Number(hourText)
  const minutes = Number(minuteText)
  const seconds = Number(secondText)
  if (minutes > 59 || seconds > 59) return undefined
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return undefined
    hours = (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  }
  if (hours > 23) return undefined
  const millis = fraction === '' ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3))
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + millis
}

function zoneOf(match: RegExpExecArray, at: number): number | undefined {
  const [named, sign, hours, minutes] = [match[at], match[at + 1], match[at + 2], match[at + 3]]
  if (sign === undefined) return named === undefined ? undefined : 0
  const offset = Number(hours) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS
  if (offset >= DAY_MS) return undefined
  return sign === '-' ? -offset : offset
}
