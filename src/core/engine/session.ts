import type { TradingEvent } from '../account/events.js'
import type { Trade } from '../account/trade.js'
import { assert } from '../assert.js'
import { candleAt, CandleBuffer, type Candle, type Candles } from '../candles/candles.js'
import type { Millis } from '../candles/time.js'
import type { LegSpec } from '../trading/desk.js'
import type { Quote, VenueFill, VenueOutcome } from '../trading/broker.js'
import type { Approved } from '../risk/guard.js'
import type { VenueOrder } from '../trading/venue-order.js'
import type { VenueOrders } from '../trading/venue-orders.js'
import { Engine } from './engine.js'
import type { Command } from './command.js'
import type { AccountSpec, RunSpec } from './spec.js'
import { GrowingColumns } from './growing-columns.js'
import { restoreEngine, saveEngine, type Snapshot } from './snapshot.js'

/** What comes in. Nothing else enters a session, so that a log of inputs is the whole truth. */
export type Input =
  /** A candle of a market has closed. */
  | { readonly kind: 'candle'; readonly market: number; readonly candle: Candle }
  /** No candle that ends at or before `time` is still to come from any market. */
  | { readonly kind: 'time'; readonly time: Millis }
  /** Prices between candles, for protective exits. */
  | Quote
  /** What a venue says of an order. */
  | VenueFill
  | VenueOutcome
  | { readonly kind: 'command'; readonly command: Command }

/** What an input led to. */
export interface Effects {
  /** Signals, fills, orders, position changes, breaches, in the order in which they happened. */
  readonly events: readonly TradingEvent[]
  /** Trades that closed. */
  readonly trades: readonly Trade[]
  /** Equity at the last close of any market. */
  readonly equity: number
  /** Orders for the venue, and ids of orders that it is to cancel; none where the engine fills from candles. */
  readonly place: readonly Approved<VenueOrder>[]
  readonly cancel: readonly string[]
}

/** One market of a session and what trades on it. */
export interface SessionMarket {
  readonly timeframeMs: Millis
  readonly legs: readonly LegSpec[]
}

/** A market whose candles come one by one. */
class LiveMarket {
  readonly candles: CandleBuffer
  readonly columns: GrowingColumns

  constructor({ timeframeMs, legs }: SessionMarket) {
    this.candles = new CandleBuffer(timeframeMs)
    this.columns = new GrowingColumns(legs)
  }

  append({ time, open, high, low, close, volume }: Candle): number {
    const { candles } = this
    const last = candles.length === 0 ? -Infinity : candles.time[candles.length - 1]!
    assert(time > last, 'a candle came that is not later than the one before')
    candles.append(time, open, high, low, close, volume)
    this.columns.append(candles, candles.length - 1)
    return candles.length - 1
  }
}

/**
 * The engine fed as paper and live feed it: `take` one input, get its effects. A step is made once
 * every market has shown its candle of that time, a later one, or the clock has passed it. Between two
 * inputs the session is plain JSON. Candles given by `warm` only warm the indicators.
 */
export class Session {
  readonly engine: Engine
  private readonly markets: readonly LiveMarket[]
  private readonly names: readonly string[]
  private events: TradingEvent[] = []
  /** Candles that end at or before it are not waited for. */
  private clock = -Infinity

  /** `venueRun`: a venue fills the orders, whose ids begin with this name; otherwise they fill from candles. */
  constructor(spec: AccountSpec, markets: readonly SessionMarket[], venueRun?: string) {
    this.markets = markets.map(market => new LiveMarket(market))
    this.names = markets.flatMap(({ legs }) => legs.map(leg => leg.strategy.name))
    const sink = (event: TradingEvent): void => void this.events.push(event)
    this.engine = new Engine(
      spec,
      markets.map(({ legs }, m) => {
        const { candles, columns } = this.markets[m]!
        const place = { candles, detail: null, first: 0, decideFrom: Infinity }
        return { ...place, legs, columns: columns.values() }
      }),
      { sink, ...(venueRun !== undefined && { venueRun }) },
    )
  }

