import { AppError, type ErrorCode } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'

/** A beginning of an id that is shorter says too little. */
const REFERENCE_MIN = 4
const MOST_IDS = 10_000

/** Stored records of a kind, as a lookup asks for them. */
export interface StoredRecords<T> {
  /** What a message calls one of them: `run`, `sweep`. */
  readonly noun: string
  readonly code: ErrorCode
  /** The next step where no id is near to what was written. */
  readonly hint: string
  readonly get: (id: string) => Promise<T | undefined>
  readonly latest: () => Promise<T | undefined>
  /** Ids, the newest first. */
  readonly ids: (limit: number) => Promise<readonly string[]>
}

/**
 * A record by its id, by the beginning of it, or `latest`.
 * @throws AppError of the code of its kind, where there is none or several begin so
 */
export async function findRecord<T>(
  { noun, code, hint, get, latest, ids }: StoredRecords<T>,
  reference: string,
): Promise<T> {
  const exact = await (reference === 'latest' ? latest() : get(reference))
  if (exact !== undefined) return exact
  const known = await ids(MOST_IDS)
  const isLong = reference.length >= REFERENCE_MIN
  const matches = isLong ? known.filter(id => id.startsWith(reference)) : []
  const found = matches.length === 1 ? await get(matches[0]!) : undefined
  if (found !== undefined) return found
  const near = nearestName(reference, known)
  throw new AppError(
    code,
    `there is no ${noun} "${reference}"${matches.length > 1 ? ' alone: several begin so' : ''}`,
    { hint: near ? `did you mean ${near}?` : hint },
  )
}
