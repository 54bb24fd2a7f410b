import type { Exits, OrderRequest } from '../../src/core/strategy/intent.js'
import type {
  OracleCandle,
  OracleFill,
  OracleLeg,
  OracleMarket,
  OracleSpec,
  OracleTrade,
} from './model.js'

/** What an account and its legs remember between two instants. */

export interface Position {
  readonly side: 1 | -1
  /** "P is the price of the first fill, also after adds." */
  readonly firstPrice: number
  readonly entryIndex: number
  /** Which part of that candle: 0 for one that was entered at its open. */
  readonly entryPart: number
  readonly byOrder: boolean
  /** Opened on the path of its candle, after the open. */
  readonly onPath: boolean
  /** Those of the settings and its own, the tighter of each. */
  readonly exits: Exits
  readonly rois: readonly Readonly<Record<number, number>>[]
  /** The best price seen: the peak of a long, the trough of a short. */
  peak: number
  /** Worst and best unrealised return while open. */
  /** "Entry price becomes the quantity-weighted average" of what is held. */
  average: number
  worst: number
  best: number
  keptStop: number | null
  keptTarget: number | null
  entered: number
  enteredValue: number
  exited: number
  exitedValue: number
  fees: number
  txCosts: number
  parts: number
  readonly fills: OracleFill[]
}

/** A target that waits for its fill. */
export interface Pending {
  readonly exposure: number
  readonly exits: Exits
  readonly tag: string | null
  readonly priority: number
  /** Exits of limits, of ruin and of the clock come under their own reason. */
  readonly reason: string
  /** Why its entry half is not filled, where so. */
  readonly entryRefused: string | null
}

export interface RestingOrder {
  readonly request: OrderRequest
  readonly side: 1 | -1
  readonly price: number
  readonly size: number
  readonly placedAt: number
  /** Its place in the latest answer: the order in which orders are met at an open. */
  place: number
  left: number
  /** A stop that was met and waits with its rest for the next open. */
  isTriggered: boolean
}

/** A stretch of time with a path of its own. */
export interface Part {
  readonly number: number
  readonly candle: OracleCandle
}

export interface LegState {
  readonly leg: OracleLeg
  readonly market: OracleMarket
  /** Index of the last candle seen, -1 before the first. */
  index: number
  quantity: number
  /** Whether its candle is being walked through. */
  isOnPath: boolean
  /** Where it is on its walk: in the candle as a whole, or in one of the finer ones that make it. */
  part: Part | null
  position: Position | null
  /** Null is undefined: a resting fill has changed what is held. */
  lastTarget: number | null
  pending: Pending | null
  /** The share of the quantity to keep, ordered by the exposure limit. */
  keepQuantity: number | null
  resting: RestingOrder[]
  /** Priority of the latest answer with orders. */
  orderPriority: number
  /** Requests that have filled, expired or were cancelled by their group, and are still asked for. */
  spent: OrderRequest[]
  lastExitIndex: number | null
}

export interface OrderFill {
  readonly leg: LegState
  readonly index: number
  readonly side: 1 | -1
  readonly price: number
  readonly size: number
  readonly isMaker: boolean
}

export interface Account {
  readonly spec: OracleSpec
  readonly legs: readonly LegState[]
  cash: number
  peakEquity: number
  /** Day of the last mark and the last equity of the day before it. */
  day: number
  dayBase: number
  lastEquity: number
  /** No entries any more. */
  isHalted: boolean
  haltedDay: number | null
  openedDay: number
  openedCount: number
  ruinedAt: number | null
  readonly trades: OracleTrade[]
  readonly orderFills: OrderFill[]
  readonly events: Record<string, number>
  feesPaid: number
  quoting: number
  closes: number
}

/** One fill on its way into the books. */
export interface Deal {
  readonly side: 1 | -1
  readonly size: number
  readonly price: number
  readonly feeRate: number
  readonly reason: string
  readonly tag: string | null
}

export function count(account: Account, name: string, by = 1): void {
  account.events[name] = (account.events[name] ?? 0) + by
}

export function candleOf(state: LegState): OracleCandle {
  return state.market.candles[state.index]!
}

/** The candle whose path is at hand: the finer one where such decide. */
export function pathOf(state: LegState): OracleCandle {
  return state.part?.candle ?? candleOf(state)
}

/** Whether the position began in the stretch of time at hand, and so what it may do there. */
export function isFresh({ position, index, part }: LegState): boolean {
  return position?.entryIndex === index && position.entryPart === (part?.number ?? 0)
}

/** Price of a leg's market: of the fill, of this instant, or the last close. */
export type PriceOf = (state: LegState) => number

export const lastClose: PriceOf = state => (state.index < 0 ? 0 : candleOf(state).close)

export function equityAt(account: Account, priceOf: PriceOf): number {
  return account.legs.reduce(
    (total, state) => total + (state.quantity === 0 ? 0 : state.quantity * priceOf(state)),
    account.cash,
  )
}

export function grossAt(account: Account, priceOf: PriceOf): number {
  return account.legs.reduce(
    (total, state) =>
      total + (state.quantity === 0 ? 0 : Math.abs(state.quantity) * priceOf(state)),
    0,
  )
}

/** The rank of its resting orders, the leg's own where none rest. */
export const orderRank = byRank(({ resting, orderPriority, leg }) =>
  resting.length > 0 ? orderPriority : leg.priority,
)

/** "Over legs: priority, then symbol, then strategy." */
export function byRank(priorityOf: (state: LegState) => number) {
  return (a: LegState, b: LegState): number =>
    priorityOf(b) - priorityOf(a) ||
    compareTexts(a.leg.symbol, b.leg.symbol) ||
    compareTexts(a.leg.strategy, b.leg.strategy)
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
