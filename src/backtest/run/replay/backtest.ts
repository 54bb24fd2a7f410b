import type { OpenPosition } from '../record/open-position.js'
import type { Candles } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import { ColumnFolds, type KnownColumns } from '../../../core/engine/columns.js'
import { Engine } from '../../../core/engine/engine.js'
import type { LegColumns, RunSpec } from '../../../core/engine/spec.js'
import { EquityCurve } from '../../../core/engine/curves/equity-curve.js'
import type { EventSink } from '../../../core/account/events.js'
import type { Kernel } from '../../../core/fast/kernel.js'
import { followed } from './decision-failure.js'
import { refusedByLimits } from './refused-entries.js'
import { crossedColumns, fitsKernel, KernelRun } from '../../../core/fast/kernel-run.js'
import type { Leg } from '../../../core/trading/leg.js'
import { OrderLog } from '../../../core/trading/orders/order-log.js'
import { fitsSolo, SoloRun } from '../../../core/fast/solo-run.js'
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

/** Candles that indicators, engine and drawdown take one after another, while they are in cache. */
const BLOCK = 8192

/** Replays candles through the engine. Same input, same outcome, to the bit. */
export function runBacktest(input: BacktestInput): BacktestOutcome {
  const { kernel = null } = input
  if (kernel !== null && fitsKernel(input.spec, input) && kernel.open(input.candles)) {
    const outcome = runByKernel(input, kernel)
    if (outcome !== null) return outcome
  }
  return runByStep(input)
}

/** The run as the engine's own step makes it. */
function runByStep(input: BacktestInput): BacktestOutcome {
  const { spec, candles, first } = input
  const scratch = input.scratch?.begin()
  const folds = new ColumnFolds(spec.legs, candles, { scratch, known: input.known })
  const engine = engineOf(input, folds, scratch?.equity(candles.length - first))
  const solo = fitsSolo(spec, input) ? new SoloRun(engine) : null
  const drawdown = new DrawdownMeter(spec.capital)
  const asked = (): number => Math.max(first, folds.complete, input.decideFrom ?? 0)
  for (let end = 0; end < candles.length;) {
    const start = Math.max(first, end)
    end = Math.min(end + BLOCK, candles.length)
    folds.advance(end)
    if (end <= first) continue
    engine.decidesFrom(0, asked())
    followed(engine, () => {
      if (solo !== null) solo.run(start, end, asked())
      else for (let i = start; i < end; i++) engine.advance()
    })
    drawdown.take(engine.curve.values, engine.curve.length - 1)
  }
  engine.finish()
  return new Outcome(input, engine, { columns: folds.columns, decideFrom: asked(), drawdown })
}

/** The run with its loop in machine code; null where it turns out that the kernel cannot do it. */
function runByKernel(input: BacktestInput, kernel: Kernel): BacktestOutcome | null {
  const { spec, first } = input
  // Its own copy, the same to the bit: what its loop reads is in the processor's cache.
  const { candles } = kernel
  const scratch = input.scratch?.begin()
  const folds = new ColumnFolds(spec.legs, candles, { scratch, known: input.known, kernel })
  const engine = engineOf({ ...input, candles }, folds, kernel.equity.subarray(first))
  const run = new KernelRun(kernel, engine, first, crossedColumns(spec.legs[0]!, folds.columns[0]!))
  const drawdown = new DrawdownMeter(spec.capital)
  const asked = (): number => Math.max(first, folds.complete, input.decideFrom ?? 0)
  for (let end = 0; end < candles.length;) {
    const start = Math.max(first, end)
    end = Math.min(end + BLOCK, candles.length)
    folds.advance(end)
    if (end <= first) continue
    const since = Math.max(start, Math.min(asked(), end))
    engine.curve.pushFlat(engine.account, since - start)
    followed(engine, () => run.run(since, end))
    if (run.isUnfit) return null
    run.measure(drawdown)
  }
  // The step looks at ruin at each mark, the kernel does not.
  if (spec.costs.txCost > 0 && engine.curve.view().some(equity => equity <= 0)) return null
  run.readPosition()
  engine.finish()
  return new Outcome(input, engine, { columns: folds.columns, decideFrom: asked(), drawdown })
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

function engineOf(
  { spec, candles, first, detail, sink, scratch, logsOrders }: BacktestInput,
  folds: ColumnFolds,
  room: Float64Array = new Float64Array(candles.length - first),
): Engine {
  const market = { candles, detail: detail ?? null, first, decideFrom: candles.length }
  return new Engine(spec, [{ ...market, legs: spec.legs, columns: folds.columns }], {
    sink: sink ?? null,
    ...(logsOrders === true && { orderLog: new OrderLog() }),
    curve: new EquityCurve(room),
    ...(scratch && { trades: scratch.trades }),
  })
}

/** What of a run is asked for more rarely is read from its engine then. */
class Outcome implements BacktestOutcome {
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
