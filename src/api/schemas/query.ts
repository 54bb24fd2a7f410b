import { z } from 'zod'
import { ApiError } from '../problem.js'
import { parseOffsetTime } from '../../app/options/times.js'

/** A time in a query: UTC milliseconds, or a date or time with its offset. */
export const queryTime = z.string().min(1).max(40)

/** A time of a query in UTC milliseconds; null where there is none. @throws AppError INVALID_TIME */
export function timeOf(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  return /^\d{10,15}$/.test(text) ? Number(text) : parseOffsetTime(name, text)
}

/** The text of a parameter that has one of a few values; boolean is `true` or `false`. */
export const queryFlag = z.enum(['true', 'false']).transform(text => text === 'true')

/** @throws ApiError BAD_REQUEST where the first of two times is not before the second */
export function requireOrder(from: number | null, to: number | null): void {
  if (from === null || to === null || from < to) return
  throw new ApiError('BAD_REQUEST', '"from" is not before "to"', {
    hint: '"to" is exclusive; leave one of them out for all there is',
  })
}
