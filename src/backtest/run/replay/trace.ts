import { indexAtOrAfter } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import { ColumnFolds } from '../../../core/engine/columns.js'
import { Engine } from '../../../core/engine/engine.js'
import type { LegColumns } from '../../../core/engine/spec.js'
import { withDebug, type DebugValue } from '../../../core/strategy/debug.js'
import type { Intent } from '../../../core/strategy/intent.js'
import type { Leg } from '../../../core/trading/leg.js'
import { NO_LEVEL } from '../../../core/trading/fills/protection.js'
import type { BacktestInput } from './outcome.js'
import { intentText, pendingText, restingText } from './trace-text.js'

/** Names that `debug` may use in one trace; what comes beyond is left out. */
const NAMES_MOST = 40
const TEXT_MOST = 80

/** Which candles are shown. */
export interface TraceWindow {
  /** Open time of the first; null for the first at which strategies are asked. */
  readonly from: Millis | null
  readonly candles: number
}

/** One leg at one close, after its decision. Null is "none". */
export interface TraceRow {
  readonly time: Millis
  readonly strategy: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  /** Null before the first value. */
  readonly indicators: Readonly<Record<string, number | null>>
  readonly state: Readonly<Record<string, number>>
  readonly equity: number
  readonly exposure: number
  readonly quantity: number
  readonly entryPrice: number | null
  readonly stop: number | null
  readonly target: number | null
  /** What the strategy said; null where it was not asked. */
  readonly intent: string | null
  readonly pending: string | null
  readonly orders: readonly string[]
  readonly debug: Readonly<Record<string, DebugValue>>
}

/** A stretch of a run, close by close, and the names that its rows use. */
export interface Trace {
  readonly indicators: readonly string[]
  readonly state: readonly string[]
  readonly debug: readonly string[]
  /** Whether `debug` was called with more names than are kept. */
  readonly hasDroppedNames: boolean
  readonly rows: readonly TraceRow[]
}

/** Runs as a backtest does up to the end of the window, and writes down what each leg saw and said in it. */
export function traceRun(input: BacktestInput, window: TraceWindow): Trace {
  const { spec, candles, first, detail } = input
  const folds = new ColumnFolds(spec.legs, candles, { known: input.known })
  folds.advance(candles.length)
  const decideFrom = Math.max(first, folds.complete, input.decideFrom ?? 0)
  const { columns } = folds
  const place = { candles, detail: detail ?? null, first, decideFrom }
  const engine = new Engine(spec, [{ ...place, legs: spec.legs, columns }])
  const from = window.from === null ? decideFrom : indexAtOrAfter(candles, window.from)
  const since = Math.max(first, from)
  const until = Math.min(candles.length, since + window.candles)
  const tracer = new Tracer(columns)
  for (const leg of engine.legs) leg.watcher = tracer.hear
  withDebug(tracer.note, () => {
    for (let i = first; i < until; i++) {
      tracer.begin(i >= since)
      engine.step(candles.time[i]!)
      if (i >= since) for (const leg of engine.legs) tracer.write(leg)
    }
  })
  return tracer.trace()
}

/** Gathers the rows of a trace. */
class Tracer {
  private readonly rows: TraceRow[] = []
  private readonly columns: readonly LegColumns[]
  private readonly names = new Set<string>()
  private readonly stateNames = new Set<string>()
  private hasDroppedNames = false
  private isOpen = false
  private shown: Record<string, DebugValue> = {}
  private said = new Map<Leg, { intent: Intent; shown: Record<string, DebugValue> }>()

  constructor(columns: readonly LegColumns[]) {
    this.columns = columns
  }

  begin(isOpen: boolean): void {
    this.isOpen = isOpen
    this.said.clear()
    this.shown = {}
  }

  readonly note = (name: string, value: DebugValue): void => {
    if (!this.isOpen) return
    if (!this.names.has(name) && this.names.size === NAMES_MOST) {
      this.hasDroppedNames = true
      return
    }
    this.names.add(name)
    this.shown[name] = typeof value === 'string' ? value.slice(0, TEXT_MOST) : value
  }

  readonly hear = (leg: Leg, _i: number, intent: Intent): void => {
    if (!this.isOpen) return
    this.said.set(leg, { intent, shown: this.shown })
    this.shown = {}
  }

  write(leg: Leg): void {
    const { market, position, protection, spec } = leg
    const { candles, at } = market
    const said = this.said.get(leg)
    const isOpen = position.quantity !== 0
    for (const name in leg.state) this.stateNames.add(name)
    this.rows.push({
      time: candles.time[at]!,
      strategy: spec.strategy.name,
      open: candles.open[at]!,
      high: candles.high[at]!,
      low: candles.low[at]!,
      close: candles.close[at]!,
      volume: candles.volume[at]!,
      indicators: valuesAt(this.columns[leg.index]!, at),
      state: { ...leg.state },
      equity: leg.equityNow(),
      exposure: leg.holdings.exposureNow(),
      quantity: position.quantity,
      entryPrice: isOpen ? position.entryPrice : null,
      stop: isOpen ? levelOf(protection.stop) : null,
      target: isOpen ? levelOf(protection.target) : null,
      intent: said ? intentText(said.intent) : null,
      pending: pendingText(leg.order),
      orders: leg.holdings.ordersNow().map(restingText),
      debug: said?.shown ?? {},
    })
  }

  trace(): Trace {
    return {
      indicators: [...new Set(this.columns.flatMap(columns => Object.keys(columns)))],
      state: [...this.stateNames],
      debug: [...this.names],
      hasDroppedNames: this.hasDroppedNames,
      rows: this.rows,
    }
  }
}

function valuesAt(columns: LegColumns, i: number): Record<string, number | null> {
  const values: Record<string, number | null> = {}
  for (const [name, column] of Object.entries(columns)) {
    const value = column[i]!
    values[name] = Number.isNaN(value) ? null : value
  }
  return values
}

/** A protective level; 0 and NO_LEVEL are "none". */
function levelOf(level: number): number | null {
  return level === 0 || level === NO_LEVEL ? null : level
}
