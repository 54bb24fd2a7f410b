import { AppError } from '../../core/errors.js'

const SHAPE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * UTC milliseconds of a date (midnight UTC) or of a time with its offset, as users type them.
 * @throws AppError INVALID_TIME for other shapes, impossible dates, and times without an offset
 */
export function parseOffsetTime(name: string, text: string): number {
  const match = SHAPE.exec(text)
  if (!match) throw invalid(name, text, 'is not a time', 'write 2024-01-31 or 2024-01-31T15:00:00Z')
  const [, year, month, day, hour, minute, second = '0', fraction = '0', offset] = match
  if (hour !== undefined && offset === undefined) {
    throw invalid(
      name,
      text,
      'does not say its time zone',
      `write ${text.replace(' ', 'T')}Z for UTC`,
    )
  }
  const parts = [year, month, day, hour ?? '0', minute ?? '0', second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const time = Date.UTC(
    parts[0],
    parts[1] - 1,
    parts[2],
    parts[3],
    parts[4],
    parts[5],
    Number(fraction.padEnd(3, '0')),
  )
  const back = new Date(time)
  const exists =
    back.getUTCFullYear() === parts[0] &&
    back.getUTCMonth() === parts[1] - 1 &&
    back.getUTCDate() === parts[2] &&
    parts[3] < 24 &&
    parts[4] < 60 &&
    parts[5] < 60
  if (!exists)
    throw invalid(name, text, 'does not exist in the calendar', 'check day, month and hour')
  return time - offsetMs(offset)
}

function offsetMs(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0
  const digits = offset.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (offset[0] === '-' ? -minutes : minutes) * 60_000
}

function invalid(name: string, text: string, problem: string, hint: string): AppError {
  return new AppError('INVALID_TIME', `${name} "${text}" ${problem}`, { hint })
}
