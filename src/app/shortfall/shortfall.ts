import type { Millis } from '../../core/candles/time.js'
import type { PricedFill } from './priced-fills.js'

/**
 * What a session earned less than the engine over the same candles, by what took it; below 0 where it
 * earned more. Quote currency. After A. F. Perold, The Implementation Shortfall, 1988.
 */
export interface Shortfall {
  /** Other decisions, or other sizes, valued from the close of the decision on. */
  readonly signal: number
  /** The market moved between the decision and the sending. */
  readonly timing: number
  /** The fill was worse than what was offered. */
  readonly price: number
  /** Fees and transactions. */
  readonly cost: number
  /** All four. */
  readonly total: number
}

/** A fill of a session beside that of the engine; one of them is null where only the other has it. */
export interface FillShortfall {
  readonly decidedAt: Millis
  readonly strategy: string
  readonly side: 'buy' | 'sell'
  readonly reason: string | null
  readonly session: PricedFill | null
  readonly engine: PricedFill | null
  readonly shortfall: Shortfall
  /** The total, basis points of what was traded. */
  readonly bps: number
}

/** One side's fills, and the last price that what is left is valued at. */
export interface ValuedFills {
  readonly fills: readonly PricedFill[]
  readonly last: number
}

/**
 * Splits the difference of equity of two that began with the same capital. The sum over all fills is
 * that difference: equity is what fills have moved, and what is left at the last price.
 */
export function splitShortfall(
  session: ValuedFills,
  engine: ValuedFills,
): readonly FillShortfall[] {
  const left = [...engine.fills]
  const pairs: (readonly [PricedFill | null, PricedFill | null])[] = session.fills.map(fill => {
    const at = left.findIndex(other => isSame(fill, other))
    return [fill, at < 0 ? null : left.splice(at, 1)[0]!]
  })
  for (const other of left) pairs.push([null, other])
  return pairs
    .map(([one, two]) => shortfallOf(one, two, { session: session.last, engine: engine.last }))
    .sort((a, b) => a.decidedAt - b.decidedAt)
}

/** All fills together. */
export function totalOf(fills: readonly FillShortfall[]): Shortfall {
  const sum = (name: keyof Shortfall): number =>
    fills.reduce((total, { shortfall }) => total + shortfall[name], 0)
  return {
    signal: sum('signal'),
    timing: sum('timing'),
    price: sum('price'),
    cost: sum('cost'),
    total: sum('total'),
  }
}

function isSame(one: PricedFill, other: PricedFill): boolean {
  return (
    one.decidedAt === other.decidedAt &&
    one.strategy === other.strategy &&
    one.isBuy === other.isBuy &&
    one.action === other.action
  )
}

function shortfallOf(
  session: PricedFill | null,
  engine: PricedFill | null,
  last: { readonly session: number; readonly engine: number },
): FillShortfall {
  const [one, two] = [partsOf(session, last.session), partsOf(engine, last.engine)]
  const signal = two.gain - one.gain
  const timing = one.timing - two.timing
  const price = one.price - two.price
  const cost = one.cost - two.cost
  const total = signal + timing + price + cost
  const { decidedAt, strategy, isBuy, reason, size, decision } = (session ?? engine)!
  return {
    decidedAt,
    strategy,
    side: isBuy ? 'buy' : 'sell',
    reason,
    session,
    engine,
    shortfall: { signal, timing, price, cost, total },
    bps: (total / (size * decision)) * 10_000,
  }
}

/** What a fill gained from its decision on at no cost, and what was lost on the way. */
function partsOf(
  fill: PricedFill | null,
  last: number,
): { gain: number; timing: number; price: number; cost: number } {
  if (fill === null) return { gain: 0, timing: 0, price: 0, cost: 0 }
  const { isBuy, size, decision, reference, price, cost } = fill
  const quantity = isBuy ? size : -size
  return {
    gain: quantity * (last - decision),
    timing: quantity * (reference - decision),
    price: quantity * (price - reference),
    cost,
  }
}
