import { dayOfCandle } from '../../core/candles/days.js'
import { cutCandles, indexAtOrAfter } from '../../core/candles/candles.js'
import { dailyReturns } from '../../core/metrics/metrics.js'
import { DAY_MS, type Millis } from '../../core/candles/time.js'
import type { Report } from '../../backtest/run/record/report.js'
import type { ResultJson } from '../../backtest/results/result-json.js'
import { backtestJson, runAndKeep } from '../backtest/backtest.js'
import { compareRuns, comparisonJson } from '../backtest/stored/comparison.js'
import { withWorkspace, type Workspace } from '../workspace/compose.js'
import { crossValidationJson } from '../cross-validation/cross-validation-json.js'
import {
  CROSS_VALIDATION_OPTIONS,
  runCrossValidation,
  type CrossValidationOptions,
} from '../cross-validation/cross-validation.js'
import { importSample } from '../data/sample.js'
import type { Output } from '../output/output.js'
import type { CrossValidationResult } from './research-cross-validation.js'
import { checkedOptions } from './research-options.js'
import { BACKTEST_OPTIONS, type BacktestOptions } from '../backtest/input/run-options.js'
import { SWEEP_OPTIONS, type SweepOptions } from '../sweep/input/search-options.js'
import { findRun } from '../backtest/stored/stored-run.js'
import { sweepJson, trialJson } from '../sweep/stored/sweeps-json.js'
import { sweep as runSweep } from '../sweep/sweep.js'
import { bestTrials } from '../sweep/stored/sweeps-lookup.js'
import { parseOffsetTime } from '../options/times.js'
import { walkForwardJson } from '../walk-forward/walk-forward-text.js'
import {
  runWalkForward,
  WALK_FORWARD_OPTIONS,
  type WalkForwardOptions,
} from '../walk-forward/walk-forward.js'

export { AppError } from '../../core/errors.js'
export type {
  CombinationResult,
  CrossValidationResult,
  PathResult,
} from './research-cross-validation.js'
export type { BacktestOptions, RunOptions } from '../backtest/input/run-options.js'
export type { SearchOptions, SweepOptions } from '../sweep/input/search-options.js'
export type { StatisticOptions } from '../statistics/measure.js'
export type { CrossValidationOptions, WalkForwardOptions }
export { stats, type Returns, type StatisticResult } from './research-stats.js'

/** A run as `assay backtest --json` prints it, with its curves as columns. */
export interface BacktestResult extends ResultJson {
  readonly report: string | null
  readonly cards?: readonly Readonly<Record<string, unknown>>[]
  readonly metrics_as?: Readonly<Record<string, unknown>>
  /** Open time of each candle, UTC milliseconds, and equity at its close. */
  readonly equity: { readonly time: number[]; readonly equity: number[] }
  /** Midnight of each UTC day, its last equity, and its return, which all ratios rest on. */
  readonly daily: { readonly time: number[]; readonly equity: number[]; readonly return: number[] }
}

/** Columns of candles; times are opens in UTC milliseconds. */
export interface CandleColumns {
  readonly symbol: string
  readonly timeframe: string
  readonly time: number[]
  readonly open: number[]
  readonly high: number[]
  readonly low: number[]
  readonly close: number[]
  readonly volume: number[]
}

/** A set of parameters that a sweep tried. */
export interface TrialResult {
  readonly number: number
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly score: number | null
  readonly metrics: Readonly<Record<string, number | null>>
  readonly [detail: string]: unknown
}

/** A sweep as `assay sweep --json` prints it. */
export interface SweepResult {
  readonly sweep_id: string
  readonly objective: string
  readonly trials_total: number
  readonly best: TrialResult | null
  /** What is to be known of the candles and of what was asked. */
  readonly warnings: readonly string[]
  /** Best score first. */
  readonly trials: readonly TrialResult[]
  readonly [detail: string]: unknown
}

/** One fold of a walk-forward. */
export interface FoldResult {
  readonly train_from: string
  readonly train_to: string
  readonly test_from: string
  readonly test_to: string
  readonly params: Readonly<Record<string, string | number | boolean>> | null
  readonly in_sample: Readonly<Record<string, number | null>> | null
  readonly out_of_sample: Readonly<Record<string, number | null>>
  readonly [detail: string]: unknown
}

/** A walk-forward as `assay walk-forward --json` prints it. */
export interface WalkForwardResult {
  readonly folds: readonly FoldResult[]
  readonly stitched: {
    readonly metrics: Readonly<Record<string, number | null>>
    readonly equity: readonly { readonly time: string; readonly equity: number }[]
    readonly trades: readonly Readonly<Record<string, unknown>>[]
  }
  readonly efficiency: number | null
  readonly report: string | null
  readonly [detail: string]: unknown
}

/** Two runs decision by decision, as `assay compare --json` prints it. */
export interface ComparisonResult {
  readonly runs: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  readonly difference: Readonly<Record<string, number>>
  readonly decisions: readonly Readonly<Record<string, unknown>>[]
  readonly [detail: string]: unknown
}

