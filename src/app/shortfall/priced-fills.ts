import { indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import type { EventRecord } from '../../core/ports/research/events.js'

/** A fill with the prices on its way. Prices are quote currency a base unit. */
export interface PricedFill {
  /** Open of the candle at whose close it was decided. */
  readonly decidedAt: Millis
  readonly strategy: string
  readonly action: 'entry' | 'exit'
  readonly reason: string | null
  readonly isBuy: boolean
  readonly size: number
  /** The close that it was decided at. */
  readonly decision: number
  /** What the market offered when it was sent: a quote, or the price before slippage. */
  readonly reference: number
  readonly price: number
  /** Fees and the cost of the transaction, quote currency. */
  readonly cost: number
}

/** What a venue offered for the fills of a session, in their order; null where it is not known. */
export interface VenueFills {
  readonly offered: readonly { readonly size: number; readonly price: number | null }[]
}

interface Executed {
  readonly strategy: string
  readonly action: 'entry' | 'exit'
  readonly side: 'long' | 'short'
  readonly price: number
  readonly size: number
  readonly fee: number
  readonly tx_cost: number
  readonly slippage: number
  readonly reason: string | null
}

/** The fills among events, each with the close that it was decided at. `venue` is null for fills from candles. */
export function pricedFills(
  events: readonly EventRecord[],
  candles: Candles,
  venue: VenueFills | null,
): readonly PricedFill[] {
  const decided = new Map<string, Millis>()
  const offered = [...(venue?.offered ?? [])]
  const fills: PricedFill[] = []
  for (const { type, time, payload } of events) {
    if (type === 'signal') {
      const { strategy, outcome } = payload as { strategy: string; outcome: string }
      if (outcome === 'ordered' || outcome === 'time_stop') decided.set(strategy, time)
    }
    if (type !== 'trade.executed') continue
    const said = payload as Executed
    const isSignal = said.action === 'entry' || said.reason === 'signal'
    const last = lastBefore(candles, time, venue !== null)
    const at = isSignal ? (decided.get(said.strategy) ?? last) : last
    const next = offered[0]?.size === said.size ? offered.shift() : undefined
    fills.push(pricedFill(said, { candles, at, offer: next?.price ?? null }))
  }
  return fills
}

/** A venue fills after the candle that was taken last; a fill from candles falls into the next one. */
function lastBefore(candles: Candles, time: Millis, isVenue: boolean): Millis {
  const index = indexAtOrAfter(candles, time) - (isVenue ? 0 : 1)
  return candles.time[Math.min(candles.length - 1, Math.max(0, index))]!
}

function pricedFill(
  said: Executed,
  {
    candles,
    at,
    offer,
  }: { readonly candles: Candles; readonly at: Millis; readonly offer: number | null },
): PricedFill {
  const { strategy, action, reason, side, size, price, fee } = said
  const isBuy = (action === 'entry') === (side === 'long')
  const unslipped = price - ((isBuy ? 1 : -1) * said.slippage) / size
  return {
    decidedAt: at,
    strategy,
    action,
    reason,
    isBuy,
    size,
    price,
    decision: candles.close[indexAtOrAfter(candles, at)]!,
    reference: offer ?? unslipped,
    cost: fee + said.tx_cost,
  }
}
