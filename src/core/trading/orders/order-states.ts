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

/** Every legal move. What is filled, cancelled, expired or refused has ended. */
const MOVES: Readonly<Record<OrderState, Readonly<Record<OrderState, boolean>>>> = {
  placed: to('open', 'partly_filled', 'filled', 'cancelled', 'expired', 'refused', 'unknown'),
  open: to('partly_filled', 'filled', 'cancelled', 'expired', 'refused', 'unknown'),
  partly_filled: to('partly_filled', 'filled', 'cancelled', 'expired', 'unknown'),
  unknown: to('open', 'partly_filled', 'filled', 'cancelled', 'expired', 'refused'),
  filled: to(),
  cancelled: to(),
  expired: to(),
  refused: to(),
}

function to(...states: OrderState[]): Readonly<Record<OrderState, boolean>> {
  const moves = ORDER_STATES.map(state => [state, states.includes(state)] as const)
  return Object.fromEntries(moves) as Record<OrderState, boolean>
}

/** Whether an order in this state can still fill. */
export function isLive(state: OrderState): boolean {
  return state === 'placed' || state === 'open' || state === 'partly_filled' || state === 'unknown'
}

/** @returns `to`; a move that is not in the table is a bug, and throws */
export function moveOrder(from: OrderState, to: OrderState): OrderState {
  if (!MOVES[from][to]) throw broken(`an order cannot go from ${from} to ${to}`)
  return to
}
