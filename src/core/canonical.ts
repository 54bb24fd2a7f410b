/**
 * Canonical JSON after RFC 8785: keys sorted by code unit, numbers as ECMAScript writes them,
 * no white space. Equal values give equal text on any machine.
 * @throws Error for a number that is not finite, or a value that JSON does not have
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return canonicalValue(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  return canonicalObject(value as Record<string, unknown>)
}

function canonicalValue(value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`canonical JSON has no number ${value}`)
    return String(value)
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value)
  }
  throw new Error(`canonical JSON has no ${typeof value}`)
}

function canonicalObject(value: Record<string, unknown>): string {
  let text = ''
  for (const key of Object.keys(value).sort(byCodeUnit)) {
    const inner = value[key]
    if (inner === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(inner)}`
  }
  return `{${text}}`
}

/** Order by code unit, the same in every locale: that of keys in canonical JSON. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The canonical JSON of a record without the values of the members named: what is before, between and behind them. */
export function cutRecord(record: object, names: readonly string[]): string[] {
  const pieces: string[] = []
  let piece = '{'
  let comma = ''
  for (const [key, value] of Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b))) {
    piece += `${comma}${JSON.stringify(key)}:`
    comma = ','
    if (names.includes(key)) {
      pieces.push(piece)
      piece = ''
    } else piece += canonicalJson(value)
  }
  return [...pieces, `${piece}}`]
}

/** Values without members of their own, by name. */
export type FlatRecord = Readonly<Record<string, number | string | boolean | null>>

/** Writes the canonical JSON of flat records that all have these members, put in order once. */
export function recordWriter(members: readonly string[]): (record: FlatRecord) => string {
  const names = members.toSorted(byCodeUnit)
  const labels = names.map((name, k) => `${k === 0 ? '' : ','}${JSON.stringify(name)}:`)
  return record => {
    let text = '{'
    for (let k = 0; k < names.length; k++) text += labels[k]! + canonicalValue(record[names[k]!])
    return `${text}}`
  }
}

/** A copy of plain data with every key in snake_case, as JSON output and storage write them. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snakeCase(key), snakeKeys(inner)]),
  )
}

/** `maxDrawdown` as `max_drawdown`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
