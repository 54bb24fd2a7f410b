import { AppError } from '../errors.js'

/** UTC milliseconds since 1970-01-01. */
export type Millis = number

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const WEEK_MS = 604_800_000

const UNIT_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: WEEK_MS,
}

/**
 * Length of a timeframe such as `1m`, `4h` or `1d`, in milliseconds.
 * @throws AppError INVALID_TIMEFRAME for anything else; months have no fixed length and are refused.
 */
export function timeframeMs(timeframe: string): Millis {
  const match = /^([1-9]\d{0,3})([smhdw])$/.exec(timeframe)
  if (!match) {
    const meant = meantTimeframe(timeframe)
    const question = meant === undefined ? '' : `; did you mean ${meant}?`
    throw new AppError(
      'INVALID_TIMEFRAME',
      `timeframe "${timeframe}" is not a known length${question}`,
      {
        hint: 'write a number and one of s, m, h, d, w, for example 1m, 15m, 1h, 4h, 1d (months have no fixed length)',
        data: { timeframe, meant },
      },
    )
  }
  return Number(match[1]) * UNIT_MS[match[2]!]!
}

/**
 * What other programs call a timeframe: `1D`, `H4` and `60` of charts, which counts minutes,
 * `15min` and `1hour`. A capital M alone is a month, and meant by nobody here.
 */
function meantTimeframe(text: string): string | undefined {
  if (/^[1-9]\d{0,4}$/.test(text)) return timeframeName(Number(text) * MINUTE_MS)
  const turned = /^([a-z])(\d{1,3})$/i.exec(text)
  const match = turned ? [turned[0], turned[2]!, turned[1]!] : /^(\d{0,4}) ?([a-z]+)$/i.exec(text)
  const unit = match?.[2] ?? ''
  if (unit === 'M' && !turned) return undefined
  const found = /^(s|m|h|d|w)$|^(s|m|h|d|w)(ec|econd|in|inute|r|our|ay|aily|k|eek|eekly)s?$/i.exec(
    unit,
  )
  const count = Number(match?.[1] === '' ? 1 : match?.[1])
  if (!found || !(count > 0)) return /^daily$/i.test(text) ? '1d' : undefined
  return timeframeName(count * UNIT_MS[(found[1] ?? found[2]!).toLowerCase()]!)
}

/** The shortest name of a timeframe length: 3600000 gives `1h`, 5400000 gives `90m`. */
export function timeframeName(lengthMs: Millis): string {
  for (const unit of ['w', 'd', 'h', 'm', 's']) {
    const unitMs = UNIT_MS[unit]!
    if (lengthMs % unitMs === 0) return `${lengthMs / unitMs}${unit}`
  }
  return `${lengthMs}ms`
}

/** `30d`; a length of none is `0d`. */
export function lengthText(length: Millis): string {
  return length === 0 ? '0d' : timeframeName(length)
}

/**
 * ISO 8601 in UTC, `2024-01-01T00:00:00Z`, with milliseconds only where they are not zero.
 * Written without Date, which the core may not read. Civil-from-days after Howard Hinnant,
 * https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
export function formatTime(time: Millis): string {
  const days = Math.floor(time / DAY_MS)
  const rest = time - days * DAY_MS
  const { year, month, day } = civilFromDays(days)
  const seconds = Math.floor(rest / SECOND_MS)
  const millis = rest - seconds * SECOND_MS
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two)
  const fraction = millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock.join(':')}${fraction}Z`
}

/** A time that there may be none of, as `formatTime` writes it; null for none. */
export function formatTimeOrNull(time: Millis | null | undefined): string | null {
  return time === null || time === undefined ? null : formatTime(time)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/**
 * UTC milliseconds of a time as `formatTime` writes it.
 * @throws AppError INVALID_TIME for any other text
 */
export function parseIso(text: string): Millis {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/.exec(text)
  if (!match) {
    throw new AppError('INVALID_TIME', `"${text}" is not a time`, {
      hint: 'write it as 2024-01-31T15:00:00Z',
    })
  }
  const [year, month, day, hour, minute, second, millis] = match
    .slice(1)
    .map(part => Number(part ?? 0))
  const clock = (hour! * 60 + minute!) * MINUTE_MS + second! * SECOND_MS + millis!
  return daysFromCivil(year!, month!, day!) * DAY_MS + clock
}

/** https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
