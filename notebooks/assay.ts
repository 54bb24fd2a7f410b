/**
 * What a notebook imports as 'assay': the research API of this repository, its tables as danfojs-node
 * data frames, and plots. The core for strategy files, which is 'assay' elsewhere, is not in it.
 */
import danfo, { type DataFrame } from 'danfojs-node'
// @ts-expect-error -- built by npm run build, without types; those of its source are taken
import * as built from '../dist/research.js'
import type * as Research from '../src/app/research/research.js'

export { show, table, type Displayed, type MimeBundle, type TableOptions } from './display.ts'
export { heatMap, histogram, lineChart, type Line, type Plot } from './plots.ts'

const research = built as unknown as typeof Research

/** The statistics of `assay stats`, of arrays. */
export const stats = research.stats
/** Imports the synthetic sample that ships with Assay. */
export const sample = research.sample
/** Two runs decision by decision. */
export const compare = research.compare

type Row = Readonly<Record<string, unknown>>

/** A data frame of objects that have the same members. */
export function frameOf(rows: readonly Row[], columns?: readonly string[]): DataFrame {
  const names = columns ?? Object.keys(rows[0] ?? {})
  return new danfo.DataFrame(
    Object.fromEntries(names.map(name => [name, rows.map(row => row[name] ?? null)])),
  )
}

/** A data frame of columns. */
function columnFrame(columns: Readonly<Record<string, readonly unknown[]>>): DataFrame {
  return new danfo.DataFrame(columns)
}

/** A run: what `assay backtest --json` prints as `result`, and its tables. */
export interface BacktestFrames {
  readonly result: Research.BacktestResult
  readonly metrics: DataFrame
  readonly trades: DataFrame
  readonly equity: DataFrame
  readonly daily: DataFrame
}

/** Runs a strategy over stored candles. */
export async function backtest(options: Research.RunOptions): Promise<BacktestFrames> {
  const result = await research.backtest(options)
  const metrics = Object.entries(result.metrics).map(([metric, value]) => ({ metric, value }))
  return {
    result,
    metrics: frameOf(metrics),
    trades: frameOf(result.trades),
    equity: columnFrame(result.equity),
    daily: columnFrame(result.daily),
  }
}

/** A sweep: what `assay sweep --json` prints as `result`, and a row for each set, best first. */
export interface SweepFrames {
  readonly result: Research.SweepResult
  readonly trials: DataFrame
}

/** Tries many sets of parameters over the same candles. */
export async function sweep(options: Research.SearchOptions): Promise<SweepFrames> {
  const result = await research.sweep(options)
  const rows = result.trials.map(({ number, params, score, metrics }) => ({
    number,
    ...params,
    score,
    ...metrics,
  }))
  return { result, trials: frameOf(rows) }
}

/** A walk-forward, a row for each fold, and the joined equity of the tests by day. */
export interface WalkForwardFrames {
  readonly result: Research.WalkForwardResult
  readonly folds: DataFrame
  readonly equity: DataFrame
}

/** Optimises, tests on what follows, steps on, and joins the tests. */
export async function walkForward(options: Research.SearchOptions): Promise<WalkForwardFrames> {
  const result = await research.walkForward(options)
  const rows = result.folds.map(fold => ({
    test_from: fold.test_from.slice(0, 10),
    test_to: fold.test_to.slice(0, 10),
    ...fold.params,
    in_return: fold.in_sample?.['total_return'] ?? null,
    in_sharpe: fold.in_sample?.['sharpe'] ?? null,
    out_return: fold.out_of_sample['total_return'] ?? null,
    out_sharpe: fold.out_of_sample['sharpe'] ?? null,
    out_trades: fold.out_of_sample['trades'] ?? null,
  }))
  const { equity } = result.stitched
  return {
    result,
    folds: frameOf(rows),
    equity: columnFrame({
      time: equity.map(({ time }) => Date.parse(time)),
      equity: equity.map(point => point.equity),
    }),
  }
}

/** A cross-validation, a row for each combination of tested groups, and one for each path. */
export interface CrossValidationFrames {
  readonly result: Research.CrossValidationResult
  readonly combinations: DataFrame
  readonly paths: DataFrame
}

/** Picks on some groups of days, tests on the others, in every way. */
export async function crossValidate(
  options: Research.SearchOptions,
): Promise<CrossValidationFrames> {
  const result = await research.crossValidate(options)
  const paramsOf = new Map(result.picks.map(({ trial, params }) => [trial, params]))
  const combinations = result.combinations.map(one => ({
    tested: one.tested.join(' '),
    training_days: one.training_days,
    trial: one.trial,
    ...(one.trial === null ? {} : paramsOf.get(one.trial)),
    in_score: one.score_in_sample,
    out_score: one.score_out_of_sample,
    out_return: one.out_of_sample?.['total_return'] ?? null,
    rank: one.rank,
  }))
  const paths = result.paths.map(({ sharpe, total_return, cagr, max_drawdown }) => ({
    sharpe,
    total_return,
    cagr,
    max_drawdown,
  }))
  return { result, combinations: frameOf(combinations), paths: frameOf(paths) }
}

/** Stored candles, from an open time (inclusive) to another (exclusive). */
export async function candles(
  symbol: string,
  timeframe: string,
  range?: { readonly from?: string | Date; readonly to?: string | Date },
): Promise<DataFrame> {
  const { time, open, high, low, close, volume } = await research.candles(symbol, timeframe, range)
  return columnFrame({ time, open, high, low, close, volume })
}

/** The numbers of a column. */
export function numbers(frame: DataFrame, name: string): number[] {
  return frame.column(name).values.map(Number)
}
