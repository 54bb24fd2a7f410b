import { driftOf } from '../../../../src/backtest/walk-forward/drift.js'
import type { Fold } from '../../../../src/backtest/walk-forward/folds.js'
import type { WalkForwardPageData } from '../../../../src/backtest/walk-forward/walk-forward-page-data.js'
import type { FoldResult, Stitched } from '../../../../src/backtest/walk-forward/walk-forward.js'
import { metricRecord } from '../../../../src/backtest/sweep/expressions/objective.js'
import type { Trial } from '../../../../src/backtest/sweep/trials/trial.js'
import { measure, type Metrics } from '../../../../src/core/metrics/metrics.js'
import type { ParamValue } from '../../../../src/core/strategy/params.js'
import { normal, seededRng } from '../../../../src/core/random.js'
import { DAY_MS } from '../../../../src/core/candles/time.js'

export interface SampleOptions {
  readonly folds?: number
  /** Points of each test. */
  readonly points?: number
  readonly strategy?: string
  readonly symbol?: string
  readonly objective?: string
  readonly names?: readonly string[]
  /** Folds, from 0, in whose training nothing had a score. */
  readonly unpicked?: readonly number[]
  /** Folds, from 0, whose test closed no trade. */
  readonly idle?: readonly number[]
  /** The fold, from 0, before which a year was left out. */
  readonly holeBefore?: number
}

const START = Date.UTC(2021, 0, 1)
const TEST_MS = 30 * DAY_MS
const CAPITAL = 10_000

/** What the page of a walk-forward shows, with curves that wander. */
export function sampleWalkForward(options: SampleOptions = {}): WalkForwardPageData {
  const {
    folds: count = 12,
    points = 720,
    strategy = 'ma_crossover',
    objective = 'sharpe',
  } = options
  const { symbol = 'SYNTH-USDC', names = ['fast_ma', 'template'] } = options
  const startOf = (k: number): number =>
    START + k * TEST_MS + (k >= (options.holeBefore ?? Infinity) ? 365 * DAY_MS : 0)
  const stitched = curveOf(count, points, startOf)
  const folds = Array.from({ length: count }, (_, k) =>
    foldOf(options, names, stitched, { k, testFrom: startOf(k) }),
  )
  return {
    strategy,
    symbol,
    timeframe: '1h',
    sweepId: 'a1b2c3d4e5f60718',
    trialsTotal: 24 * count,
    objective,
    plan: {
      trainMs: 180 * DAY_MS,
      testMs: TEST_MS,
      isAnchored: false,
      purgeMs: DAY_MS,
      embargoMs: 0,
    },
    result: { folds, stitched, efficiency: 0.41 },
    drift: driftOf(folds, names),
    skipped: [],
    leftOver: null,
    manifest: {
      capital: CAPITAL,
      costs: {
        fee_bps: 10,
        maker_fee_bps: 10,
        limit_fill: 'through',
        max_volume_share: null,
        slippage_bps: 5,
        tx_cost: 0,
        impact: 'none',
      },
    },
    facts: [['data hash', 'd'.repeat(64)]],
    notes: [],
  }
}

function curveOf(folds: number, points: number, startOf: (k: number) => number): Stitched {
  const rng = seededRng(3)
  const length = folds * points
  const time = Float64Array.from(
    { length },
    (_, i) => startOf(Math.floor(i / points)) + ((i % points) * TEST_MS) / points,
  )
  const walk = (drift: number): Float64Array => {
    let value = CAPITAL
    const size = 0.4 / Math.sqrt(points)
    return Float64Array.from(
      { length },
      () => (value *= Math.exp(drift / points + size * normal(rng) * 0.4)),
    )
  }
  const [equity, hold] = [walk(0.02), walk(0.01)]
  return {
    time,
    timeframeMs: TEST_MS / points,
    equity,
    hold,
    trades: [],
    metrics: metricsOf(time, equity, 80),
  }
}

function metricsOf(time: Float64Array, equity: Float64Array, trades: number): Metrics {
  return measure({
    capital: equity[0]!,
    timeframeMs: 3_600_000,
    time,
    equity,
    firstOpen: 100,
    lastClose: 130,
    trades: {
      length: trades,
      profitOf: k => (k % 3 === 0 ? 60 : -20),
      returnOf: k => (k % 3 === 0 ? 0.006 : -0.002),
      isAmbiguous: () => false,
    },
    candlesInMarket: trades === 0 ? 0 : Math.floor(equity.length / 2),
    notional: 1e5,
    feesPaid: 100,
    txCostsPaid: 0,
    slippagePaid: 50,
  })
}

function foldOf(
  { unpicked = [], idle = [] }: SampleOptions,
  names: readonly string[],
  { time, equity }: Stitched,
  { k, testFrom }: { readonly k: number; readonly testFrom: number },
): FoldResult {
  const fold: Fold = {
    trainFrom: testFrom - 180 * DAY_MS,
    trainTo: testFrom - DAY_MS,
    testFrom,
    testTo: testFrom + TEST_MS,
  }
  const [since, until] = [testFrom, fold.testTo].map(at => time.findIndex(value => value >= at))
  const end = until! < 0 ? time.length : until!
  const part = equity.slice(since, end)
  const isIdle = idle.includes(k) || unpicked.includes(k)
  const outOfSample = metricsOf(
    time.slice(since, end),
    isIdle ? part.fill(part[0]!) : part,
    isIdle ? 0 : 7,
  )
  const pick = unpicked.includes(k) ? null : trialOf(names, outOfSample, k)
  return {
    fold,
    pick,
    trials: 24,
    inSample: pick && pick.result.metrics,
    outOfSample,
    stoppedAt: null,
    testScore: pick && outOfSample.sharpe,
  }
}

/** A pick whose training was better than its test. */
function trialOf(names: readonly string[], test: Metrics, k: number): Trial {
  const template = ['calm', 'quick', 'steady'][k % 3]!
  const params = Object.fromEntries(
    names.map((name, n): [string, ParamValue] => [name, 5 * (1 + ((k * (n + 2)) % 7))]),
  )
  const metrics = { ...metricRecord(test), sharpe: (test.sharpe ?? 0) + 1.5, trades: 40 }
  return {
    number: k,
    field: k,
    point: [],
    template,
    params,
    result: { runId: 'r', metrics, resultHash: null, message: null },
    scores: [metrics.sharpe],
  }
}
