/**
 * What the language brings, as it was before a strategy file ran in the same realm: a file that changes
 * `Array.prototype.map` would change it for all code. Nothing here may use what could be changed: no
 * methods of arrays and maps, no iteration, only what was taken out of `Reflect` beforehand.
 */
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect
const { isExtensible, ownKeys, setPrototypeOf } = Reflect

/** The names by which code reaches the objects of the language. */
const GLOBALS = [
  ...['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'RegExp'],
  ...['Date', 'Math', 'JSON', 'Reflect', 'Proxy', 'Promise', 'Map', 'Set', 'WeakMap', 'WeakSet'],
  ...['WeakRef', 'FinalizationRegistry', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError'],
  ...['AggregateError', 'Intl', 'Iterator', 'parseInt', 'parseFloat', 'isNaN', 'isFinite'],
  ...['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'structuredClone'],
]

interface Member {
  readonly key: string | symbol
  readonly descriptor: PropertyDescriptor
}

interface Watched {
  readonly name: string
  readonly object: object
  readonly parent: object | null
  readonly isOpen: boolean
  readonly members: readonly Member[]
}

/** The objects of the language as they are now. */
export class BuiltIns {
  private readonly all: readonly Watched[]

  constructor() {
    this.all = namedObjects().map(([name, object]) => watched(name, object))
  }

  /**
   * Puts back what has been changed since.
   * @returns what was changed first, as `Array.prototype.map`; null for nothing
   */
  restore(): string | null {
    let first: string | null = null
    for (let i = 0; i < this.all.length; i++) {
      const found = restored(this.all[i]!)
      if (first === null) first = found
    }
    return first
  }
}

function namedObjects(): [name: string, object: object][] {
  const found: [string, object][] = []
  const known = new Set<object>()
  const add = (name: string, value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
    if (known.has(value)) return
    known.add(value)
    found.push([name, value])
    const { prototype } = value as { readonly prototype?: unknown }
    if (typeof value === 'function') add(`${name}.prototype`, prototype)
  }
  const globals = globalThis as unknown as Readonly<Record<string, unknown>>
  for (const name of GLOBALS) add(name, globals[name])
  for (const [name, value] of hiddenObjects()) add(name, value)
  return found
}

/** Those that have no name: the parent of typed arrays, iterators, generators. */
function hiddenObjects(): [name: string, object: unknown][] {
  const parentOf = (value: object): object => getPrototypeOf(value)!
  const generator = function* (): Generator<number> {}
  return [
    ['TypedArray', parentOf(Float64Array)],
    ['the iterator of Array', parentOf([][Symbol.iterator]())],
    ['the iterator of Map', parentOf(new Map()[Symbol.iterator]())],
    ['the iterator of Set', parentOf(new Set()[Symbol.iterator]())],
    ['the iterator of String', parentOf(''[Symbol.iterator]())],
    ['the iterator of RegExp', parentOf(''.matchAll(/./g))],
    ['all iterators', parentOf(parentOf([][Symbol.iterator]()))],
    ['generator functions', parentOf(generator)],
    ['generators', (parentOf(generator) as { readonly prototype: object }).prototype],
  ]
}

function watched(name: string, object: object): Watched {
  const members = ownKeys(object).map(key => ({
    key,
    descriptor: getOwnPropertyDescriptor(object, key)!,
  }))
  return { name, object, parent: getPrototypeOf(object), isOpen: isExtensible(object), members }
}

function restored({ name, object, parent, isOpen, members }: Watched): string | null {
  let changed: string | null = null
  if (getPrototypeOf(object) !== parent) {
    changed = `the prototype of ${name}`
    setPrototypeOf(object, parent)
  }
  if (isExtensible(object) !== isOpen) changed ??= name
  for (let k = 0; k < members.length; k++) {
    const { key, descriptor } = members[k]!
    const now = getOwnPropertyDescriptor(object, key)
    if (now !== undefined && isSame(now, descriptor)) continue
    changed ??= memberName(name, key)
    defineProperty(object, key, descriptor)
  }
  const keys = ownKeys(object)
  if (keys.length === members.length) return changed
  for (let k = 0; k < keys.length; k++) {
    const key = keys[k]!
    if (isKnown(members, key)) continue
    changed ??= memberName(name, key)
    deleteProperty(object, key)
  }
  return changed
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  const isEqual = a.value === b.value || (a.value !== a.value && b.value !== b.value)
  if (!isEqual || a.get !== b.get || a.set !== b.set) return false
  return (
    a.writable === b.writable && a.configurable === b.configurable && a.enumerable === b.enumerable
  )
}

function isKnown(members: readonly Member[], key: string | symbol): boolean {
  for (let k = 0; k < members.length; k++) if (members[k]!.key === key) return true
  return false
}

/** `Array.prototype.map`; a symbol is left to its object, for naming it would call what may be changed. */
function memberName(name: string, key: string | symbol): string {
  return typeof key === 'string' ? `${name}.${key}` : name
}
