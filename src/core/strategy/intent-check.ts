import { AppError } from '../errors.js'
import { nearestName } from '../names.js'
import { formatTime, type Millis } from '../candles/time.js'
import {
  EXIT_RULES,
  ORDER_RULES,
  type Rule,
  TAG_RULE,
  PRIORITY_RULE,
  PRICE_OR_NULL_RULE,
} from './intent-rules.js'
import {
  NO_EXITS,
  type Exits,
  type Intent,
  type KeepIntent,
  type OrderRequest,
  type OrdersIntent,
  type TargetIntent,
} from './intent.js'

/** Resting orders that a leg may have at once. */
export const ORDERS_MOST = 100

/**
 * What a strategy said at the close of the candle that opened at `timeOf()`, where it is an intent. A
 * user's file is not compiled against our types, so nothing is taken on trust.
 * @throws AppError STRATEGY_INTENT naming the strategy, the candle, the value and the limit
 */
export function checkIntent(
  intent: Intent | undefined,
  strategy: string,
  timeOf: () => Millis,
): Intent {
  const problem = intentProblem(intent)
  if (problem === null) return intent!
  const message = `strategy ${strategy} ${problem.what} at the candle of ${formatTime(timeOf())}`
  throw new AppError('STRATEGY_INTENT', message, { hint: problem.hint })
}

/** What is wrong with an answer, and what helps. */
export interface IntentProblem {
  /** The end of a sentence about the answer. */
  readonly what: string
  /** What to do. */
  readonly hint: string
}

/** What is wrong with an answer of a strategy, or null. */
export function intentProblem(intent: Intent | undefined): IntentProblem | null {
  const kind = intent?.kind
  if (kind === 'hold') return null
  if (kind === 'target') return targetProblem(intent as TargetIntent)
  if (kind === 'orders') return ordersProblem(intent as OrdersIntent)
  if (kind === 'keep') return keepProblem(intent as KeepIntent)
  const hint =
    'decide returns HOLD, FLAT, long(share), short(share), exit(tag), keep(levels) or orders([...]) at every close'
  return { what: `said ${shown(intent)}, which is not an intent,`, hint }
}

function targetProblem({ exposure, exits, tag, priority }: TargetIntent): IntentProblem | null {
  if (typeof exposure !== 'number' || !(exposure >= -1 && exposure <= 1)) {
    const hint = 'an exposure is a number from -1 (short) to 1 (long); look for a division by zero'
    return { what: `asked for exposure ${shown(exposure)}`, hint }
  }
  if (tag !== null && !TAG_RULE.holds(tag)) return broken('tag', tag, TAG_RULE)
  if (priority !== null && !PRIORITY_RULE.holds(priority)) {
    return broken('priority', priority, PRIORITY_RULE)
  }
  return exitsProblem(exits)
}

function exitsProblem(exits: Exits): IntentProblem | null {
  if (exits === NO_EXITS) return null
  return fieldsProblem(exits as Readonly<Record<string, unknown>>, EXIT_RULES, 'exit')
}

function keepProblem(intent: KeepIntent): IntentProblem | null {
  for (const name in intent) {
    if (name === 'kind') continue
    const value = intent[name as keyof KeepIntent] as unknown
    if (name !== 'stopPrice' && name !== 'targetPrice') {
      return unknownName(name, ['stopPrice', 'targetPrice'], 'level')
    }
    if (value !== undefined && !PRICE_OR_NULL_RULE.holds(value)) {
      return broken(name, value, PRICE_OR_NULL_RULE)
    }
  }
  if (intent.stopPrice === undefined && intent.targetPrice === undefined) {
    const hint = 'give stopPrice, targetPrice or both; return HOLD to change nothing'
    return { what: 'kept no level', hint }
  }
  return null
}

