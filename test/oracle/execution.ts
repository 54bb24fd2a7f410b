import type { Candles, Column } from '../../src/core/candles/candles.js'
import type { RunSpec } from '../../src/core/engine/engine.js'
import { computeIndicator, type Indicator } from '../../src/core/indicators/indicator.js'
import type { Metrics } from '../../src/core/metrics/metrics.js'
import type { Intent } from '../../src/core/strategy/intent.js'
import type { StrategyState, View } from '../../src/core/strategy/strategy.js'
import type { Trade } from '../../src/core/account/trade.js'
import { EMPTY_TOTALS, equityAt, type OracleRun } from './account.js'
import { exit, fillOrder, type OracleOrder } from './fills.js'
import { measureNaively } from './metrics.js'
import { checkProtection } from './protection.js'

export interface OracleInput {
  readonly spec: RunSpec
  readonly candles: Candles
  /** Index of the first candle of the run. */
  readonly first: number
  readonly detail?: Candles
  /** Simple averages by summing each window anew, instead of the project's indicators. */
  readonly naiveAverages?: boolean
}

export interface OracleOutcome {
  readonly trades: readonly Trade[]
  readonly equity: readonly number[]
  readonly metrics: Metrics
  readonly belowMinimum: number
  readonly notShortable: number
}

type Columns = Readonly<Record<string, ArrayLike<number>>>

/**
 * The execution model once more: slow, plain, and written from its page alone. One strategy, no
 * limits of a portfolio, the pessimistic path.
 */
export function runOracle(input: OracleInput): OracleOutcome {
  const { spec, candles, first, detail } = input
  const leg = spec.legs[0]!
  const indicators = leg.strategy.indicators(leg.params) as Record<string, Indicator>
  const columns = columnsOf(indicators, candles, input.naiveAverages === true)
  const state = leg.strategy.initial(leg.params) as StrategyState
  const run: OracleRun = {
    spec,
    candles,
    cash: spec.capital,
    holding: null,
    lastTarget: 0,
    cooldownUntil: 0,
    ...EMPTY_TOTALS,
    trades: [],
  }
  const equity: number[] = []
  let inMarket = 0
  let pending: OracleOrder | null = null
  for (let i = first; i < candles.length; i++) {
    const close = candles.close[i]!
    // 1. "Pending order decided at the close of `i-1` fills at O."
    if (pending) fillOrder(run, pending, { index: i, reference: candles.open[i]! })
    pending = null
    // 2. "Protective exits of an open position (also one that was opened in step 1)".
    checkProtection(run, i, detail)
    // 3. "Mark": after the close-mode fill again, so it is read below.
    // 4. "Decide".
    const order = decide(run, { i, columns, state })
    if (spec.fill === 'next_open') pending = order
    else if (order) fillOrder(run, order, { index: i, reference: close })
    equity.push(equityAt(run, close))
    if (run.holding) inMarket++
  }
  endOfData(run, equity)
  return {
    trades: run.trades,
    equity,
    metrics: measureNaively(run, { first, equity, inMarket }),
    belowMinimum: run.belowMinimum,
    notShortable: run.notShortable,
  }
}

/** "An open position is closed at the last C without slippage, with fee, reason `end_of_data`". */
function endOfData(run: OracleRun, equity: number[]): void {
  if (!run.holding || run.spec.keepOpen) return
  const index = run.candles.length - 1
  const price = run.candles.close[index]!
  exit(
    run,
    { price, size: run.holding.size, reason: 'end_of_data', ambiguous: false },
    { index, reference: price },
  )
  equity[equity.length - 1] = run.cash
}

interface Close {
  readonly i: number
  readonly columns: Columns
  readonly state: StrategyState
}

/** What is ordered at this close: by the time stop, else by the strategy. */
function decide(run: OracleRun, close: Close): OracleOrder | null {
  // "`decide` is first called at the first candle at which every declared indicator has a value"
  if (Object.values(close.columns).some(column => Number.isNaN(column[close.i]))) return null
  const intent = ask(run, close)
  // "at the n-th close an exit is ordered, filled like any order"
  if (isTimeUp(run, close.i)) return { target: 0, exits: {}, reason: 'time_stop' }
  if (intent.kind !== 'target' || intent.exposure === run.lastTarget) return null
  let target = intent.exposure
  // "Exposure may be -1..0 in a backtest where the market is marked shortable": else the entry is refused.
  if (target < 0 && !run.spec.legs[0]!.market.shortable) {
    run.notShortable++
    target = 0
  }
  // "after any exit, entries are ignored at n closes": a reversal loses its entry, not its exit.
  const isEntry = !run.holding || Math.sign(target) !== run.holding.side
  if (isEntry && close.i < run.cooldownUntil) target = 0
  return { target, exits: intent.exits, reason: 'signal' }
}

/** "the close of the entry candle is the first"; in `close` mode the candle after is the first that can exit. */
function isTimeUp({ holding, spec }: OracleRun, i: number): boolean {
  if (!holding || holding.exits.timeStop === 0) return false
  if (spec.fill === 'close' && i === holding.entryIndex) return false
  return i - holding.entryIndex + 1 >= holding.exits.timeStop
}

/** "the strategy sees candles `0..i`, its indicators, its exposure and its state". */
function ask(run: OracleRun, { i, columns, state }: Close): Intent {
  const { strategy, params } = run.spec.legs[0]!
  const { holding, candles } = run
  const close = candles.close[i]!
  const worth = holding ? holding.side * holding.size * close : 0
  const names: readonly Column[] = ['open', 'high', 'low', 'close', 'volume']
  const views = Object.entries(columns).map(([name, column]) => [name, viewOf(column, i)])
  return strategy.decide(
    {
      params,
      time: candles.time[i]!,
      candle: Object.fromEntries(names.map(name => [name, viewOf(candles[name], i)])) as Record<
        Column,
        View
      >,
      indicators: Object.fromEntries(views) as Record<string, View>,
      exposure: worth / equityAt(run, close),
      entryPrice: holding ? holding.entryPrice : 0,
      candlesHeld: holding ? i - holding.entryIndex + 1 : 0,
      bestSince: holding ? holding.peak : 0,
      equity: equityAt(run, close),
      orders: [],
    },
    state,
  )
}

function viewOf(column: ArrayLike<number>, i: number): View {
  return { at: ago => (ago > i ? NaN : column[i - ago]!) }
}

function columnsOf(
  indicators: Readonly<Record<string, Indicator>>,
  candles: Candles,
  isNaive: boolean,
): Columns {
  const columns: Record<string, ArrayLike<number>> = {}
  for (const [name, indicator] of Object.entries(indicators)) {
    const window = isNaive && /^sma\((\d+),close\)$/.exec(indicator.key)
    const own = computeIndicator(indicator, candles)
    columns[name] = window ? windowMeans(candles, Number(window[1]), own) : own
  }
  return columns
}

/**
 * Each mean summed anew. Where it is the project's own value but for rounding, that one is taken:
 * with prices in ticks two averages are equal now and then, and their last digits say which of
 * them is above.
 */
function windowMeans({ close, length }: Candles, period: number, own: Float64Array): number[] {
  return Array.from({ length }, (_, i) => {
    if (i < period - 1) return NaN
    let sum = 0
    for (let k = i - period + 1; k <= i; k++) sum += close[k]!
    const mean = sum / period
    return Math.abs(mean - own[i]!) <= 1e-11 * mean ? own[i]! : mean
  })
}
