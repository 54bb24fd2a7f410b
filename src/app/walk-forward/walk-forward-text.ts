import { counted, formatFixed, formatPercent } from '../../core/number-format.js'
import { sparkline } from '../../report/model/text/sparkline.js'
import { metricRecord } from '../../backtest/sweep/expressions/objective.js'
import { driftOf } from '../../backtest/walk-forward/drift.js'
import { variedNames } from '../../backtest/walk-forward/walk-forward-page-data.js'
import { dayOfCandle } from '../../core/candles/days.js'
import type { FoldResult, Stitched } from '../../backtest/walk-forward/walk-forward.js'
import { nextLine } from '../output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import { table } from '../../core/text-table.js'
import { formatTime, lengthText, timeframeName, type Millis } from '../../core/candles/time.js'
import { tradeJson } from '../../backtest/results/result-json.js'
import type { FinishedWalkForward } from './walk-forward.js'

const NONE = '–'

/** A walk-forward as programs read it. Ends are exclusive. */
export function walkForwardJson(finished: FinishedWalkForward): Record<string, unknown> {
  const { result, plan, record, sweepPlan, fields } = finished
  const { stitched } = result
  return {
    schema_version: 1,
    sweep_id: record.sweepId,
    strategy: record.strategy,
    symbol: record.symbol,
    timeframe: record.timeframe,
    train: timeframeName(plan.trainMs),
    test: timeframeName(plan.testMs),
    anchored: plan.isAnchored,
    purge: lengthText(plan.purgeMs),
    embargo: lengthText(plan.embargoMs),
    objective: sweepPlan.objectives.join(', '),
    trials_total: record.trialsTotal,
    folds: result.folds.map(foldJson),
    stitched: {
      metrics: metricRecord(stitched.metrics),
      equity: dailyPoints(stitched).map(i => ({
        time: formatTime(stitched.time[i]!),
        equity: stitched.equity[i]!,
      })),
      trades: stitched.trades.map(tradeJson),
    },
    efficiency: result.efficiency,
    drift: driftOf(result.folds, variedNames(fields)),
    skipped: finished.skipped.map(fold => ({
      test_from: formatTime(fold.testFrom),
      test_to: formatTime(fold.testTo),
    })),
    left_over: finished.leftOver && {
      from: formatTime(finished.leftOver.from),
      to: formatTime(finished.leftOver.to),
    },
    warnings: finished.notes,
    report: finished.page,
  }
}

function foldJson({
  fold,
  pick,
  trials,
  inSample,
  outOfSample,
  testScore,
}: FoldResult): Record<string, unknown> {
  return {
    train_from: formatTime(fold.trainFrom),
    train_to: formatTime(fold.trainTo),
    test_from: formatTime(fold.testFrom),
    test_to: formatTime(fold.testTo),
    trials,
    params: pick?.params ?? null,
    template: pick?.template ?? null,
    score: pick?.scores[0] ?? null,
    test_score: testScore,
    in_sample: inSample,
    out_of_sample: metricRecord(outOfSample),
    note: pick === null ? 'no set had a score in training; the test was not traded' : null,
  }
}

/** Indices of the last point of each UTC day. */
function dailyPoints({ time, timeframeMs, equity }: Stitched): number[] {
  const day = (i: number): number => dayOfCandle(time[i]!, timeframeMs)
  const points: number[] = []
  for (let i = 0; i < equity.length; i++) {
    if (i + 1 === equity.length || day(i) !== day(i + 1)) points.push(i)
  }
  return points
}

/** A walk-forward for a terminal: each fold in and out of sample, then the whole. */
export function walkForwardText(finished: FinishedWalkForward): string {
  const { result, record, sweepPlan, plan, leftOver } = finished
  const { metrics, equity } = result.stitched
  const windows = `${plan.isAnchored ? 'anchored, ' : ''}train ${timeframeName(plan.trainMs)}, test ${timeframeName(plan.testMs)}, purge ${lengthText(plan.purgeMs)}, embargo ${lengthText(plan.embargoMs)}`
  const lines = [
    ...wrapped(
      `${record.strategy}  ${record.symbol} ${record.timeframe}  ${counted(result.folds.length, 'fold')}, ${counted(record.trialsTotal, 'trial')} (sweep ${record.sweepId})`,
    ),
    ...wrapped(`${windows}, best by ${sweepPlan.objectives.join(', ')}`),
    '',
    foldTable(finished),
    '',
    `out of sample, joined  ${sparkline(equity, 50)}`,
    ...wrapped(
      `return ${formatPercent(metrics.totalReturn)}, buy and hold ${formatPercent(metrics.buyAndHoldReturn)}, Sharpe ${shown(metrics.sharpe)}, drawdown ${formatPercent(metrics.maxDrawdown)}, ${counted(metrics.trades, 'trade')}`,
    ),
    ...wrapped(efficiencyLine(result.efficiency)),
    ...driftOf(result.folds, variedNames(finished.fields)).flatMap(({ name, changes, spread }) =>
      wrapped(
        `${name} changes at ${changes === null ? NONE : formatPercent(changes)} of the steps${spread === null ? '' : `, deviation ${formatPercent(spread)} of its mean`}`,
      ),
    ),
  ]
  if (finished.skipped.length > 0) {
    const [first, last] = [finished.skipped[0]!, finished.skipped.at(-1)!]
    lines.push(
      ...wrapped(
        `! ${finished.skipped.length} folds with tests from ${formatTime(first.testFrom)} to ${formatTime(last.testTo)} were left out: less than half of their candles are there`,
      ),
    )
  }
  if (leftOver !== null) {
    lines.push(
      ...wrapped(
        `candles from ${formatTime(leftOver.from)} on are too few for another test and were left out`,
      ),
    )
  }
  lines.push(...finished.notes.flatMap(note => wrapped(`! ${note}`)))
  if (finished.page !== null) lines.push(`report  ${finished.page}`)
  lines.push(nextLine(`assay sweeps show ${record.sweepId}`, 'the sets of its trainings'))
  return lines.join('\n')
}

function wrapped(text: string): string[] {
  return wrap(text, TERMINAL_WIDTH, '  ')
}

function foldTable({ result, fields }: FinishedWalkForward): string {
  const names = variedNames(fields)
  const day = (time: Millis): string => formatTime(time).slice(0, 10)
  const rows = result.folds.map(({ fold, pick, inSample, outOfSample }) => [
    day(fold.testFrom),
    ...names.map(name =>
      String((name === 'template' ? pick?.template : pick?.params[name]) ?? NONE),
    ),
    percent(inSample?.['total_return']),
    shown(inSample?.['sharpe'] ?? null),
    percent(outOfSample.totalReturn),
    shown(outOfSample.sharpe),
    String(outOfSample.trades),
  ])
  return table(
    ['test from', ...names, 'in: return', 'Sharpe', 'out: return', 'Sharpe', 'trades'],
    rows,
  )
}

function efficiencyLine(efficiency: number | null): string {
  if (efficiency === null) return 'efficiency none: the picks did not grow in training'
  return `efficiency ${formatPercent(efficiency)}: growth a day out of sample by growth a day in sample`
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : formatPercent(value)
}

function shown(value: number | null): string {
  return value === null ? NONE : formatFixed(value, 2)
}
