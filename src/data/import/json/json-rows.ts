import { AppError } from '../../../core/errors.js'
import { hasPrices } from '../cells/column-names.js'
import type { JsonList } from './json-lists.js'
import type { JsonText, JsonValue } from './json-text.js'

/** Rows of cells that are made when they are asked for. */
export interface JsonRows {
  readonly header: readonly string[] | undefined
  readonly length: number
  /** The number of the first record, for messages. */
  readonly first: number
  readonly format: string
  cells(row: number): string[]
}

export function jsonRows(file: string, json: JsonText, list: JsonList): JsonRows {
  switch (list.shape) {
    case 'arrays':
      return ofArrays(file, json, list.items)
    case 'objects':
      return ofObjects(file, json, list.items)
    case 'indexed': {
      const rows = ofObjects(file, json, list.items)
      return {
        ...rows,
        header: ['', ...rows.header!],
        format: 'JSON, objects by their index',
        cells: row => [list.keys[row]!, ...rows.cells(row)],
      }
    }
    case 'split':
      return ofSplit(file, json, list)
    case 'columns':
      return ofColumns(file, json, list)
  }
}

function refuse(file: string, what: string, hint: string): AppError {
  return new AppError('IMPORT_FORMAT', `"${file}" ${what}`, { hint, data: { file } })
}

function ofArrays(file: string, json: JsonText, items: readonly JsonValue[]): JsonRows {
  const names = json.items(items[0]!).map(cell => json.textOf(cell))
  const isNamed = hasPrices(names)
  const first = isNamed ? 1 : 0
  return {
    header: isNamed ? names : undefined,
    length: items.length - first,
    first: first + 1,
    format: 'JSON, a list of arrays',
    cells: row => arrayCells(file, json, items[row + first]!, row + first),
  }
}

function arrayCells(file: string, json: JsonText, item: JsonValue, at: number): string[] {
  if (json.kindOf(item) !== 'array')
    throw refuse(file, `record ${at + 1} is no array as the first is`, 'mend it')
  return json.items(item).map(cell => json.textOf(cell))
}

/** Objects, whose names are those of all of them; the fields of objects within count, too. */
function ofObjects(file: string, json: JsonText, items: readonly JsonValue[]): JsonRows {
  const columns = new Map<string, number>()
  const add = (path: string): void => {
    if (!columns.has(path)) columns.set(path, columns.size)
  }
  items.forEach((item, at) => {
    if (json.kindOf(item) !== 'object')
      throw refuse(file, `record ${at + 1} is no object as the first is`, 'mend it')
    eachLeaf(json, item, add)
  })
  return {
    header: shortNames([...columns.keys()]),
    length: items.length,
    first: 1,
    format: 'JSON, a list of objects',
    cells: row => {
      const cells = new Array<string>(columns.size).fill('')
      eachLeaf(json, items[row]!, (path, value) => {
        cells[columns.get(path)!] = json.textOf(value)
      })
      return cells
    },
  }
}

/** Calls back for each scalar of an object and of the objects within it. */
function eachLeaf(
  json: JsonText,
  object: JsonValue,
  onLeaf: (path: string, value: JsonValue) => void,
): void {
  json.eachField(object, (key, value) => {
    if (json.kindOf(value) !== 'object') return onLeaf(key, value)
    return json.eachField(value, (inner, leaf) =>
      // `{"$date": ...}` and `{"$numberDecimal": ...}` of MongoDB are scalars.
      onLeaf(inner.startsWith('$') ? key : `${key}.${inner}`, leaf),
    )
  })
}

/** The names without what leads to them, where they are still distinct. */
function shortNames(paths: readonly string[]): string[] {
  const short = paths.map(path => path.slice(path.indexOf('.') + 1))
  return paths.map((path, i) =>
    short.filter(name => name === short[i]).length === 1 ? short[i]! : path,
  )
}

function ofSplit(
  file: string,
  json: JsonText,
  { names, index, items }: Extract<JsonList, { shape: 'split' }>,
): JsonRows {
  return {
    header: index === undefined ? names : ['', ...names],
    length: items.length,
    first: 1,
    format: 'JSON, rows apart from the names of their columns',
    cells: row => {
      const cells = arrayCells(file, json, items[row]!, row)
      return index === undefined ? cells : [json.textOf(index[row]!), ...cells]
    },
  }
}

function ofColumns(
  file: string,
  json: JsonText,
  { names, columns }: Extract<JsonList, { shape: 'columns' }>,
): JsonRows {
  const { length } = columns[0]!
  const odd = columns.findIndex(column => column.length !== length)
  if (odd >= 0)
    throw refuse(
      file,
      `has ${length} of "${names[0]}" and ${columns[odd]!.length} of "${names[odd]}"`,
      'mend it',
    )
  return {
    header: names,
    length,
    first: 1,
    format: 'JSON, one list per column',
    cells: row =>
      columns.map(column => {
        const cell = column[row]!
        return typeof cell === 'string' ? cell : json.textOf(cell)
      }),
  }
}
