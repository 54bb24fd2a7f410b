import { assert } from '../assert.js'

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

/** Every legal move. What is filled, cancelled, expired or refused has ended. */
const MOVES: Readonly<Record<OrderState, readonly OrderState[]>> = {
  placed: ['open', 'partly_filled', 'filled', 'cancelled', 'expired', 'refused', 'unknown'],
  open: ['partly_filled', 'filled', 'cancelled', 'expired', 'refused', 'unknown'],
  partly_filled: ['partly_filled', 'filled', 'cancelled', 'expired', 'unknown'],
  unknown: ['open', 'partly_filled', 'filled', 'cancelled', 'expired', 'refused'],
  filled: [],
  cancelled: [],
  expired: [],
  refused: [],
}

/** Whether an order in this state can still fill. */
export function isLive(state: OrderState): boolean {
  return MOVES[state].length > 0
}

/** Whether an order may go from one state to the other. */
export function mayMove(from: OrderState, to: OrderState): boolean {
  return MOVES[from].includes(to)
}

/** @returns `to`; a move that is not in the table is a bug, and throws */
export function moveOrder(from: OrderState, to: OrderState): OrderState {
  assert(mayMove(from, to), `an order cannot go from ${from} to ${to}`)
  return to
}
