import { hasPrices } from '../cells/column-names.js'
import { timeRoleOf } from '../cells/time-names.js'
import type { JsonText, JsonValue } from './json-text.js'

/** Candles found within JSON. Rows are places in the text, or numbers of rows in columns. */
export type JsonList = {
  /** The keys that lead to it. */
  readonly path: readonly string[]
} & (
  | { readonly shape: 'arrays' | 'objects'; readonly items: readonly JsonValue[] }
  /** Objects by their index, as in `{"2024-01-01": {...}}`. */
  | {
      readonly shape: 'indexed'
      readonly keys: readonly string[]
      readonly items: readonly JsonValue[]
    }
  /** A list for each column. */
  | { readonly shape: 'columns'; readonly names: readonly string[]; readonly columns: Column[] }
  /** Lists of cells, and the names of the columns apart from them. */
  | {
      readonly shape: 'split'
      readonly names: readonly string[]
      readonly index: readonly JsonValue[] | undefined
      readonly items: readonly JsonValue[]
    }
)

/** The cells of a column, or the times that stand above it in the text. */
type Column = readonly (JsonValue | string)[]

const DEPTH_MAX = 7
const CELLS_MIN = 5

/** Every list of candles in a value, in the order of the text. */
export function candleLists(
  json: JsonText,
  value: JsonValue,
  path: readonly string[] = [],
): JsonList[] {
  if (path.length > DEPTH_MAX) return []
  switch (json.kindOf(value)) {
    case 'array':
      return inList(json, value, path)
    case 'object':
      return inObject(json, value, path)
    case 'string':
    case 'scalar':
      return []
  }
}

function inList(json: JsonText, list: JsonValue, path: readonly string[]): JsonList[] {
  const first = json.firstItem(list)
  if (first === undefined) return []
  const kind = json.kindOf(first)
  if (kind === 'array') {
    const cells = json.items(first)
    const isRow = cells.every(cell => isScalar(json, cell))
    if (isRow)
      return cells.length < CELLS_MIN ? [] : [{ path, shape: 'arrays', items: json.items(list) }]
  }
  if (kind === 'object' && hasPrices(leafNames(json, first))) {
    return [{ path, shape: 'objects', items: json.items(list) }]
  }
  if (kind !== 'object' && kind !== 'array') return []
  return json
    .items(list)
    .slice(0, 20)
    .flatMap((item, i) => candleLists(json, item, [...path, String(i)]))
}

function isScalar(json: JsonText, value: JsonValue): boolean {
  const kind = json.kindOf(value)
  return kind === 'string' || kind === 'scalar'
}

/** The names of an object's scalars, and those of the objects in it; `{"$date": ...}` is a scalar. */
function leafNames(json: JsonText, object: JsonValue): string[] {
  const names: string[] = []
  json.eachField(object, (key, value) => {
    if (isScalar(json, value)) names.push(key)
    if (json.kindOf(value) !== 'object') return
    json.eachField(value, (inner, leaf) => {
      if (inner.startsWith('$')) names.push(key)
      else if (isScalar(json, leaf)) names.push(inner)
    })
  })
  return names
}

/** The names of an object's own scalars. */
function ownNames(json: JsonText, object: JsonValue): string[] {
  const names: string[] = []
  json.eachField(object, (key, value) => {
    if (isScalar(json, value)) names.push(key)
    else if (json.kindOf(value) === 'object')
      json.eachField(value, inner => inner.startsWith('$') && names.push(key))
  })
  return names
}

function inObject(json: JsonText, object: JsonValue, path: readonly string[]): JsonList[] {
  const fields = json.fields(object)
  const ofKind = (kind: 'array' | 'object'): string[] =>
    [...fields].filter(([, v]) => json.kindOf(v) === kind).map(([key]) => key)
  const whole = splitList(json, fields, path) ?? columnLists(json, fields, path, ofKind('array'))
  if (whole !== undefined) return [whole]
  if (hasPrices(ownNames(json, object))) return [{ path, shape: 'objects', items: [object] }]
  const objects = ofKind('object')
  if (hasPrices(objects)) {
    const columns = keyedColumns(json, fields, path, objects)
    return columns === undefined ? [] : [columns]
  }
  const indexed = indexedRows(json, fields, path, objects)
  if (indexed !== undefined) return [indexed]
  const inner = [...fields].flatMap(([key, value]) => candleLists(json, value, [...path, key]))
  return inner.map(list => withTimesAbove(json, fields, list))
}

/** `{"columns": [...], "index": [...], "data": [[...]]}` of pandas. */
function splitList(
  json: JsonText,
  fields: ReadonlyMap<string, JsonValue>,
  path: readonly string[],
): JsonList | undefined {
  const [columns, data, index] = ['columns', 'data', 'index'].map(key => fields.get(key))
  if (columns === undefined || data === undefined) return undefined
  if (json.kindOf(columns) !== 'array' || json.kindOf(data) !== 'array') return undefined
  const names = json.items(columns).map(name => json.textOf(name))
  if (!hasPrices(names)) return undefined
  const isIndexed = index !== undefined && json.kindOf(index) === 'array'
  return {
    path,
    shape: 'split',
    names,
    index: isIndexed ? json.items(index) : undefined,
    items: json.items(data),
  }
}

function columnLists(
  json: JsonText,
  fields: ReadonlyMap<string, JsonValue>,
  path: readonly string[],
  lists: readonly string[],
): JsonList | undefined {
  const names = lists.filter(key => {
    const first = json.firstItem(fields.get(key)!)
    return first === undefined || isScalar(json, first)
  })
  if (!hasPrices(names)) return undefined
  return { path, shape: 'columns', names, columns: names.map(key => json.items(fields.get(key)!)) }
}

/** `{"open": {"0": 1, "1": 2}, ...}` of pandas: columns by their index. */
function keyedColumns(
  json: JsonText,
  fields: ReadonlyMap<string, JsonValue>,
  path: readonly string[],
  names: readonly string[],
): JsonList | undefined {
  const columns = names.map(name => json.fields(fields.get(name)!))
  const keys = [...columns[0]!.keys()]
  const isEven = columns.every(
    column => column.size === keys.length && keys.every(key => column.has(key)),
  )
  if (!isEven) return undefined
  return {
    path,
    shape: 'columns',
    names: ['', ...names],
    columns: [keys, ...columns.map(column => keys.map(key => column.get(key)!))],
  }
}

function indexedRows(
  json: JsonText,
  fields: ReadonlyMap<string, JsonValue>,
  path: readonly string[],
  objects: readonly string[],
): JsonList | undefined {
  const rows = objects.filter(key => hasPrices(leafNames(json, fields.get(key)!)))
  if (rows.length === 0 || rows.length < objects.length) return undefined
  // Objects of prices under words are parts of an answer; an index has numbers in it.
  if (!rows.every(key => /\d/.test(key))) return undefined
  return { path, shape: 'indexed', keys: rows, items: rows.map(key => fields.get(key)!) }
}

/** Columns without times whose answer has a list of them further up, as Yahoo's chart has. */
function withTimesAbove(
  json: JsonText,
  fields: ReadonlyMap<string, JsonValue>,
  list: JsonList,
): JsonList {
  if (list.shape !== 'columns' || list.names.some(name => timeRoleOf(name) !== undefined))
    return list
  for (const [key, value] of fields) {
    if (timeRoleOf(key) === undefined || json.kindOf(value) !== 'array') continue
    const times = json.items(value)
    if (times.length === list.columns[0]!.length)
      return { ...list, names: [key, ...list.names], columns: [times, ...list.columns] }
  }
  return list
}
