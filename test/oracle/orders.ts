import type { OrderRequest, OrdersIntent } from '../../src/core/strategy/intent.js'
import { isAbove, roundDown, roundPrice } from './numbers.js'
import { freeCash, largerFee, reserveOf } from './sizing.js'
import {
  count,
  equityAt,
  lastClose,
  type Account,
  type LegState,
  type RestingOrder,
} from './state.js'

/** The set of resting orders of a leg, from one answer to the next. */

/** "Any fill of a `group` cancels the others of it", and those are not placed again. */
export function cancelGroup(account: Account, state: LegState, order: RestingOrder): void {
  const { group } = order.request
  if (group === undefined) return
  for (const other of [...state.resting]) {
    if (other === order || other.request.group !== group) continue
    drop(state, other)
    count(account, 'orders_cancelled')
  }
}

export function drop(state: LegState, order: RestingOrder): void {
  state.resting = state.resting.filter(other => other !== order)
}

export function cancelAll(account: Account, state: LegState): void {
  if (state.resting.length > 0) count(account, 'orders_cancelled', state.resting.length)
  state.resting = []
}

/** "Expiry is before `decide`, `goodFor` closes after placement." */
export function expire(account: Account, state: LegState): void {
  for (const order of [...state.resting]) {
    const { goodFor = 0 } = order.request
    if (goodFor === 0 || state.index - order.placedAt < goodFor) continue
    drop(state, order)
    count(account, 'orders_expired')
  }
}

/** A request to be placed, and its place in the answer. */
export interface Fresh {
  readonly request: OrderRequest
  readonly place: number
}

/** What is equal stays, what is missing is cancelled; the rest is to be placed. */
export function cancelMissing(
  account: Account,
  state: LegState,
  { orders }: OrdersIntent,
): readonly Fresh[] {
  const resting = [...state.resting]
  const spent = [...state.spent]
  const kept: RestingOrder[] = []
  const fresh: Fresh[] = []
  state.spent = []
  for (const [place, request] of orders.entries()) {
    const same = takeFirst(resting, order => isEqual(order.request, request))
    if (same !== undefined) {
      same.place = place
      kept.push(same)
      continue
    }
    const done = takeFirst(spent, other => isEqual(other, request))
    if (done !== undefined && request.repeat !== true) state.spent.push(request)
    else fresh.push({ request, place })
  }
  state.resting = kept
  if (resting.length > 0) count(account, 'orders_cancelled', resting.length)
  return fresh
}

function takeFirst<T>(list: T[], matches: (item: T) => boolean): T | undefined {
  const at = list.findIndex(matches)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}

/** "Orders are equal where all fields asked for are equal, before rounding, one to one." */
function isEqual(a: OrderRequest, b: OrderRequest): boolean {
  return textOf(a) === textOf(b)
}

function textOf(value: object): string {
  const entries = Object.entries(value).filter(
    ([, field]) => field !== undefined && !isEmpty(field),
  )
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(
    entries.map(([key, field]) => [
      key,
      field !== null && typeof field === 'object' ? textOf(field) : field,
    ]),
  )
}

/** Exits that name none are no exits. */
function isEmpty(field: unknown): boolean {
  return typeof field === 'object' && field !== null && Object.keys(field).length === 0
}

/** Places what is new, whole or not at all. */
export function place(account: Account, state: LegState, fresh: readonly Fresh[]): void {
  for (const { request, place } of fresh) {
    count(account, 'orders_placed')
    const order = orderOf(account, state, { request, place })
    const refusal = refusalOf(account, state, order)
    if (refusal === null) {
      state.resting.push(order)
      continue
    }
    count(account, 'orders_refused')
    count(account, `refused:${refusal}`)
  }
  state.resting.sort((a, b) => a.place - b.place)
}

function orderOf(account: Account, state: LegState, { request, place }: Fresh): RestingOrder {
  const { market, leg } = state
  const isLow = (request.side === 'buy') === (request.kind === 'limit')
  const price = roundPrice(request.price, market.tick, isLow ? 'down' : 'up')
  const spend = (request.share ?? 0) * leg.weight * equityAt(account, lastClose)
  const asked = request.quantity ?? spend / (price * (1 + largerFee(account.spec)))
  const size = roundDown(asked, market.step)
  return {
    request,
    side: request.side === 'buy' ? 1 : -1,
    price,
    size,
    placedAt: state.index,
    place,
    left: size,
    isTriggered: false,
  }
}

function refusalOf(account: Account, state: LegState, order: RestingOrder): string | null {
  const { market } = state
  const { size, price, side, request } = order
  const opens = request.reduceOnly !== true && (side === 1 || market.shortable)
  if (opens && isCooling(account, state)) return 'cooldown'
  if (price <= 0 || size <= 0 || size * price < market.minNotional) return 'below_minimum'
  const needed = reserveOf(account, order, size)
  return isAbove(needed, freeCash(account, lastClose)) ? 'no_cash' : null
}

/** "Entries are ignored at n closes, the close of the exit candle being the first." */
export function isCooling({ spec }: Account, state: LegState): boolean {
  return (
    spec.cooldown > 0 &&
    state.lastExitIndex !== null &&
    state.index - state.lastExitIndex < spec.cooldown
  )
}
