import { candleAt, CandleBuffer, type Candle, type Candles } from '../candles/candles.js'
import { indicatorsOf } from './columns.js'
import { Engine, type LegColumns, type RunSpec, type SavedEngine } from './engine.js'
import type { TradingEvent } from '../account/events.js'
import type { Step } from '../indicators/indicator.js'
import type { Trade } from '../account/trade.js'

/** What one closed candle led to. */
export interface Effects {
  /** Signals, fills, position changes, breaches, in the order in which they happened. */
  readonly events: readonly TradingEvent[]
  /** Trades that closed in this candle. */
  readonly trades: readonly Trade[]
  readonly equity: number
}

/** An indicator that grows by one value per candle. */
class GrowingColumn {
  values: Float64Array = new Float64Array(256)
  private readonly step: Step

  constructor(step: Step) {
    this.step = step
  }

  append(candles: Candles, i: number): number {
    if (i >= this.values.length) {
      const longer = new Float64Array(this.values.length * 2)
      longer.set(this.values)
      this.values = longer
    }
    const value = this.step.next(candles, i)
    this.values[i] = value
    return value
  }
}

/**
 * The engine fed one candle at a time, as paper and live feed it: `onCandle` takes the event
 * "a candle has closed" and gives its effects. Between two candles the session is plain JSON.
 * Candles given before `begin` only warm the indicators.
 */
export class Session {
  readonly engine: Engine
  private readonly candles: CandleBuffer
  private readonly columns: readonly Readonly<Record<string, GrowingColumn>>[]
  private readonly names: readonly string[]
  private events: TradingEvent[] = []
  private isWarm = false

  constructor(spec: RunSpec, timeframeMs: number) {
    this.candles = new CandleBuffer(timeframeMs)
    this.names = spec.legs.map(leg => leg.strategy.name)
    this.columns = spec.legs.map(leg =>
      Object.fromEntries(
        Object.entries(indicatorsOf(leg)).map(([name, indicator]) => [
          name,
          new GrowingColumn(indicator.start()),
        ]),
      ),
    )
    const sink = (event: TradingEvent): void => void this.events.push(event)
    this.engine = new Engine(spec, this.candles, this.columnValues(), { sink }, 256)
  }

  /** A candle before the session: it warms the indicators, nothing else. */
  warm(candle: Candle): void {
    this.append(candle)
  }

  /** The next closed candle. */
  onCandle(candle: Candle): Effects {
    this.events = []
    const tradesBefore = this.engine.trades.length
    const i = this.append(candle)
    this.engine.step(i, this.isWarm)
    return {
      events: this.events,
      trades: this.engine.trades.list(this.names, tradesBefore),
      equity: this.engine.curve.last(),
    }
  }

  /** Everything that is not a function of the candles. */
  save(): SavedEngine {
    return this.engine.save()
  }

  /** A session that goes on from `saved`, its indicators rebuilt from the candles it has seen. */
  static restore(spec: RunSpec, saved: SavedEngine, history: Candles): Session {
    const session = new Session(spec, history.timeframeMs)
    for (let i = 0; i < history.length; i++) session.append(candleAt(history, i))
    session.engine.restore(saved, history.length - 1)
    return session
  }

  private append({ time, open, high, low, close, volume }: Candle): number {
    this.candles.append(time, open, high, low, close, volume)
    const i = this.candles.length - 1
    let isComplete = true
    for (const leg of this.columns) {
      for (const name of Object.keys(leg)) {
        if (Number.isNaN(leg[name]!.append(this.candles, i))) isComplete = false
      }
    }
    if (isComplete) this.isWarm = true
    const values = this.columnValues()
    this.engine.legs.forEach((leg, k) => leg.moment.follow(values[k]!))
    return i
  }

  private columnValues(): LegColumns[] {
    return this.columns.map(leg =>
      Object.fromEntries(Object.entries(leg).map(([name, column]) => [name, column.values])),
    )
  }
}
