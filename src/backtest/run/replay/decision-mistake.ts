import * as assay from '../../../core/index.js'
import type { Engine } from '../../../core/engine/engine.js'
import { nearestName } from '../../../core/names.js'
import type { Leg } from '../../../core/trading/leg.js'

/** What JavaScript says where something is read of what is not there. */
const READ_OF_NOTHING = /^Cannot read propert(y|ies) of undefined/
const NOT_DEFINED = /^(\w+) is not defined$/

/**
 * The true cause of what a strategy threw, where JavaScript does not name it: a view that there is
 * not, or a name that was not imported. Undefined where nothing is known.
 */
export function mistakeOf(error: unknown, engine: Engine): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (READ_OF_NOTHING.test(error.message)) {
    for (const leg of engine.legs) {
      const said = askedAgain(leg)
      if (said !== undefined) return said
    }
  }
  return undefinedName(error.message)
}

/** A name of Assay that was used without its import, or one that is nearly so. */
export function undefinedName(message: string): string | undefined {
  const name = NOT_DEFINED.exec(message)?.[1]
  if (name === undefined) return undefined
  const known = Object.keys(assay)
  if (known.includes(name)) return `${message}; import { ${name} } from 'assay'`
  const near = nearestName(name, known)
  return near === undefined ? undefined : `${message}; did you mean ${near}?`
}

/** Asks a strategy once more, with views that refuse names they do not have. What it answers is not used. */
function askedAgain({ moment, spec, state }: Leg): string | undefined {
  const strict = refusing(moment, 'now', {
    candle: refusing(moment.candle, 'now.candle', {}),
    indicators: refusing(moment.indicators, 'now.indicators', {}),
  })
  try {
    spec.strategy.decide(strict as never, { ...state })
  } catch (error) {
    if (error instanceof UnknownMember) return error.message
  }
  return undefined
}

class UnknownMember extends Error {}

function refusing<T extends object>(target: T, path: string, instead: Partial<T>): T {
  const members = [...Object.keys(target), ...gettersOf(target)]
  return new Proxy(target, {
    get(all, name) {
      if (Object.hasOwn(instead, name)) return instead[name as keyof T]
      if (typeof name === 'symbol' || members.includes(name)) return Reflect.get(all, name, all)
      const near = nearestName(name, members)
      throw new UnknownMember(
        `there is no ${path}.${name}${near === undefined ? `; there are ${members.join(', ')}` : `; did you mean ${path}.${near}?`}`,
      )
    },
  })
}

function gettersOf(target: object): string[] {
  const prototype = Object.getPrototypeOf(target) as object
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([, property]) => property.get !== undefined)
    .map(([name]) => name)
    .filter(name => name !== '__proto__')
}