function ordersProblem({ orders, priority }: OrdersIntent): IntentProblem | null {
  if (!Array.isArray(orders)) {
    const hint = 'orders takes a list: orders([{side, kind, price, share}])'
    return { what: `gave orders ${shown(orders)}`, hint }
  }
  if (priority !== null && !PRIORITY_RULE.holds(priority)) {
    return broken('priority', priority, PRIORITY_RULE)
  }
  if (orders.length > ORDERS_MOST) {
    const hint = `at most ${ORDERS_MOST} orders may rest at once`
    return { what: `asked for ${orders.length} resting orders`, hint }
  }
  let hasGroups = false
  for (let k = 0; k < orders.length; k++) {
    const order = orders[k] as OrderRequest
    if (isPlainOrder(order)) continue
    const problem = orderProblem(order)
    if (problem !== null) return { ...problem, what: `${problem.what} in order ${k + 1}` }
    if (order.group !== undefined) hasGroups = true
  }
  return hasGroups ? groupProblem(orders) : null
}

/** Whether an order says what it must and nothing that has to be looked at closely: most are so, and each candle has some. */
function isPlainOrder(order: OrderRequest): boolean {
  const { side, kind, price, share, quantity, postOnly, reduceOnly, repeat, tag } = order
  if ((side !== 'buy' && side !== 'sell') || (kind !== 'limit' && kind !== 'stop')) return false
  const size = share ?? quantity
  if (!(price > 0 && price < Infinity) || typeof size !== 'number') return false
  if (!(size > 0 && size < Infinity) || (share !== undefined && share > 1)) return false
  if (postOnly !== undefined && (postOnly !== true || kind === 'stop')) return false
  if (repeat !== undefined && typeof repeat !== 'boolean') return false
  if (reduceOnly !== undefined && typeof reduceOnly !== 'boolean') return false
  if (tag !== undefined && !TAG_RULE.holds(tag)) return false
  // What has other fields than these, or some that are there and undefined, is looked at closely.
  let known = 4
  if (postOnly !== undefined) known += 1
  if (repeat !== undefined) known += 1
  if (reduceOnly !== undefined) known += 1
  if (tag !== undefined) known += 1
  let fields = 0
  for (const _name in order) fields += 1
  return fields === known
}

function orderProblem(order: OrderRequest | undefined): IntentProblem | null {
  if (typeof order !== 'object' || order === null) {
    return {
      what: `gave ${shown(order)}`,
      hint: 'an order is {side, kind, price, share or quantity}',
    }
  }
  const problem = fieldsProblem(
    order as unknown as Readonly<Record<string, unknown>>,
    ORDER_RULES,
    'field',
  )
  if (problem !== null) return problem
  for (const name of REQUIRED) {
    if (order[name] === undefined) {
      return { what: `gave no ${name}`, hint: `${name} must be ${ORDER_RULES[name]!.words}` }
    }
  }
  if ((order.share === undefined) === (order.quantity === undefined)) {
    const what = order.share === undefined ? 'gave no size' : 'gave both share and quantity'
    return { what, hint: 'give either share, a fraction of equity, or quantity, base units' }
  }
  if (order.postOnly === true && order.kind === 'stop') {
    return { what: 'asked for a stop that is postOnly', hint: 'only a limit order can be postOnly' }
  }
  return order.exits === undefined ? null : exitsProblem(order.exits)
}

const REQUIRED = ['side', 'kind', 'price'] as const

function groupProblem(orders: readonly OrderRequest[]): IntentProblem | null {
  for (const { group } of orders) {
    if (group === undefined || orders.filter(other => other.group === group).length > 1) continue
    const hint =
      'a fill of one order cancels the others of its group: give it at least two, or no group'
    return { what: `gave the group ${shown(group)} to one order only`, hint }
  }
  return null
}

/** The first field that is not known or does not hold. */
function fieldsProblem(
  fields: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
  noun: string,
): IntentProblem | null {
  for (const name in fields) {
    const rule = rules[name]
    if (rule === undefined || !Object.hasOwn(rules, name)) {
      return unknownName(name, Object.keys(rules), noun)
    }
    if (!rule.holds(fields[name])) return broken(name, fields[name], rule)
  }
  return null
}

function unknownName(name: string, known: readonly string[], noun: string): IntentProblem {
  const near = nearestName(name, known)
  const hint = near ? `did you mean ${near}?` : `the ${noun}s are ${known.join(', ')}`
  return { what: `named the ${noun} ${name}, which is not known,`, hint }
}

function broken(name: string, value: unknown, { words }: Rule): IntentProblem {
  return { what: `named ${name} ${shown(value)}`, hint: `${name} must be ${words}` }
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value)
  if (typeof value === 'function') return 'a function'
  return JSON.stringify(value)
}
