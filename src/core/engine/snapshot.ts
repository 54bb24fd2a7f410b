import type { SavedLedger } from '../account/account.js'
import { assert } from '../assert.js'
import { indexAtOrAfter } from '../candles/candles.js'
import type { Millis } from '../candles/time.js'
import type { SavedGuard } from '../risk/guard.js'
import { restoreLeg, saveLeg, type SavedLeg } from '../trading/leg-snapshot.js'
import type { SavedRecord, WeightRow } from './allocation/allocator.js'
import type { SavedVenueOrders } from '../trading/venue/venue-order.js'
import type { Engine } from './engine.js'

/**
 * An engine between two candles, as plain JSON: what cannot be computed again from candles. Times
 * instead of indices, so that it can be restored over another stretch of history.
 */
export interface Snapshot {
  /** What is owned, and what trading has cost. */
  readonly account: SavedLedger
  /** What the limits have seen. */
  readonly guard: SavedGuard
  /** How far each has come. */
  readonly markets: readonly SavedMarket[]
  /** What each holds, has ordered, and remembers. */
  readonly legs: readonly SavedLeg[]
  /** What closed trades add up to, where weights follow from it. */
  readonly records: readonly SavedRecord[]
  /** The weights that hold, and since when; null before the first, absent where the legs' own hold. */
  readonly weights?: WeightRow | null
  /** At the last mark, quote currency. */
  readonly equity: number
  /** Open time of the candles that were taken last; absent before the first. */
  readonly time?: Millis
  /** Orders under way at a venue. */
  readonly venue: SavedVenueOrders | null
}

/** How far a market has come. */
interface SavedMarket {
  /** Open time of the last candle taken; null before the first. */
  readonly time: Millis | null
  readonly price: number
  /** Whether its strategies have been asked. */
  readonly isAsked: boolean
}

export function saveEngine(engine: Engine): Snapshot {
  assertShared(engine)
  return {
    account: engine.account.save(),
    guard: engine.guard.save(),
    markets: engine.markets.map((market, m) => ({
      time: market.at < 0 ? null : market.time,
      price: market.price,
      isAsked: engine.isAsked(m),
    })),
    legs: engine.legs.map(leg => saveLeg(leg)),
    records: engine.allocator?.save(engine.trades) ?? [],
    ...(engine.allocator !== null && { weights: engine.weights.at(-1) ?? null }),
    equity: engine.equity,
    ...(engine.time > -Infinity && { time: engine.time }),
    venue: engine.venue?.save() ?? null,
  }
}

/** Goes on from what `saveEngine` gave; the candles of each market reach its last time. */
export function restoreEngine(engine: Engine, saved: Snapshot): void {
  assert(saved.legs.length === engine.legs.length, 'a snapshot has other legs than the session')
  assert(saved.markets.length === engine.markets.length, 'a snapshot has other markets')
  assert(Number.isFinite(saved.equity), 'a snapshot has no equity')
  const isVenue = engine.venue !== null
  assert(
    (saved.venue !== null) === isVenue,
    'a snapshot has orders at a venue, or none, unlike this',
  )
  engine.account.restore(saved.account)
  engine.guard.restore(saved.guard)
  const weights = saved.weights ?? null
  engine.allocator?.restore(saved.records, weights?.time ?? null)
  if (weights !== null) engine.useWeights(weights)
  saved.markets.forEach(({ time, price }, m) => {
    const market = engine.markets[m]!
    if (time === null) return
    const at = indexAtOrAfter(market.candles, time)
    assert(market.candles.time[at] === time, 'the history does not reach the last candle taken')
    assert(price >= 0 && price < Infinity, 'a saved market has no price')
    market.at = at
    market.price = price
  })
  engine.legs.forEach((leg, k) => restoreLeg(leg, saved.legs[k]!))
  if (saved.venue !== null) engine.venue?.restore(saved.venue)
  engine.resume(saved.equity, saved.time ?? -Infinity)
  assertShared(engine)
}

/** What the account has gained is what its legs have brought: no cash came or went another way. */
function assertShared({ account, legs }: Engine): void {
  let brought = 0
  for (const { ledger } of legs) brought += ledger.cash
  const off = Math.abs(account.cash - account.capital - brought)
  assert(off <= 1e-9 * (account.capital + account.notional), 'cash of no leg was made or lost')
}
