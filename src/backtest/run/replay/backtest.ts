import { ColumnFolds } from '../../../core/engine/columns.js'
import { Engine } from '../../../core/engine/engine.js'
import { EquityCurve } from '../../../core/engine/curves/equity-curve.js'
import type { Kernel } from '../../../core/fast/kernel.js'
import { followed } from './decision-failure.js'
import { Outcome, type BacktestInput, type BacktestOutcome } from './outcome.js'
import { crossedColumns, fitsKernel, KernelRun } from '../../../core/fast/kernel-run.js'
import { OrderLog } from '../../../core/trading/orders/order-log.js'
import { fitsSolo, SoloRun } from '../../../core/fast/solo-run.js'
import { DrawdownMeter } from '../../../core/metrics/drawdown.js'

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
