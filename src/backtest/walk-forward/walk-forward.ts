import type { Millis } from '../../core/candles/time.js'
import { dailyGrowth } from '../../core/metrics/daily-growth.js'
import { DrawdownMeter } from '../../core/metrics/drawdown.js'
import { measure, type Metrics, type TradeFigures } from '../../core/metrics/metrics.js'
import type { Trade } from '../../core/account/trade.js'
import { runBacktest } from '../run/replay/backtest.js'
import type { BacktestOutcome } from '../run/replay/outcome.js'
import { backtestInput } from '../run/run.js'
import type { RunData, RunRequest } from '../run/record/run-request.js'
import { metricRecord, type MetricRecord, type Objective } from '../sweep/expressions/objective.js'
import type { Trial } from '../sweep/trials/trial.js'
import type { Fold } from './folds.js'

/** A fold with what was picked in training, and what it did in the test. */
export interface FoldResult {
  readonly fold: Fold
  /** The best trial of the training; null where none had a score, and the test was not traded. */
  readonly pick: Trial | null
  readonly trials: number
  readonly inSample: MetricRecord | null
  readonly outOfSample: Metrics
  /** Open time of the candle in which the test ended trading for good: ruin, or max_drawdown; null for none. */
  readonly stoppedAt: Millis | null
  /** What the test scores by the objective of the trainings; null where it has no value. */
  readonly testScore: number | null
}

export interface WalkForward {
  readonly folds: readonly FoldResult[]
  readonly stitched: Stitched
  /**
   * Growth out of sample by growth in sample: `ln(end/start)` a day of the stitched tests, by the
   * mean of the same over the picks' trainings. Null where the picks did not grow in training.
   */
  readonly efficiency: number | null
}

/** The tests one after another: each begins with the equity that the one before left. */
export interface Stitched {
  readonly timeframeMs: Millis
  readonly time: Float64Array
  readonly equity: Float64Array
  /** The capital, with which the market was bought at the first open and held, at each close. */
  readonly hold: Float64Array
  readonly trades: readonly Trade[]
  readonly metrics: Metrics
}

/** A fold as it is to be tested. */
export interface TestFold {
  readonly fold: Fold
  readonly pick: Trial | null
  readonly trials: number
  /** The pick's run over the test; with no pick, a run that never trades. */
  readonly request: RunRequest
  readonly data: RunData
}

/** Tests each fold's pick, one after the other on one account, and measures the whole. */
export function walkForward(tests: readonly TestFold[], score: Objective['score']): WalkForward {
  const folds: FoldResult[] = []
  const outcomes: BacktestOutcome[] = []
  let capital = tests[0]!.request.capital
  for (const { fold, pick, trials, request, data } of tests) {
    const outcome = runBacktest(backtestInput({ ...request, capital }, data))
    outcomes.push(outcome)
    capital = outcome.metrics.finalEquity
    const inSample = pick?.result.metrics ?? null
    const outOfSample = outcome.metrics
    const testScore = pick && score(metricRecord(outOfSample), pick.params)
    const stoppedAt = outcome.ruinedAt ?? outcome.haltedAt
    folds.push({ fold, pick, trials, inSample, outOfSample, stoppedAt, testScore })
  }
  const stitched = stitch(tests, outcomes)
  return { folds, stitched, efficiency: efficiencyOf(folds, stitched) }
}

function stitch(tests: readonly TestFold[], outcomes: readonly BacktestOutcome[]): Stitched {
  const time = joined(outcomes.map(outcome => outcome.time))
  const equity = joined(outcomes.map(outcome => outcome.equity))
  const trades = outcomes.flatMap(outcome => outcome.trades)
  const { capital } = tests[0]!.request
  const { timeframeMs } = tests[0]!.data.main.candles
  const total = (name: 'feesPaid' | 'txCostsPaid' | 'slippagePaid'): number =>
    outcomes.reduce((sum, { metrics }) => sum + metrics[name], 0)
  const sumOf = (value: (outcome: BacktestOutcome, k: number) => number): number =>
    outcomes.reduce((sum, outcome, k) => sum + value(outcome, k), 0)
  const held = tests.map(heldCandles)
  const firstOpen = held[0]!.open
  const lastClose = held.at(-1)!.close.at(-1)!
  const startOf = (k: number): number => (k === 0 ? capital : outcomes[k - 1]!.metrics.finalEquity)
  return {
    time,
    timeframeMs,
    equity,
    hold: joined(held.map(({ close }) => close.map(price => (capital * price) / firstOpen))),
    trades,
    metrics: measure({
      capital,
      timeframeMs,
      time,
      equity,
      drawdown: new DrawdownMeter(capital),
      firstOpen,
      lastClose,
      trades: figuresOf(trades),
      candlesInMarket: Math.round(sumOf(one => one.metrics.exposure * one.equity.length)),
      notional: sumOf((one, k) => one.metrics.turnover * startOf(k)),
      feesPaid: total('feesPaid'),
      txCostsPaid: total('txCostsPaid'),
      slippagePaid: total('slippagePaid'),
    }),
  }
}

/** First open of a test, and all its closes. */
function heldCandles({ request, data }: TestFold): { open: number; close: Float64Array } {
  const { first, candles } = backtestInput(request, data)
  return { open: candles.open[first]!, close: candles.close.slice(first, candles.length) }
}

function figuresOf(trades: readonly Trade[]): TradeFigures {
  return {
    length: trades.length,
    profitOf: k => trades[k]!.pnl,
    returnOf: k => trades[k]!.return,
    isAmbiguous: k => trades[k]!.ambiguous,
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function efficiencyOf(folds: readonly FoldResult[], { metrics }: Stitched): number | null {
  const tested = folds.reduce((sum, { fold }) => sum + fold.testTo - fold.testFrom, 0)
  const trained = folds
    .filter(({ inSample }) => inSample !== null)
    .map(({ fold, inSample }) =>
      dailyGrowth(inSample!['total_return']!, fold.trainTo - fold.trainFrom),
    )
  const before = trained.reduce((sum, value) => sum + value, 0) / trained.length
  const after = dailyGrowth(metrics.totalReturn, tested)
  return before > 0 && Number.isFinite(after) ? after / before : null
}
