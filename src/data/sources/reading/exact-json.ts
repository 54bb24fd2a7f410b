import { PageError } from '../source.js'

/** JSON whose numbers are their texts, so that no digit is lost; whole numbers may be numbers. */
export type ExactJson = string | number | boolean | null | readonly ExactJson[] | ExactObject

/** An object of such values. */
export interface ExactObject {
  readonly [key: string]: ExactJson | undefined
}

/** A string, which stays as it is, or a number outside of strings. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** @throws PageError where the body is no JSON, or is cut short */
export function parseExact(body: Buffer): ExactJson {
  const text = body.toString('utf8')
  const quoted = text.replace(TOKEN, token => (token[0] === '"' ? token : `"${token}"`))
  try {
    return JSON.parse(quoted) as ExactJson
  } catch {
    throw new PageError('the answer is no whole JSON')
  }
}

/**
 * JSON of a source that writes decimals as strings, and nothing but whole numbers as numbers.
 * @throws PageError where the body is no JSON, or is cut short
 */
export function parseStrings(body: Buffer): ExactJson {
  try {
    return JSON.parse(body.toString('utf8')) as ExactJson
  } catch {
    throw new PageError('the answer is no whole JSON')
  }
}

/** A field of an object; undefined for whatever is none. */
export function fieldOf(value: ExactJson | undefined, name: string): ExactJson | undefined {
  return isObject(value) ? value[name] : undefined
}

/** @throws PageError that says where the list was looked for */
export function listOf(value: ExactJson | undefined, where: string): readonly ExactJson[] {
  if (Array.isArray(value)) return value as readonly ExactJson[]
  throw new PageError(`the answer has no list ${where}`)
}

/** The text of a value; undefined for null and for what is no text. */
export function textAt(value: ExactJson | undefined): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' ? value : undefined
}

function isObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
