/** Any value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** A string, which stays as it is, or a whole number that a double may not hold. */
const TOKEN = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g

/** JSON whose large whole numbers are texts, so that no digit is lost; undefined for what is no JSON. */
export function parseExactly(text: string): Json | undefined {
  const quoted = text.replace(TOKEN, token => (token[0] === '"' ? token : `"${token}"`))
  try {
    return JSON.parse(quoted) as Json
  } catch {
    return undefined
  }
}

/** A field of an object; undefined for whatever is none. */
export function fieldOf(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, name) => {
    const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    return isObject ? (inner as JsonObject)[name] : undefined
  }, value)
}

/** @throws AnswerError where it is no list */
export function listIn(value: Json | undefined, where: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[]
  throw new AnswerError(`${where} is no list`)
}

/** @throws AnswerError where it is no text */
export function textIn(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value
  throw new AnswerError(`${where} is no text`)
}

/** A whole number of at least 0 that a double holds. @throws AnswerError */
export function countIn(value: Json | undefined, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new AnswerError(`${where} is no whole number`)
}

/** An amount of units of at least 0, written as a number or as its digits. @throws AnswerError */
export function unitsIn(value: Json | undefined, where: string): bigint {
  const isNumber = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  const isText = typeof value === 'string' && /^\d{1,20}$/.test(value)
  if (isNumber || isText) return BigInt(value)
  throw new AnswerError(`${where} is no amount`)
}

/** An answer that does not have the form that is documented. */
export class AnswerError extends Error {}
