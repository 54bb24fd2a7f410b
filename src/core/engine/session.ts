import type { TradingEvent } from '../account/events.js'
import { assert } from '../assert.js'
import { candleAt, type Candle, type Candles } from '../candles/candles.js'
import type { Millis } from '../candles/time.js'
import type { Quote, VenueFill, VenueOutcome } from '../trading/venue/broker.js'
import type { Approved } from '../risk/guard.js'
import type { VenueOrder } from '../trading/venue/venue-order.js'
import type { VenueOrders } from '../trading/venue-orders.js'
import { Engine } from './engine.js'
import type { Command } from './command.js'
import { lastTime, LiveMarket, LiveReferences, type SessionMarket } from './live/live-market.js'
import type { SessionWiring } from './live/session-wiring.js'
import type { MarketTrade } from '../account/trade.js'
import { holdingLegs, tradesOfEnd, tradesSince } from './live/session-trades.js'
import type { AccountSpec, LegColumns, RunSpec } from './spec.js'
import { restoreEngine, saveEngine, type Snapshot } from './snapshot.js'

/** What comes in. Nothing else enters a session, so that a log of inputs is the whole truth. */
export type Input =
  /** A candle of a market has closed. */
  | { readonly kind: 'candle'; readonly market: number; readonly candle: Candle }
  /** A candle has closed of a market that indicators read and nothing trades on. */
  | {
      readonly kind: 'reference'
      readonly symbol: string
      readonly timeframeMs: Millis
      readonly candle: Candle
    }
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
  /** Trades that closed, each with the market that it was made on. */
  readonly trades: readonly MarketTrade[]
  /** Equity at the last close of any market. */
  readonly equity: number
  /** Orders for the venue; none where the engine fills from candles. */
  readonly place: readonly Approved<VenueOrder>[]
  /** Ids of orders that the venue is to cancel. */
  readonly cancel: readonly string[]
}

/**
 * The engine fed as paper and live feed it: `take` one input, get its effects. A step is made once
 * every market has shown its candle of that time, a later one, or the clock has passed it; so too for
 * the markets that indicators read, of which all that has closed by then is waited for. Between two
 * inputs the session is plain JSON. Candles given by `warm` only warm the indicators.
 */
export class Session {
  readonly engine: Engine
  readonly wiring: SessionWiring
  private readonly markets: readonly LiveMarket[]
  private readonly references = new LiveReferences()
  private events: TradingEvent[] = []
  /** Candles that end at or before it are not waited for. */
  private clock = -Infinity

  constructor(spec: AccountSpec, markets: readonly SessionMarket[], wiring: SessionWiring = {}) {
    const { venueRun, orderLog, followsLegs } = wiring
    this.wiring = wiring
    this.markets = markets.map(market => new LiveMarket(market, this.references))
    const sink = (event: TradingEvent): void => void this.events.push(event)
    this.engine = new Engine(
      spec,
      markets.map(({ legs, detail = null }, m) => {
        const { candles, columns } = this.markets[m]!
        const place = { candles, detail, first: 0, decideFrom: Infinity }
        return { ...place, legs, columns: columns.values() }
      }),
      {
        sink,
        ...(venueRun !== undefined && { venueRun }),
        ...(orderLog && { orderLog }),
        ...(followsLegs === true && { followsLegs }),
      },
    )
  }

  /** A session on one market. */
  static on(spec: RunSpec, timeframeMs: Millis): Session {
    return new Session(spec, [{ timeframeMs, legs: spec.legs }])
  }

  /** A candle before the session: it warms the indicators, nothing else. */
  warm(candle: Candle, market = 0): void {
    this.append(market, candle)
    const i = this.markets[market]!.candles.length - 1
    this.compute(market, i)
    this.engine.warm(market, i)
  }

  /** A candle before the session of a market that indicators read; those it warms come after it. */
  warmReference(symbol: string, timeframeMs: Millis, candle: Candle): void {
    this.references.append(symbol, timeframeMs, candle)
  }

  take(input: Input): Effects {
    this.events = []
    const before = this.engine.trades.length
    this.hear(input)
    for (let time = this.due(); time !== null; time = this.due()) this.step(time)
    return this.effects(tradesSince(this.engine, before))
  }

  /** Ends the session at the last close of each market, as a backtest ends: nothing is taken after it. */
  finish(): Effects {
    this.events = []
    const held = holdingLegs(this.engine)
    this.engine.finish()
    return this.effects(tradesOfEnd(this.engine, held))
  }

  /** Indicator columns of the legs of a market, over all its candles so far. */
  columnsOf(market: number): readonly LegColumns[] {
    return this.markets[market]!.columns.values()
  }

