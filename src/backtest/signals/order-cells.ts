import type { Exits, OrderRequest } from '../../core/strategy/intent.js'
import { readNumber, readRoi, readTag } from './cells.js'
import { namesHint, refuseCell, type Place } from './place.js'

/** The column `orders`: a JSON list of resting orders, with the keys that a strategy uses. */

const ORDER_KEYS = [
  'side',
  'kind',
  'price',
  'share',
  'quantity',
  'goodFor',
  'postOnly',
  'reduceOnly',
  'group',
  'tag',
  'repeat',
  'exits',
] as const

const EXIT_KEYS = [
  'stopLoss',
  'takeProfit',
  'trailingStop',
  'trailingFrom',
  'breakEven',
  'timeStop',
  'roi',
] as const

const EXAMPLE = '[{"side": "buy", "kind": "limit", "price": 99.5, "share": 0.5}]'

/** @throws AppError BAD_SIGNALS naming the order by its place in the list */
export function readOrders(place: Place, value: unknown): readonly OrderRequest[] {
  const list = typeof value === 'string' ? parsed(place, value) : value
  if (!Array.isArray(list)) {
    const hint = `write ${EXAMPLE}, or [] for no orders`
    throw refuseCell(place, value, { problem: 'is no list of orders', hint })
  }
  return list.map((order: unknown, k) =>
    readOrder({ ...place, column: `${place.column}, order ${k + 1}` }, order),
  )
}

function parsed(place: Place, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const hint = `write ${EXAMPLE}; in CSV the whole list in double quotes, and quotes doubled`
    throw refuseCell(place, text, { problem: 'is no JSON', hint })
  }
}

function readOrder(place: Place, value: unknown): OrderRequest {
  const order = objectOf(place, value, ORDER_KEYS)
  const at = (key: string): Place => ({ ...place, column: `${place.column}, ${key}` })
  readChoice(at('side'), order['side'], ['buy', 'sell'])
  readChoice(at('kind'), order['kind'], ['limit', 'stop'])
  readPositive(at('price'), order['price'])
  const sizes = ['share', 'quantity'].filter(key => order[key] !== undefined)
  if (sizes.length !== 1) {
    const problem = sizes.length === 0 ? 'has no size' : 'has two sizes'
    const hint = 'give it a share of equity or a quantity of base units'
    throw refuseCell(place, value, { problem, hint })
  }
  readPositive(at(sizes[0]!), order[sizes[0]!])
  for (const key of ['postOnly', 'reduceOnly', 'repeat']) readFlag(at(key), order[key])
  for (const key of ['group', 'tag']) if (order[key] !== undefined) readTag(at(key), order[key])
  if (order['goodFor'] !== undefined) readCloses(at('goodFor'), order['goodFor'])
  if (order['exits'] === undefined) return order as unknown as OrderRequest
  return { ...order, exits: readExits(at('exits'), order['exits']) } as unknown as OrderRequest
}

function readExits(place: Place, value: unknown): Exits {
  const said = objectOf(place, value, EXIT_KEYS)
  const exits: Record<string, unknown> = {}
  for (const [key, exit] of Object.entries(said)) {
    const at = { ...place, column: `${place.column}, ${key}` }
    exits[key] = key === 'roi' ? readRoi(at, exit) : readJsonNumber(at, exit)
  }
  return exits
}

/** The object without its empty fields. */
function objectOf(
  place: Place,
  value: unknown,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuseCell(place, value, { problem: 'is no object', hint: `write ${EXAMPLE}` })
  }
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue
    const hint = namesHint(key, keys, 'keys')
    throw refuseCell({ ...place, column: `${place.column}, ${key}` }, key, {
      problem: 'is no known key',
      hint,
    })
  }
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null))
}

function readChoice(place: Place, value: unknown, choices: readonly string[]): void {
  if (choices.some(choice => choice === value)) return
  const hint = `write "${choices.join('" or "')}"`
  throw refuseCell(place, value ?? '', { problem: `is not ${choices.join(' or ')}`, hint })
}

function readJsonNumber(place: Place, value: unknown): number {
  if (typeof value === 'number') return readNumber(place, value)
  const hint = 'write a number, without quotes'
  throw refuseCell(place, value ?? '', { problem: 'is no number', hint })
}

function readPositive(place: Place, value: unknown): void {
  if (readJsonNumber(place, value) > 0) return
  throw refuseCell(place, value, { problem: 'is not above 0', hint: 'write a number above 0' })
}

function readCloses(place: Place, value: unknown): void {
  const closes = readJsonNumber(place, value)
  if (Number.isInteger(closes) && closes >= 0) return
  const hint = 'write a whole number of closes; 0 is until cancelled'
  throw refuseCell(place, value, { problem: 'is no number of closes', hint })
}

function readFlag(place: Place, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return
  throw refuseCell(place, value, {
    problem: 'is neither true nor false',
    hint: 'write true or false',
  })
}
