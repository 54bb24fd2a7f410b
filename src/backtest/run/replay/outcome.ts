import type { OpenPosition } from '../record/open-position.js'
import type { Candles } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import { type KnownColumns } from '../../../core/engine/columns.js'
import { Engine } from '../../../core/engine/engine.js'
import type { LegColumns, RunSpec } from '../../../core/engine/spec.js'
import type { EventSink } from '../../../core/account/events.js'
import type { Kernel } from '../../../core/fast/kernel.js'
import { refusedByLimits } from './refused-entries.js'
import type { Leg } from '../../../core/trading/leg.js'
import { OrderLog } from '../../../core/trading/orders/order-log.js'
import type { Scratch } from '../../../core/fast/scratch.js'
import { DrawdownMeter } from '../../../core/metrics/drawdown.js'
import { measureOrders, type OrderFigures } from '../../../core/metrics/order-figures.js'
import { measure, type Metrics } from '../../../core/metrics/metrics.js'
import type { HistoryMiss } from '../../../core/strategy/moment.js'
import type { Trade } from '../../../core/account/trade.js'

/** A run over stored candles. `candles` may begin before the run: those warm the indicators. */
export interface BacktestInput {
  readonly spec: RunSpec
  readonly candles: Candles
  /** Index of the first candle of the run. */
  readonly first: number
  /** Index of the first candle at which strategies are asked, where later than they could be. */
  readonly decideFrom?: number
  readonly detail?: Candles
  readonly sink?: EventSink
  /** Whether it is written down where orders rested, for a chart. */
  readonly logsOrders?: boolean
  /** Memory to borrow: the outcome then stands only until the next run that borrows it. */
  readonly scratch?: Scratch
  /** Machine code to use where it can do the run; the equity then stands in its memory. */
  readonly kernel?: Kernel | null
  /** Indicator columns that need not be computed. */
  readonly known?: KnownColumns
}

/** What a run computed. */
export interface BacktestOutcome {
  /** Open time and equity of each candle of the run. */
  readonly time: Float64Array
  readonly equity: Float64Array
  /** Made when first read: a run that only measures makes no object a trade. */
  readonly trades: readonly Trade[]
  /** The same as rows of numbers, as `TradeLog` has them. */
  readonly tradeRows: Float64Array
  readonly metrics: Metrics
  /** Open time of the candle in which equity came to nothing; null where it did not. */
  readonly ruinedAt: Millis | null
  /** The same of the candle whose close broke max_drawdown. */
  readonly haltedAt: Millis | null
  /** Indicator columns over all candles given, warm-up included, one record a leg. */
  readonly columns: readonly LegColumns[]
  /** Index of the first candle at which strategies were asked; the length where they never were. */
  readonly decideFrom: number
  /** False where the data ended before every indicator had a value. */
  readonly wasAsked: boolean
  readonly belowMinimum: number
  readonly notShortable: number
  readonly refusedByRisk: number
  /** Exits named with an addition or a repeated target, and kept levels looser than the settings'. */
  readonly exitsIgnored: number
  readonly idleLevels: number
  /** Entries that found no place because of a name alone, and those made smaller for others. */
  readonly decidedByName: number
  readonly scaledEntries: number
  readonly openPositions: readonly OpenPosition[]
  /** The first read of each leg before the first candle, of those that had any. */
  readonly historyMisses: readonly HistoryMiss[]
  /** Null where no order has rested. */
  readonly orders: OrderFigures | null
  /** Where orders rested, by index of the candles given; null where that was not asked for. */
  readonly orderLog: OrderLog | null
  /** Candles with an open position that finer candles decided, and that they did not cover. */
  readonly detail: { readonly used: number; readonly missed: number } | null
}

/** What of a run is asked for more rarely is read from its engine then. */
export class Outcome implements BacktestOutcome {
  readonly time: Float64Array
  readonly equity: Float64Array
  readonly tradeRows: Float64Array
  readonly metrics: Metrics
  readonly ruinedAt: Millis | null
  readonly haltedAt: Millis | null
  readonly columns: readonly LegColumns[]
  readonly decideFrom: number
  private readonly engine: Engine
  private listed: readonly Trade[] | null = null

