import { DEFAULT_COSTS } from '../../src/core/account/costs.js'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import { EventLog } from '../../src/backtest/run/record/event-log.js'
import { createKernel } from '../../src/backtest/kernel/wasm-kernel.js'
import { resultHash } from '../../src/backtest/run/record/result-hash.js'
import type { Candles } from '../../src/core/candles/candles.js'
import { EventBus } from '../../src/core/account/event-bus.js'
import type { RunSpec } from '../../src/core/engine/spec.js'
import { computeIndicator } from '../../src/core/indicators/indicator.js'
import { Scratch } from '../../src/core/fast/scratch.js'
import { indicatorsOf, type KnownColumns } from '../../src/core/engine/columns.js'
import { runCLoop, type CLoop } from './c-loop.js'
import { maCrossover } from '../../strategies/ma_crossover.js'
import { specOf } from '../run-spec.js'

/** Milliseconds of each round of `work`, after two that warm it up. */
export function time(rounds: number, work: () => void): number[] {
  work()
  work()
  return Array.from({ length: rounds }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** The run that the C loop makes, at costs that leave money for its last trade: the same work. */
export function benchSpec(): RunSpec {
  return specOf(maCrossover, {
    params: { fast_ma: 10, slow_ma: 21, min_volume: 0 },
    risk: { stopLoss: 0.02, trailingStop: 0.03 },
    costs: { ...DEFAULT_COSTS, fee: 0.0001, makerFee: 0.0001, slippage: 0.00001, txCost: 0 },
  })
}

/** The indicator columns of a run, by key. */
function columnsOf({ legs }: RunSpec, candles: Candles): KnownColumns {
  const indicators = legs.flatMap(leg => Object.values(indicatorsOf(leg)))
  const columns = new Map(indicators.map(one => [one.key, computeIndicator(one, candles)]))
  return ({ key }) => columns.get(key)
}

/** The engine and a plain C loop over the same candles, in turns, the best of each: a busy moment meets both. */
export function compareWithC(candles: Candles, program: string): ComparedWithC {
  const spec = benchSpec()
  // With room for copies of the averages, as the threads of a sweep have it.
  const kernel = createKernel({ copyBytes: 2 * candles.length * 8 })
  const input = { spec, candles, first: 0, scratch: new Scratch(), kernel }
  const known = columnsOf(spec, candles)
  const best = { loop: Infinity, withAverages: Infinity, given: Infinity, run: Infinity }
  for (let turn = 0; turn < 8; turn++) {
    const { loopMs, withAveragesMs } = runCLoop(program)
    best.loop = Math.min(best.loop, loopMs)
    best.withAverages = Math.min(best.withAverages, withAveragesMs)
    best.given = Math.min(best.given, ...time(5, () => void runBacktest({ ...input, known })))
    best.run = Math.min(best.run, ...time(5, () => void runBacktest(input)))
  }
  return {
    ratio: best.loop / best.given,
    ratioWithAverages: best.withAverages / best.run,
    loopMs: best.loop,
    withAveragesMs: best.withAverages,
  }
}

export interface ComparedWithC extends CLoop {
  /** Time of the C loop by that of the engine, averages computed before. */
  readonly ratio: number
  /** The same with the averages. */
  readonly ratioWithAverages: number
}

export interface EngineFigures {
  readonly runMs: number
  readonly runBestMs: number
  /** Without a kernel. */
  readonly byCoreMs: number
  readonly withEventsMs: number
  readonly hashMs: number
  readonly trades: number
}

/** One run over `candles` in memory: with all metrics, with every event, and its hash. */
export function benchEngine(candles: Candles): EngineFigures {
  const spec = benchSpec()
  const [scratch, kernel] = [new Scratch(), createKernel()]
  const input = { spec, candles, first: 0, scratch }
  const rounds = time(25, () => void runBacktest({ ...input, kernel }))
  const byCore = time(25, () => void runBacktest(input))
  const events = time(5, () => {
    const bus = new EventBus(new EventLog())
    runBacktest({ spec, candles, first: 0, sink: event => bus.publish(event) })
  })
  const outcome = runBacktest({ spec, candles, first: 0 })
  const hash = time(3, () => void resultHash(outcome, { data: [], costs: spec.costs }))
  return {
    runMs: median(rounds),
    runBestMs: Math.min(...rounds),
    byCoreMs: median(byCore),
    withEventsMs: median(events),
    hashMs: median(hash),
    trades: outcome.trades.length,
  }
}
