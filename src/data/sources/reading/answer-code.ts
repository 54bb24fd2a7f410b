import type { Answer } from '../http/http-client.js'
import { fieldOf, parseExact, textAt } from './exact-json.js'

/** Answers longer than this hold candles, which are parsed once, when they are read. */
const ERROR_BYTES_MAX = 2000

/** A field at the top of a short answer, as text; undefined where there is none. */
export function codeIn({ body }: Answer, name: string): string | undefined {
  if (body.length > ERROR_BYTES_MAX) return undefined
  try {
    return textAt(fieldOf(parseExact(body), name))
  } catch {
    return undefined
  }
}
