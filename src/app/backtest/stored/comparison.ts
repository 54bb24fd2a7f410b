import { nextLine } from '../../output/next-line.js'
import {
  diffDecisions,
  LATE_CANDLES,
  type Decision,
  type DecisionDiff,
  type ResultParts,
} from '../../../backtest/results/decision-diff.js'
import type { Manifest, ManifestReference } from '../../../backtest/run/record/manifest.js'
import { formatFixed, formatProfit } from '../../../core/number-format.js'
import { tradeJson } from '../../../backtest/results/result-json.js'
import { cut, TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'
import { AppError } from '../../../core/errors.js'
import type { RunRecord } from '../../../core/ports/research/runs.js'
import { formatTime, timeframeMs } from '../../../core/candles/time.js'
import { executionModelOf } from './execution-model.js'
import { badRecord, manifestOfRun, refusePortfolio } from '../../records/stored-manifest.js'
import { metricsOfRun, tradesOfRun } from '../../records/stored-trades.js'

/** Two stored runs of one market, decision by decision. */
export interface RunComparison {
  readonly runs: readonly [RunRecord, RunRecord]
  readonly diff: DecisionDiff
  /** Difference of what the accounts gained, second less first, quote currency. */
  readonly gainDifference: number
  /** What of it lies in positions that are still open, which are no trades yet. */
  readonly stillOpen: number
  /** What makes the two hard to compare, in words. */
  readonly remarks: readonly string[]
}

/** @throws AppError USAGE for runs of different markets, or for portfolios */
export function compareRuns(before: RunRecord, after: RunRecord): RunComparison {
  refusePortfolio(before)
  refusePortfolio(after)
  for (const name of ['symbol', 'timeframe'] as const) {
    if (before[name] === after[name]) continue
    throw new AppError(
      'USAGE',
      `the runs are of different markets: ${before.runId} has the ${name} "${before[name]}", ${after.runId} has "${after[name]}"`,
      {
        hint: `assay runs compare ${before.runId} ${after.runId} shows settings and metrics side by side`,
      },
    )
  }
  const diff = diffDecisions(tradesOfRun(before), tradesOfRun(after), {
    timeframeMs: timeframeMs(before.timeframe),
  })
  const stillOpen = withoutDust(gainOf(after) - gainOf(before) - diff.parts.total, [before, after])
  return {
    runs: [before, after],
    diff,
    gainDifference: diff.parts.total + stillOpen,
    stillOpen,
    remarks: [
      ...modelRemarks([before, after]),
      ...remarksOf(manifestOfRun(before), manifestOfRun(after)),
    ],
  }
}

function gainOf(run: RunRecord): number {
  return metricOf(run, 'final_equity') - manifestOfRun(run).capital
}

/** A metric that every run has. @throws AppError BAD_RECORD */
function metricOf(run: RunRecord, name: string): number {
  const value = metricsOfRun(run)[name]
  if (typeof value === 'number') return value
  throw badRecord(`the metrics of run ${run.runId}`, `${name} is missing`)
}

/** What floats leave of a sum over the trades of a run is no open position. */
function withoutDust(value: number, runs: readonly RunRecord[]): number {
  const scale = runs.reduce(
    (sum, run) => sum + (1 + metricOf(run, 'turnover')) * manifestOfRun(run).capital,
    0,
  )
  return Math.abs(value) <= 1e-9 * scale ? 0 : value
}

function modelRemarks(runs: readonly RunRecord[]): string[] {
  const [before, after] = runs.map(executionModelOf)
  if (before === after) return []
  return [
    `The runs were made by the execution models ${before} and ${after}: the rules differ, not only the decisions.`,
  ]
}

function remarksOf(before: Manifest, after: Manifest): string[] {
  const remarks: string[] = []
  if (before.from !== after.from || before.to !== after.to) {
    remarks.push(
      `The runs cover different ranges: ${before.from} to ${before.to}, and ${after.from} to ${after.to}; decisions outside of the shared one are missing or extra.`,
    )
  } else if (before.data.hash !== after.data.hash) {
    remarks.push('The runs read different candles of this market.')
  }
  const other = otherReference(before, after)
  if (other !== undefined) {
    remarks.push(`The runs read different candles of ${other.symbol} ${other.timeframe}.`)
  }
  if (before.capital !== after.capital) {
    remarks.push(
      `The runs began with different capital, ${before.capital} and ${after.capital}, so sizes differ throughout.`,
    )
  }
  return remarks
}

/** A market that the indicators of both read, over other candles. */
function otherReference(before: Manifest, after: Manifest): ManifestReference | undefined {
  const own = after.references ?? []
  return before.references?.find(({ symbol, timeframe, hash }) =>
    own.some(one => one.symbol === symbol && one.timeframe === timeframe && one.hash !== hash),
  )
}

/** A comparison as programs read it. */
export function comparisonJson({ runs, diff, ...result }: RunComparison): Record<string, unknown> {
  const { priceOfLate, ...parts } = diff.parts
  return {
    schema_version: 1,
    runs: runs.map(({ runId }) => runId),
    late_candles: LATE_CANDLES,
    counts: diff.counts,
    difference: {
      ...parts,
      total: result.gainDifference,
      still_open: result.stillOpen,
      price_of_late: priceOfLate,
    },
    remarks: result.remarks,
    decisions: diff.decisions.map(decisionJson),
  }
}

function decisionJson({ before, after, ...decision }: Decision): Record<string, unknown> {
  return {
    status: decision.status,
    changes: decision.changes,
    late_by: decision.lateBy,
    exit_late_by: decision.exitLateBy,
    pnl_difference: decision.pnlDifference,
    before: before && tradeJson(before),
    after: after && tradeJson(after),
  }
}

const CHANGES_WIDTH = 64
/** Decisions shown to people; the JSON has all. */
const SHOWN = 20

/** A comparison for the terminal: counts, what the difference is made of, what differs first. */
export function comparisonText(comparison: RunComparison): string {
  const { runs, diff, gainDifference, stillOpen, remarks } = comparison
  const { equal, changed, late, missing, extra } = diff.counts
  const differing = diff.decisions.filter(
    ({ status, changes }) => status !== 'matched' || changes.length > 0,
  )
  const lines = [
    ...wrap(
      `${runs[0].runId} ${runs[0].strategy}  against  ${runs[1].runId} ${runs[1].strategy}  on ${runs[0].symbol} ${runs[0].timeframe}`,
      TERMINAL_WIDTH,
      '  ',
    ),
    ...wrap(
      `decisions: ${equal} equal, ${changed} changed (${late} late or early), ${missing} missing, ${extra} extra`,
      TERMINAL_WIDTH,
      '  ',
    ),
    ...remarks.flatMap(remark => wrap(remark, TERMINAL_WIDTH, '  ')),
    '',
    table(
      ['difference of the result', 'quote currency'],
      partRows(diff.parts, stillOpen, gainDifference),
    ),
  ]
  const next = nextLine(`assay trace ${runs[1].runId}`, 'what it saw and decided')
  if (differing.length === 0) {
    return [...lines, '', 'tied: no decision differs', next].join('\n')
  }
  lines.push(
    '',
    table(
      ['entry (UTC)', 'decision', 'what differs', 'pnl'],
      differing.slice(0, SHOWN).map(decisionRow),
    ),
  )
  const more = differing.length - SHOWN
  if (more > 0) lines.push(`and ${more} more; --json has all`)
  return [...lines, '', next].join('\n')
}

function partRows(parts: ResultParts, stillOpen: number, total: number): string[][] {
  const late =
    parts.priceOfLate === 0 ? '' : ` (${formatProfit(parts.priceOfLate)} at other candles)`
  const rows: (readonly [string, number])[] = [
    ['missing decisions', parts.missing],
    ['extra decisions', parts.extra],
    [`other prices${late}`, parts.price],
    ['other sizes', parts.size],
    ['other costs', parts.costs],
    ['positions still open', stillOpen],
    ['together', total],
  ]
  return rows.map(([name, value]) => [name, formatFixed(value, 2)])
}

function decisionRow(decision: Decision): string[] {
  const trade = (decision.before ?? decision.after)!
  return [
    formatTime(trade.entryTime).slice(0, 16).replace('T', ' '),
    `${decision.status === 'matched' ? 'changed' : decision.status} ${trade.side}`,
    cut(changesText(decision), CHANGES_WIDTH),
    formatFixed(decision.pnlDifference, 2),
  ]
}

function changesText({ before, after, changes, lateBy, exitLateBy }: Decision): string {
  if (before === null || after === null) return (before ?? after)!.exitReason
  const candles = (count: number): string =>
    `${Math.abs(count)} ${Math.abs(count) === 1 ? 'candle' : 'candles'} ${count > 0 ? 'late' : 'early'}`
  const price = (value: number): string => String(Number(value.toPrecision(8)))
  return changes
    .map(change => {
      switch (change) {
        case 'late':
          return `entry ${candles(lateBy)}`
        case 'exit_time':
          return `exit ${candles(exitLateBy)}`
        case 'entry_price':
          return `entry ${price(before.entryPrice)} to ${price(after.entryPrice)}`
        case 'exit_price':
          return `exit ${price(before.exitPrice)} to ${price(after.exitPrice)}`
        case 'size':
          return `size ${price(before.size)} to ${price(after.size)}`
        case 'exit_reason':
          return `${before.exitReason} to ${after.exitReason}`
        case 'costs':
          return 'costs'
      }
    })
    .join(', ')
}
