/** Where and why a text is no JSON. */
export class JsonError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** A value by where it begins. */
export type JsonValue = number

export type JsonKind = 'array' | 'object' | 'string' | 'scalar'

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]
const DEPTH_MAX = 60
const SCALAR = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)$/

/**
 * JSON that stays bytes: values are found by their place and decoded when they are asked for, so
 * that a list of a million candles costs a number each, and every digit of a number is kept.
 * Python's `NaN` and `Infinity` are let through.
 */
export class JsonText {
  /** The values at the top: one, or one for each line of JSON lines. */
  readonly roots: readonly JsonValue[]
  private readonly bytes: Buffer

  /** @throws JsonError */
  constructor(bytes: Buffer) {
    this.bytes = bytes
    const roots: JsonValue[] = []
    let at = this.space(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)
    while (at < bytes.length) {
      roots.push(at)
      at = this.space(this.skip(at, 0))
    }
    this.roots = roots
  }

  kindOf(value: JsonValue): JsonKind {
    const byte = this.bytes[value]
    if (byte === OPEN_LIST) return 'array'
    if (byte === OPEN_OBJECT) return 'object'
    return byte === QUOTE ? 'string' : 'scalar'
  }

  /** The values of a list. */
  items(list: JsonValue): JsonValue[] {
    const items: JsonValue[] = []
    let at = this.space(list + 1)
    while (this.bytes[at] !== CLOSE_LIST) {
      items.push(at)
      at = this.space(this.skip(at, 0))
      if (this.bytes[at] === COMMA) at = this.space(at + 1)
    }
    return items
  }

  /** The first value of a list. */
  firstItem(list: JsonValue): JsonValue | undefined {
    const at = this.space(list + 1)
    return this.bytes[at] === CLOSE_LIST ? undefined : at
  }

  /** Calls back for each field of an object. */
  eachField(object: JsonValue, onField: (key: string, value: JsonValue) => void): void {
    let at = this.space(object + 1)
    while (this.bytes[at] !== CLOSE_OBJECT) {
      const end = this.skipString(at)
      const key = this.stringAt(at, end)
      const value = this.space(this.space(end) + 1)
      onField(key, value)
      at = this.space(this.skip(value, 0))
      if (this.bytes[at] === COMMA) at = this.space(at + 1)
    }
  }

  fields(object: JsonValue): Map<string, JsonValue> {
    const fields = new Map<string, JsonValue>()
    this.eachField(object, (key, value) => fields.set(key, value))
    return fields
  }

  /** The text of a scalar, digit for digit; empty for null and for what is no scalar. */
  textOf(value: JsonValue): string {
    const kind = this.kindOf(value)
    if (kind === 'string') return this.stringAt(value, this.skipString(value))
    if (kind !== 'scalar') return ''
    const text = this.bytes.toString('latin1', value, this.skipScalar(value))
    return text === 'null' ? '' : text
  }

  private stringAt(at: number, end: number): string {
    const text = this.bytes.toString('utf8', at + 1, end - 1)
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text
  }

  private space(from: number): number {
    const { bytes } = this
    let at = from
    while (at < bytes.length) {
      const byte = bytes[at]!
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break
      at++
    }
    return at
  }

  /** The place behind a value. */
  private skip(at: number, depth: number): number {
    switch (this.bytes[at]) {
      case OPEN_LIST:
        return this.skipList(at, depth)
      case OPEN_OBJECT:
        return this.skipObject(at, depth)
      case QUOTE:
        return this.skipString(at)
      case undefined:
        throw new JsonError('it ends too early, as a download that was cut off', at)
      default:
        return this.skipScalar(at)
    }
  }

  private skipList(from: number, depth: number): number {
    if (depth > DEPTH_MAX) throw new JsonError('it is nested too deeply', from)
    let at = this.space(from + 1)
    if (this.bytes[at] === CLOSE_LIST) return at + 1
    for (;;) {
      at = this.space(this.skip(at, depth + 1))
      if (this.bytes[at] === CLOSE_LIST) return at + 1
      at = this.space(this.expect(at, COMMA))
    }
  }

  private skipObject(from: number, depth: number): number {
    if (depth > DEPTH_MAX) throw new JsonError('it is nested too deeply', from)
    let at = this.space(from + 1)
    if (this.bytes[at] === CLOSE_OBJECT) return at + 1
    for (;;) {
      if (this.bytes[at] !== QUOTE) this.refuse(at)
      at = this.space(this.expect(this.space(this.skipString(at)), COLON))
      at = this.space(this.skip(at, depth + 1))
      if (this.bytes[at] === CLOSE_OBJECT) return at + 1
      at = this.space(this.expect(at, COMMA))
    }
  }

  private expect(at: number, byte: number): number {
    if (this.bytes[at] !== byte) this.refuse(at)
    return at + 1
  }

  private refuse(at: number): never {
    if (at >= this.bytes.length)
      throw new JsonError('it ends too early, as a download that was cut off', at)
    const found = this.bytes.toString('utf8', at, at + 12)
    const isPython = found.startsWith("'") || /^(None|True|False)\b/.test(found)
    throw new JsonError(
      isPython
        ? "it is in Python's own notation; write it with json.dump"
        : `"${found}" was not expected at byte ${at}`,
      at,
    )
  }

  private skipString(from: number): number {
    const { bytes } = this
    let at = from + 1
    for (;;) {
      at = bytes.indexOf(QUOTE, at)
      if (at < 0) throw new JsonError('a text in it never ends', from)
      let slashes = 0
      while (bytes[at - 1 - slashes] === BACKSLASH) slashes++
      at++
      if (slashes % 2 === 0) return at
    }
  }

  private skipScalar(from: number): number {
    const { bytes } = this
    let at = from
    let isPlain = true
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!
      const isEnd = byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte <= 32
      if (isEnd) break
      // Digits and the point need no second look.
      if (byte !== 46 && (byte < 48 || byte > 57)) isPlain = false
    }
    if (at === from || (!isPlain && !SCALAR.test(bytes.toString('latin1', from, at))))
      this.refuse(from)
    return at
  }
}