  /** A session on one market. */
  static on(spec: RunSpec, timeframeMs: Millis): Session {
    return new Session(spec, [{ timeframeMs, legs: spec.legs }])
  }

  /** A candle before the session: it warms the indicators, nothing else. */
  warm(candle: Candle, market = 0): void {
    const i = this.append(market, candle)
    this.engine.warm(market, i)
  }

  take(input: Input): Effects {
    this.events = []
    const { trades } = this.engine
    const before = trades.length
    this.hear(input)
    for (let time = this.due(); time !== null; time = this.due()) this.step(time)
    return {
      events: this.events,
      trades: trades.list(this.names, this.engine.desk.costs.fee, before),
      equity: this.engine.equity,
      place: this.engine.venue?.placed.splice(0) ?? [],
      cancel: this.engine.venue?.cancelled.splice(0) ?? [],
    }
  }

  private hear(input: Input): void {
    const { engine } = this
    switch (input.kind) {
      case 'candle':
        this.append(input.market, input.candle)
        break
      case 'time':
        this.clock = Math.max(this.clock, input.time)
        break
      case 'command':
        engine.command(input.command)
        break
      case 'quote':
        venueOf(engine).quote(input, engine.markets[input.market]!)
        break
      case 'fill':
      case 'outcome':
        venueOf(engine).take(input)
        // The entry half of a reversal follows its exit.
        venueOf(engine).dispatch()
        break
    }
  }

  /** Everything that is not a function of the candles. Its size does not grow with the session. */
  save(): Snapshot {
    return saveEngine(this.engine)
  }

  /**
   * A session that goes on from `saved`. `history` has for each market the candles that rebuild its
   * indicators, up to the last one that the session has taken, at least as many as they need.
   */
  static restore(
    spec: AccountSpec,
    markets: readonly SessionMarket[],
    saved: Snapshot,
    history: readonly Candles[],
    venueRun?: string,
  ): Session {
    const session = new Session(spec, markets, venueRun)
    history.forEach((candles, m) => {
      for (let i = 0; i < candles.length; i++) session.warm(candleAt(candles, i), m)
    })
    restoreEngine(session.engine, saved)
    session.markets.forEach(({ columns }, m) => {
      const needs = saved.markets[m]!.isAsked
      assert(!needs || columns.isComplete, 'the history is too short for the indicators')
      if (needs) session.engine.decidesFrom(m, 0)
    })
    return session
  }

  private append(m: number, candle: Candle): number {
    const market = this.markets[m]
    assert(market !== undefined, `there is no market ${m}`)
    const i = market.append(candle)
    const values = market.columns.values()
    let k = 0
    for (const leg of this.engine.legs) {
      if (leg.market === this.engine.markets[m]) leg.moment.follow(values[k++]!)
    }
    return i
  }

  /** The next time at which a candle opened, once nothing of it can come any more; null while it can. */
  private due(): Millis | null {
    let next = Infinity
    for (let m = 0; m < this.markets.length; m++) next = Math.min(next, this.nextTime(m))
    if (next === Infinity) return null
    for (let m = 0; m < this.markets.length; m++) {
      const { candles } = this.markets[m]!
      const shown = candles.length === 0 ? -Infinity : candles.time[candles.length - 1]!
      if (shown < next && this.clock < next + candles.timeframeMs) return null
    }
    return next
  }

  private nextTime(m: number): Millis {
    const { candles } = this.markets[m]!
    const next = this.engine.markets[m]!.at + 1
    return next < candles.length ? candles.time[next]! : Infinity
  }

  private step(time: Millis): void {
    const { engine } = this
    this.markets.forEach(({ columns }, m) => {
      if (columns.isComplete && this.nextTime(m) === time && !engine.isAsked(m)) {
        engine.decidesFrom(m, engine.markets[m]!.at + 1)
      }
    })
    engine.step(time)
  }
}

function venueOf({ venue }: Engine): VenueOrders {
  assert(venue !== null, 'a venue speaks to a session that fills its own orders')
  return venue
}
