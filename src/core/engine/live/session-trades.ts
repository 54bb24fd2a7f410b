import type { MarketTrade } from '../../account/trade.js'
import type { Engine } from '../engine.js'

const NONE: readonly MarketTrade[] = Object.freeze([])

/** Trades that have closed since there were `before`, in the order in which they did. */
export function tradesSince(engine: Engine, before: number): readonly MarketTrade[] {
  const { length } = engine.trades
  if (length === before) return NONE
  return tradesAt(
    engine,
    Array.from({ length: length - before }, (_, k) => before + k),
  )
}

/** Legs that hold something, by their index. */
export function holdingLegs({ legs }: Engine): readonly number[] {
  return legs.filter(({ position }) => position.quantity !== 0).map(({ index }) => index)
}

/**
 * Trades of legs that held something before the end and hold nothing after it. All trades have been
 * put in order meanwhile: that of a market that ended earlier stands among those of its time.
 */
export function tradesOfEnd(engine: Engine, held: readonly number[]): readonly MarketTrade[] {
  const { trades, legs } = engine
  const last = new Map<number, number>()
  for (let k = 0; k < trades.length; k++) last.set(trades.legOf(k), k)
  const closed = held.filter(leg => legs[leg]!.position.quantity === 0)
  return tradesAt(
    engine,
    closed.map(leg => last.get(leg)!).sort((a, b) => a - b),
  )
}

function tradesAt(
  { trades, legs, desk }: Engine,
  places: readonly number[],
): readonly MarketTrade[] {
  const names = legs.map(({ spec }) => spec.strategy.name)
  return places.map(k => {
    const [trade] = trades.list(names, desk.costs.fee, k)
    return { ...trade!, symbol: legs[trades.legOf(k)]!.spec.market.symbol }
  })
}