/** Results are returned, and progress is nobody's business in a notebook. */
const QUIET: Output = {
  print: () => undefined,
  log: () => undefined,
  draw: () => undefined,
  colour: false,
  interactive: false,
}

/** A workspace for one call: the home in ASSAY_HOME, the database in DATABASE_URL or embedded. */
function inWorkspace<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
  return withWorkspace(QUIET, work)
}

/** Runs a strategy over stored candles and keeps the run. @throws AppError as the command does */
export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const asked = checkedOptions({ report: 'none', ...options }, BACKTEST_OPTIONS)
  return inWorkspace(async workspace => {
    const kept = await runAndKeep(workspace, asked)
    if (kept.unkept !== null) throw kept.unkept
    return { ...(backtestJson(kept) as BacktestResult), ...curvesOf(kept.report) }
  })
}

function curvesOf(report: Report): Pick<BacktestResult, 'equity' | 'daily'> {
  const { candles, equity, manifest } = report
  const { timeframeMs } = candles
  const time = candles.time.subarray(0, candles.length)
  const returns = dailyReturns({ time, equity, capital: manifest.capital, timeframeMs })
  const firstDay = dayOfCandle(time[0]!, timeframeMs)
  let value = manifest.capital
  return {
    equity: { time: Array.from(time), equity: Array.from(equity) },
    daily: {
      time: Array.from(returns, (_, k) => (firstDay + k) * DAY_MS),
      equity: Array.from(returns, change => (value *= 1 + change)),
      return: Array.from(returns),
    },
  }
}

/** Tries many sets of parameters over the same candles. @throws AppError as the command does */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const asked = checkedOptions({ report: 'none', ...options }, SWEEP_OPTIONS)
  return inWorkspace(async workspace => {
    const { record, page, notes } = await runSweep(workspace, asked)
    const sweeps = await workspace.sweeps()
    const stored = await bestTrials(sweeps, record.sweepId, record.trialsTotal)
    const trials = stored.map(trialJson(record))
    const best = trials[0]
    return {
      ...sweepJson(record),
      best: best === undefined || best['score'] === null ? null : best,
      warnings: notes,
      report: page,
      trials,
    } as unknown as SweepResult
  })
}

/** Optimises, tests on what follows, steps on, and joins the tests. @throws AppError */
export async function walkForward(options: WalkForwardOptions): Promise<WalkForwardResult> {
  const asked = checkedOptions({ report: 'none', ...options }, WALK_FORWARD_OPTIONS)
  return inWorkspace(async workspace => {
    const finished = await runWalkForward(workspace, asked)
    return walkForwardJson(finished) as unknown as WalkForwardResult
  })
}

/** Picks on some groups of days, tests on the others, in every way. @throws AppError as the command does */
export async function crossValidate(
  options: CrossValidationOptions,
): Promise<CrossValidationResult> {
  const asked = checkedOptions(options, CROSS_VALIDATION_OPTIONS)
  return inWorkspace(async workspace => {
    const finished = await runCrossValidation(workspace, asked)
    return crossValidationJson(finished) as unknown as CrossValidationResult
  })
}

/** Two stored runs of one market, decision by decision. @throws AppError UNKNOWN_RUN, USAGE */
export async function compare(run: string, other: string): Promise<ComparisonResult> {
  return inWorkspace(async workspace => {
    const [before, after] = [await findRun(workspace, run), await findRun(workspace, other)]
    return comparisonJson(compareRuns(before, after)) as unknown as ComparisonResult
  })
}

/** Stored candles, from an open time (inclusive) to another (exclusive). @throws AppError NO_CANDLES */
export async function candles(
  symbol: string,
  timeframe: string,
  range: { readonly from?: string | Date; readonly to?: string | Date } = {},
): Promise<CandleColumns> {
  return inWorkspace(async workspace => {
    const stored = await workspace.candles.load(symbol, timeframe)
    const [from, to] = [timeOf('from', range.from) ?? -Infinity, timeOf('to', range.to) ?? Infinity]
    const [first, end] = [indexAtOrAfter(stored.candles, from), indexAtOrAfter(stored.candles, to)]
    const cut = cutCandles(stored.candles, first, Math.max(first, end))
    const column = (values: Float64Array): number[] => Array.from(values.subarray(0, cut.length))
    return {
      symbol: stored.dataSet.symbol,
      timeframe: stored.dataSet.timeframe,
      time: column(cut.time),
      open: column(cut.open),
      high: column(cut.high),
      low: column(cut.low),
      close: column(cut.close),
      volume: column(cut.volume),
    }
  })
}

function timeOf(name: string, value: string | Date | undefined): Millis | undefined {
  if (value === undefined) return undefined
  return value instanceof Date ? value.getTime() : parseOffsetTime(name, value)
}

/** Imports the synthetic sample that ships with Assay, once. @returns its symbol and timeframe */
export async function sample(): Promise<{ readonly symbol: string; readonly timeframe: string }> {
  return inWorkspace(importSample)
}
