import { counted } from '../../core/number-format.js'
import { statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { snakeKeys } from '../../core/canonical.js'
import { AppError } from '../../core/errors.js'
import { table } from '../../core/text-table.js'
import type { Report } from '../../backtest/run/record/report.js'
import { textOption } from '../options/options.js'
import { withWorkspace } from '../workspace/compose.js'
import { describeError } from '../output/error-text.js'
import { findHome } from '../workspace/home.js'
import type { Output } from '../output/output.js'
import { forgetStrategy, isStrategyFile } from '../strategy/strategy-loader.js'
import { filesOf } from '../strategy/strategy-bundle.js'
import { withPlace } from '../strategy/strategy-place.js'
import { backtestSummary, runAndKeep } from './backtest.js'
import type { BacktestOptions } from './input/run-options.js'

/** How often the files are looked at. */
const LOOK_MS = 150

/** A change of one metric between two runs. */
interface MetricChange {
  readonly metric: string
  readonly old: number | null
  readonly new: number | null
}

/**
 * Runs the strategy of a file, and again whenever it, a file that it imports or the configuration file is
 * saved, until `signal` ends it. What such a file has wrong is told, and the next save waited for.
 * @throws AppError USAGE without a strategy file; whatever else is wrong with the first run
 */
export async function watchBacktest(
  output: Output,
  options: BacktestOptions,
  { signal, asJson }: { readonly signal: AbortSignal; readonly asJson: boolean },
): Promise<void> {
  const strategy = watchedFile(options)
  const config = textOption(options, 'config')
  const others = config === undefined ? [] : [config]
  let files = [strategy, ...others]
  let before: Report | null = null
  let isFirst = true
  while (!signal.aborted) {
    files = [...((await filesOf(strategy)) ?? files), ...others]
    const stamps = stampsOf(files)
    try {
      before = await runOnce(output, options, { before, asJson })
    } catch (error) {
      if (isFirst && !isOfStrategy(error)) throw error
      output.log(describeError(await withPlace(error)).text)
    }
    isFirst = false
    output.log(`watching ${counted(new Set(files).size, 'file')}; Ctrl-C ends`)
    await untilChanged(files, stamps, signal)
    forgetStrategy(strategy, findHome(process.env).cache)
  }
}

/** @throws AppError USAGE */
function watchedFile(options: BacktestOptions): string {
  const strategy = textOption(options, 'strategy')
  if (strategy !== undefined && isStrategyFile(strategy) && !options.signals) return strategy
  throw new AppError('USAGE', '--watch needs a strategy file', {
    hint: 'name one, as in assay backtest my_strategy.ts --watch; assay init makes one',
  })
}

/** Errors that the next save of a strategy may mend. */
function isOfStrategy(error: unknown): boolean {
  return (
    error instanceof AppError && /^STRATEGY_|_PARAMETER$|^OUT_OF_(TIME|MEMORY)$/.test(error.code)
  )
}

async function runOnce(
  output: Output,
  options: BacktestOptions,
  { before, asJson }: { readonly before: Report | null; readonly asJson: boolean },
): Promise<Report> {
  // A workspace for each run: in between, others may use the embedded database.
  return withWorkspace(output, async workspace => {
    const kept = await runAndKeep(workspace, options)
    const { report } = kept
    const changes = before === null ? null : changesOf(before, report)
    if (asJson) output.print(JSON.stringify(watchJson(report, changes)))
    else if (changes === null) output.print(backtestSummary(workspace, kept))
    else output.print(changesText(report, changes))
    if (kept.unkept !== null) output.log(kept.unkept.message)
    return report
  })
}

function changesOf(before: Report, now: Report): MetricChange[] {
  const [was, is] = [metricsOf(before), metricsOf(now)]
  return Object.keys(is)
    .map(metric => ({ metric, old: was[metric] ?? null, new: is[metric] ?? null }))
    .filter(change => change.old !== change.new)
}

function metricsOf({ metrics }: Report): Readonly<Record<string, number | null>> {
  return snakeKeys(metrics) as Readonly<Record<string, number | null>>
}

function watchJson(report: Report, changes: readonly MetricChange[] | null): object {
  return { run_id: report.runId, metrics: metricsOf(report), changes }
}

function changesText(report: Report, changes: readonly MetricChange[]): string {
  if (changes.length === 0) return `run ${report.runId}: no metric has changed`
  const rows = changes.map(change => [
    change.metric,
    `${shown(change.old)} -> ${shown(change.new)}`,
  ])
  return `run ${report.runId}\n${table(['metric', 'old -> new'], rows)}`
}

function shown(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)))
}

function stampsOf(files: readonly string[]): string {
  return files
    .map(file => statSync(file, { throwIfNoEntry: false }))
    .map(stats => (stats === undefined ? 'gone' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`))
    .join('\n')
}

/** Waits until files differ from their stamps, and have been left alone for a moment. */
async function untilChanged(
  files: readonly string[],
  stamps: string,
  signal: AbortSignal,
): Promise<void> {
  let last = stamps
  while (!signal.aborted) {
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
    const now = stampsOf(files)
    if (now === last && now !== stamps) return
    last = now
  }
}
