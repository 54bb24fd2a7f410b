import { z } from 'zod'
import { ApiError } from '../problem.js'

const LIMIT_DEFAULT = 100
const LIMIT_MAX = 1000
const CURSOR_LENGTH_MAX = 400

/** A whole number in a query, as people write it: digits and nothing else. */
export function queryInteger({ min, max }: { readonly min: number; readonly max: number }) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
}

/** Parameters of every list. */
export const pageQuery = {
  /** Where to go on: `next` of the page before. */
  cursor: z.string().max(CURSOR_LENGTH_MAX).optional(),
  /** Items on the page. */
  limit: queryInteger({ min: 1, max: LIMIT_MAX }).default(LIMIT_DEFAULT),
}

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    /** `cursor` of the next page; null on the last. */
    next: z.string().nullable(),
  })
}

/** The last key of a page as a cursor, which goes with what was filtered by. */
export function cursorOf(key: readonly (string | number)[], filter: object): string {
  return Buffer.from(JSON.stringify([filterText(filter), ...key])).toString('base64url')
}

/** The key in a cursor. @throws ApiError BAD_REQUEST for one that no list with this filter gave */
export function readCursor(
  cursor: string,
  filter: object,
  length: number,
): readonly (string | number)[] {
  const parsed = jsonOf(Buffer.from(cursor, 'base64url').toString('utf8'))
  const isKey =
    Array.isArray(parsed) &&
    parsed.length === length + 1 &&
    parsed.every(part => typeof part === 'string' || typeof part === 'number')
  if (isKey && parsed[0] === filterText(filter)) return parsed.slice(1)
  throw foreignCursor()
}

/** The whole number in a cursor. @throws ApiError BAD_REQUEST for one that no list with this filter gave */
export function readNumberCursor(cursor: string, filter: object): number {
  const [number] = readCursor(cursor, filter, 1)
  if (Number.isSafeInteger(number)) return number as number
  throw foreignCursor()
}

/** A cursor that the list it was sent to has not given. */
export function foreignCursor(): ApiError {
  return new ApiError('BAD_REQUEST', 'the cursor is not of this list', {
    hint: 'take next of the page before, and leave the other parameters as they were',
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function filterText(filter: object): string {
  return JSON.stringify(Object.entries(filter).filter(([, value]) => value !== undefined))
}

/**
 * A page of a list that is whole in memory: the newest first, each item with a key of its own.
 * @throws ApiError BAD_REQUEST, PAGE_GONE
 */
export function pageInMemory<T>(
  all: readonly T[],
  { cursor, limit, filter, keyOf }: PageTerms<T>,
): { items: readonly T[]; next: string | null } {
  const after = cursor === undefined ? null : readCursor(cursor, filter, 1)[0]
  const begin = after === null ? 0 : all.findIndex(item => keyOf(item) === after) + 1
  if (after !== null && begin === 0) throw pageGone()
  const items = all.slice(begin, begin + limit)
  const isLast = begin + limit >= all.length
  const next = isLast ? null : cursorOf([keyOf(items[items.length - 1]!)], filter)
  return { items, next }
}

/** The list has changed so that a page does not follow the one before. */
export function pageGone(): ApiError {
  return new ApiError('PAGE_GONE', 'the item that the page before ended with is gone', {
    hint: 'begin the list again, without cursor',
  })
}

interface PageTerms<T> {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly filter: object
  readonly keyOf: (item: T) => string
}
