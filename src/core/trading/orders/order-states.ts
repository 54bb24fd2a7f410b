import { broken } from '../../assert.js'

/** The life of an order. `unknown`: a venue has not said what became of it. */
export const ORDER_STATES = [
  'placed',
  'open',
  'partly_filled',
  'filled',
  'cancelled',
  'expired',
  'refused',
  'unknown',
] as const

export type OrderState = (typeof ORDER_STATES)[number]

/** Every legal move. What is filled, cancelled, expired or refused has ended. Not a table: that is looked into at every order. */
function isLegal(from: OrderState, to: OrderState): boolean {
  switch (from) {
    case 'placed':
      return to !== 'placed'
    case 'open':
      return to !== 'placed' && to !== 'open'
    case 'partly_filled':
      return to !== 'placed' && to !== 'open' && to !== 'refused'
    case 'unknown':
      return to !== 'placed' && to !== 'unknown'
    case 'filled':
    case 'cancelled':
    case 'expired':
    case 'refused':
      return false
  }
}

/** Whether an order in this state can still fill. */
export function isLive(state: OrderState): boolean {
  return state === 'placed' || state === 'open' || state === 'partly_filled' || state === 'unknown'
}

/** @returns `to`; a move that is not in the table is a bug, and throws */
export function moveOrder(from: OrderState, to: OrderState): OrderState {
  if (!isLegal(from, to)) throw broken(`an order cannot go from ${from} to ${to}`)
  return to
}
