import { AppError } from '../../../core/errors.js'
import { HOUR_MS, MINUTE_MS, type Millis } from '../../../core/candles/time.js'

/** Turns a local time, written as if it were UTC, into UTC. */
export interface Zone {
  readonly name: string
  /** In ascending order: none where the clock was set forward over that time, two where back. */
  toUtc(localMs: Millis): readonly Millis[]
}

export const UTC: Zone = { name: 'UTC', toUtc: localMs => [localMs] }

/** A zone with one offset for all times. */
export function fixedZone(offsetMs: number): Zone {
  return { name: offsetName(offsetMs), toUtc: localMs => [localMs - offsetMs] }
}

function offsetName(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC'
  const minutes = Math.abs(offsetMs) / MINUTE_MS
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/**
 * Reads `UTC`, `+03:00` or an IANA name such as `Europe/Berlin`.
 * @throws AppError INVALID_TIME
 */
export function parseZone(text: string): Zone {
  if (/^(utc|gmt|z)$/i.test(text)) return UTC
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text)
  if (match) {
    const offset = Number(match[2]) * HOUR_MS + Number(match[3] ?? 0) * MINUTE_MS
    if (offset <= 14 * HOUR_MS) return fixedZone(match[1] === '-' ? -offset : offset)
  } else {
    const format = formatIn(text)
    if (format !== undefined) return namedZone(text, format)
  }
  throw new AppError('INVALID_TIME', `time zone "${text}" is not known`, {
    hint: 'write UTC, an offset such as +03:00, or a name such as Europe/Berlin',
  })
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}

/** Offsets change on the hour at the finest; one look-up per hour serves all its candles. */
function namedZone(name: string, format: Intl.DateTimeFormat): Zone {
  const offsets = new Map<number, number>()
  const offsetAt = (utcMs: Millis): number => {
    const hour = Math.floor(utcMs / (HOUR_MS / 4))
    let offset = offsets.get(hour)
    if (offset === undefined) {
      if (offsets.size > 100_000) offsets.clear()
      offset = localAt(format, hour * (HOUR_MS / 4)) - hour * (HOUR_MS / 4)
      offsets.set(hour, offset)
    }
    return offset
  }
  return {
    name,
    toUtc: localMs => {
      const day = 24 * HOUR_MS
      const candidates = new Set([offsetAt(localMs - day), offsetAt(localMs + day)])
      return [...candidates]
        .map(o => localMs - o)
        .filter(utc => utc + offsetAt(utc) === localMs)
        .sort((a, b) => a - b)
    },
  }
}

function localAt(format: Intl.DateTimeFormat, utcMs: Millis): Millis {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of format.formatToParts(utcMs)) parts[type] = Number(value)
  const { year, month, day, hour, minute, second } = parts
  return Date.UTC(year!, month! - 1, day, hour, minute, second)
}