  constructor(
    { spec, candles, first, scratch }: BacktestInput,
    engine: Engine,
    { columns, decideFrom, drawdown }: Followed,
  ) {
    const { notional, feesPaid, txCostsPaid, slippagePaid } = engine.account
    this.engine = engine
    this.columns = columns
    this.decideFrom = decideFrom
    this.time = candles.time.subarray(first, candles.length)
    this.equity = engine.curve.view()
    this.tradeRows = engine.trades.figures()
    this.ruinedAt = engine.guard.isRuined ? engine.guard.ruinedAt : null
    this.haltedAt = engine.guard.haltedAt < 0 ? null : engine.guard.haltedAt
    this.metrics = measure({
      capital: spec.capital,
      ruinedAt: this.ruinedAt,
      timeframeMs: candles.timeframeMs,
      time: this.time,
      equity: this.equity,
      days: scratch?.days(this.time, candles.timeframeMs),
      drawdown,
      firstOpen: candles.open[first]!,
      lastClose: candles.close[candles.length - 1]!,
      trades: engine.trades,
      candlesInMarket: engine.curve.candlesInMarket,
      notional,
      feesPaid,
      txCostsPaid,
      slippagePaid,
    })
  }

  get trades(): readonly Trade[] {
    return (this.listed ??= this.engine.trades.list(
      this.engine.legs.map(nameOf),
      this.engine.desk.costs.fee,
    ))
  }

  get wasAsked(): boolean {
    return this.decideFrom < this.engine.markets[0]!.candles.length
  }

  get belowMinimum(): number {
    return this.sum(leg => leg.counts.refused.below_minimum ?? 0)
  }

  get notShortable(): number {
    return this.sum(leg => leg.counts.notShortable)
  }

  get refusedByRisk(): number {
    return this.sum(leg => refusedByLimits(leg))
  }

  get orderLog(): OrderLog | null {
    return this.engine.desk.orderLog
  }

  get exitsIgnored(): number {
    return this.sum(leg => leg.counts.exitsIgnored)
  }

  get idleLevels(): number {
    return this.sum(leg => leg.counts.idleLevels)
  }

  get decidedByName(): number {
    return this.engine.orders.decidedByName
  }

  get scaledEntries(): number {
    return this.engine.orders.scaledEntries
  }

  get historyMisses(): readonly HistoryMiss[] {
    return this.engine.legs.flatMap(leg => leg.moment.missOf(nameOf(leg)) ?? [])
  }

  get orders(): OrderFigures | null {
    return measureOrders(this.engine.legs, this.engine.trades.fills)
  }

  get openPositions(): readonly OpenPosition[] {
    const { legs } = this.engine
    const close = this.engine.markets[0]!.price
    return legs
      .filter(({ position }) => position.quantity !== 0)
      .map(leg => {
        const { quantity, entryPrice } = leg.position
        const unrealised = leg.position.resultAt(close)
        return { strategy: nameOf(leg), quantity, entryPrice, unrealised }
      })
  }

  get detail(): { readonly used: number; readonly missed: number } | null {
    const { detail } = this.engine.markets[0]!
    return detail && { used: detail.used, missed: detail.missed }
  }

  private sum(count: (leg: Leg) => number): number {
    return this.engine.legs.reduce((total, leg) => total + count(leg), 0)
  }
}

/** What went along with the engine. */
interface Followed {
  readonly columns: readonly LegColumns[]
  readonly decideFrom: number
  readonly drawdown: DrawdownMeter
}

function nameOf({ spec }: Leg): string {
  return spec.strategy.name
}

/** What an engine computed that was fed otherwise, once it is finished. */
export function outcomeOf(
  input: Pick<BacktestInput, 'spec' | 'candles' | 'first'>,
  engine: Engine,
  columns: readonly LegColumns[],
): BacktestOutcome {
  const decideFrom = Math.min(engine.askedFrom(0), input.candles.length)
  return new Outcome(input, engine, {
    columns,
    decideFrom,
    drawdown: new DrawdownMeter(input.spec.capital),
  })
}
