import { ApiError } from '../problem.js'

/** No request needs more levels of objects in one another. */
const DEPTH_MAX = 12
/** NUL, and halves of characters: no database takes either. */
const NO_TEXT = /\0|\p{Surrogate}/u

/** Refuses what no store can hold, and what is nested without sense. @throws ApiError BAD_REQUEST */
export function requirePlainValues(value: unknown, depth = 0): void {
  if (typeof value === 'string' && NO_TEXT.test(value)) {
    throw new ApiError('BAD_REQUEST', 'the request has a text with characters that are none')
  }
  if (typeof value !== 'object' || value === null) return
  if (depth > DEPTH_MAX) {
    throw new ApiError('BAD_REQUEST', `the body has more than ${DEPTH_MAX} levels`)
  }
  for (const [name, inner] of Object.entries(value)) {
    requirePlainValues(name)
    requirePlainValues(inner, depth + 1)
  }
}
