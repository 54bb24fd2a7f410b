import { listed, nearestName } from '../names.js'
import type { Indicator } from './indicator.js'

/**
 * The parts of an indicator that is several columns. A name that is none of them is refused, and so
 * is all of it where one indicator is expected: JavaScript would give undefined for both.
 * @param name the function that makes them
 * @throws Error on reading a part that there is not
 */
export function withParts<T extends Readonly<Record<string, Indicator>>>(
  name: string,
  parts: T,
): T {
  return Object.assign(Object.create(guardOf(name, Object.keys(parts))) as object, parts)
}

/** The function that makes a record of parts; undefined for anything else. */
export function makerOf(value: object): string | undefined {
  return (value as { readonly [MAKER]?: string })[MAKER]
}

/** Of all copies of this file: a strategy file may carry one of its own. */
const MAKER = Symbol.for('assay.parts')

/** One a function: V8 reads objects of other prototypes in other ways. */
const GUARDS = new Map<string, object>()

function guardOf(name: string, parts: readonly string[]): object {
  const known = GUARDS.get(name)
  if (known !== undefined) return known
  const guard = new Proxy(Object.prototype, {
    get(all, asked) {
      if (asked === MAKER) return name
      if (typeof asked === 'symbol' || asked in all || ASKED_OF_ALL.has(asked)) {
        return (all as unknown as Readonly<Record<string | symbol, unknown>>)[asked]
      }
      throw unknownPart(name, parts, asked)
    },
  })
  GUARDS.set(name, guard)
  return guard
}

/** What languages and tools look for in any object. */
const ASKED_OF_ALL: ReadonlySet<string> = new Set(['toJSON', 'then', 'asymmetricMatch', 'nodeType'])
/** What is read of one indicator. */
const MEMBERS: ReadonlySet<string> = new Set(['key', 'warmup', 'settle', 'references', 'start'])

function unknownPart(name: string, parts: readonly string[], asked: string): Error {
  if (MEMBERS.has(asked)) {
    return new Error(
      `${name} is ${listed(parts)}, not one indicator; write ${name}(...).${parts[0]!}`,
    )
  }
  const near = parts.find(part => part.startsWith(asked)) ?? nearestName(asked, parts)
  const meant = near === undefined ? '' : `; did you mean ${name}(...).${near}?`
  return new Error(`${name} has no part "${asked}": it has ${listed(parts)}${meant}`)
}