  private effects(trades: readonly MarketTrade[]): Effects {
    return {
      events: this.events,
      trades,
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
        if (input.candle.time <= this.engine.time) this.catchUp(input.market)
        break
      case 'reference':
        this.references.append(input.symbol, input.timeframeMs, input.candle)
        break
      case 'time':
        assert(!Number.isNaN(input.time), 'the time is no number')
        this.clock = Math.max(this.clock, input.time)
        break
      case 'command':
        engine.command(input.command)
        break
      case 'quote':
        assert(engine.markets[input.market] !== undefined, 'a quote is of no market')
        venueOf(engine).quote(input, engine.markets[input.market]!)
        break
      case 'fill':
      case 'outcome':
        venueOf(engine).take(input)
        // The entry half of a reversal follows its exit. What was refused is not ordered again at once:
        // it would be refused at once, without an end.
        if (input.kind === 'fill' || input.state === 'cancelled' || input.state === 'expired') {
          venueOf(engine).dispatch()
        }
        break
    }
  }

  /** Close of the oldest candles that have come and were not taken yet; null where all were. */
  get nextCloses(): Millis | null {
    const next = this.nextOpen()
    return next === Infinity ? null : next + this.markets[0]!.candles.timeframeMs
  }

  /** The same, where they wait for nothing but candles of other markets that trade. */
  get waiting(): Millis | null {
    const closes = this.nextCloses
    if (closes === null) return null
    const next = this.nextOpen()
    const hasRead = (market: LiveMarket, m: number): boolean =>
      this.nextTime(m) !== next || market.hasReferences(closes)
    return this.markets.every(hasRead) ? closes : null
  }

  /** The candles of each market so far, with those that its indicators read. */
  history(): readonly Candles[] {
    return this.markets.map(({ candles }) => candles)
  }

  /** Everything that is not a function of the candles. Its size does not grow with the session. */
  save(): Snapshot {
    return saveEngine(this.engine)
  }

  /**
   * A session that goes on from `saved`. `history` has for each market the candles that rebuild its
   * indicators, up to the last one that the session has taken, at least as many as they need, and
   * beside them those of the markets that these read.
   */
  static restore(
    spec: AccountSpec,
    markets: readonly SessionMarket[],
    saved: Snapshot,
    history: readonly Candles[],
    wiring: SessionWiring = {},
  ): Session {
    assert(history.length === markets.length, 'a history of each market is needed, and no other')
    const session = new Session(spec, markets, wiring)
    for (const { references } of history) session.references.warm(references ?? [])
    history.forEach((candles, m) => {
      const taken = saved.markets[m]?.time ?? Infinity
      for (let i = 0; i < candles.length; i++) {
        // What was taken and still waited for another market waits again.
        if (candles.time[i]! <= taken) session.warm(candleAt(candles, i), m)
        else session.append(m, candleAt(candles, i))
      }
    })
    restoreEngine(session.engine, saved)
    session.markets.forEach(({ columns }, m) => {
      const needs = saved.markets[m]!.isAsked
      assert(!needs || columns.isComplete, 'the history is too short for the indicators')
      if (needs) session.engine.decidesFrom(m, 0)
    })
    return session
  }

  /** A candle that the account has gone on without: indicators and prices know of it, nobody is asked. */
  private catchUp(m: number): void {
    const i = this.markets[m]!.candles.length - 1
    this.compute(m, i)
    this.engine.catchUp(m, i)
  }

  private append(m: number, candle: Candle): void {
    const market = this.markets[m]
    assert(market !== undefined, 'a candle is of no market')
    market.append(candle)
  }

  /** Computes the columns of a market up to an index, and shows them to its legs where they are now. */
  private compute(m: number, i: number): void {
    const { columns } = this.markets[m]!
    this.markets[m]!.compute(i)
    const values = columns.values()
    let k = 0
    for (const leg of this.engine.legs) {
      if (leg.market === this.engine.markets[m]) leg.moment.follow(values[k++]!)
    }
  }

  /** The next time at which a candle opened, once nothing of it can come any more; null while it can. */
  private due(): Millis | null {
    const next = this.nextOpen()
    if (next === Infinity) return null
    for (let m = 0; m < this.markets.length; m++) {
      const market = this.markets[m]!
      const closes = next + market.candles.timeframeMs
      if (this.clock >= closes) continue
      if (lastTime(market.candles) < next) return null
      if (this.nextTime(m) === next && !market.hasReferences(closes)) return null
    }
    return next
  }

  private nextOpen(): Millis {
    let next = Infinity
    for (let m = 0; m < this.markets.length; m++) next = Math.min(next, this.nextTime(m))
    return next
  }

  private nextTime(m: number): Millis {
    const { candles } = this.markets[m]!
    const next = this.engine.markets[m]!.at + 1
    return next < candles.length ? candles.time[next]! : Infinity
  }

  private step(time: Millis): void {
    const { engine } = this
    this.markets.forEach(({ columns, decideFrom }, m) => {
      if (this.nextTime(m) !== time) return
      const i = engine.markets[m]!.at + 1
      this.compute(m, i)
      const isDue = columns.isComplete && time >= decideFrom
      if (isDue && !engine.isAsked(m)) engine.decidesFrom(m, i)
    })
    engine.step(time)
  }
}

function venueOf({ venue }: Engine): VenueOrders {
  assert(venue !== null, 'a venue speaks to a session that fills its own orders')
  return venue
}
