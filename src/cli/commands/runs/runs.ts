import { printable, TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { nextLine } from '../../../app/output/next-line.js'
import { formatFixed } from '../../../core/number-format.js'
import type { CommandModule } from 'yargs'
import type { RunRecord } from '../../../core/ports/research/runs.js'
import { formatTime } from '../../../core/candles/time.js'
import { inWorkspace, type CommandContext } from '../../command.js'
import { runSummaryJson } from '../../../app/backtest/stored/run-json.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import { exportRun, runsExportCommand } from './runs-export.js'
import { JSON_FLAG, isSet, LIMIT_FLAG, limitOf, textFlag, type Flags } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { table } from '../../../core/text-table.js'

/** `assay runs list|show|compare|verify|events|export`: what has been run, and whether it still holds. */
export function runsCommand(context: CommandContext): CommandModule {
  return {
    command: 'runs',
    describe: 'List, show, compare, verify and export stored runs',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List runs, newest first',
          builder: list => list.option('limit', LIMIT_FLAG).option('json', JSON_FLAG),
          handler: inWorkspace(context, listRuns),
        })
        .command({
          command: 'show <run>',
          describe: 'Show a run: metrics and manifest; with --json its trades too',
          builder: show => show.positional('run', { type: 'string' }).option('json', JSON_FLAG),
          handler: inWorkspace(context, showRun),
        })
        .command({
          command: 'compare <run> <other>',
          describe: 'Show two runs side by side',
          builder: compare =>
            compare
              .positional('run', { type: 'string' })
              .positional('other', { type: 'string' })
              .option('json', JSON_FLAG),
          handler: inWorkspace(context, compareRuns),
        })
        .command({
          command: 'verify <run>',
          describe: 'Run a stored run again and compare the result hash',
          builder: verify => verify.positional('run', { type: 'string' }).option('json', JSON_FLAG),
          handler: inWorkspace(context, verifyRun),
        })
        .command({
          command: 'events <run>',
          describe: 'Print the stored events of a run, a JSON line each, and check their chain',
          builder: events => events.positional('run', { type: 'string' }).option('json', JSON_FLAG),
          handler: inWorkspace(context, printEvents),
        })
        .command(runsExportCommand(inWorkspace(context, exportRun)))
        .demandCommand(1, 'say list, show, compare, verify, events or export'),
    handler: () => undefined,
  }
}

/** Characters of a run's id that a list shows: every command takes the beginning of one. */
const ID_SHOWN = 12

async function listRuns({ output, ...workspace }: Workspace, flags: Flags): Promise<void> {
  const limit = limitOf(flags)
  const runs = await workspace.recentRuns(limit)
  if (isSet(flags, 'json')) return printJson(output, runs.map(runSummaryJson))
  if (runs.length === 0) {
    const { storeText } = await import('../../../app/workspace/home.js')
    return output.print(
      `no runs are stored yet; assay backtest makes one\n${storeText(workspace.home)}\n${nextLine('assay demo', 'or assay backtest')}`,
    )
  }
  const rows = runs.map(run => {
    const metrics = listedMetrics(run)
    return [
      run.runId.slice(0, ID_SHOWN),
      run.createdAt.slice(0, 10),
      `${run.strategy} ${run.symbol} ${run.timeframe}`,
      percent(metrics['total_return']),
      fixed(metrics['sharpe']),
      percent(metrics['max_drawdown']),
      String(run.tradeCount),
    ]
  })
  const headings = ['run', 'made', 'of', 'return', 'sharpe', 'drawdown', 'trades']
  const next = nextLine(`assay runs show ${runs[0]!.runId}`, 'its metrics and settings')
  return output.print(`${table(headings, rows)}\n\n${next}`)
}

/** The metrics of a run as far as they are numbers: one that is damaged still stands in the list. */
function listedMetrics({ metrics }: Pick<RunRecord, 'metrics'>): Record<string, number> {
  const stored = Object.entries(Object(metrics) as Record<string, unknown>)
  return Object.fromEntries(
    stored.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )
}

async function showRun(workspace: Workspace, flags: Flags): Promise<void> {
  const { findRun } = await import('../../../app/backtest/stored/stored-run.js')
  const { output } = workspace
  const run = await findRun(workspace, textFlag(flags, 'run')!)
  const { manifest, warnings } = run
  if (isSet(flags, 'json')) {
    return printJson(output, { ...runSummaryJson(run), manifest, trades: run.trades })
  }
  const { metricTable } = await import('../../../app/backtest/metrics/metric-tables.js')
  const { factLines } = await import('../../../app/records/manifest-text.js')
  const paragraph = (text: string): string => wrap(text, TERMINAL_WIDTH, '  ').join('\n')
  output.print(
    [
      paragraph(
        `${run.runId}  ${run.strategy}  ${run.symbol}  ${run.timeframe}  made ${run.createdAt}`,
      ),
      `result ${run.resultHash}`,
      ...warnings.map(warning => paragraph(`! ${printable(warning)}`)),
      '',
      metricTable(listedMetrics(run), run.symbol),
      '',
      ...factLines(manifest),
      '',
      nextLine(`assay validate ${run.runId}`, 'is it more than luck?'),
    ].join('\n'),
  )
}

async function compareRuns(workspace: Workspace, flags: Flags): Promise<void> {
  const { findRun } = await import('../../../app/backtest/stored/stored-run.js')
  const { otherModelText } = await import('../../../app/backtest/stored/execution-model.js')
  const { output } = workspace
  const a = await findRun(workspace, textFlag(flags, 'run')!)
  const b = await findRun(workspace, textFlag(flags, 'other')!)
  const settings = differentSettings(a.manifest, b.manifest)
  const { metricsOfRun } = await import('../../../app/records/stored-trades.js')
  const [ofA, ofB] = [metricsOfRun(a), metricsOfRun(b)]
  const metrics = Object.keys(ofA).map(name => ({
    name,
    a: ofA[name] ?? null,
    b: ofB[name] ?? null,
  }))
  if (isSet(flags, 'json')) {
    return printJson(output, {
      runs: [a.runId, b.runId],
      same_result: a.resultHash === b.resultHash,
      settings,
      metrics,
    })
  }
  const { comparedMetricTable } = await import('../../../app/backtest/metrics/metric-tables.js')
  const remarks = [otherModelText(a), otherModelText(b)].flatMap(remark =>
    remark === null ? [] : wrap(`note: ${remark}`, TERMINAL_WIDTH, '  '),
  )
  output.print(
    [
      table(
        ['setting', a.runId, b.runId],
        settings.map(row => [row.name, shown(row.a), shown(row.b)]),
      ),
      ...remarks,
      ...(a.resultHash === b.resultHash ? ['', 'tied: both have the same result'] : []),
      '',
      comparedMetricTable(metrics, [a.runId, b.runId]),
      '',
      nextLine(`assay compare ${a.runId} ${b.runId}`, 'decision by decision'),
    ].join('\n'),
  )
}

async function printEvents(workspace: Workspace, flags: Flags): Promise<void> {
  const { findRun } = await import('../../../app/backtest/stored/stored-run.js')
  const { brokenChain, storedEvents } =
    await import('../../../app/backtest/stored/stored-events.js')
  const { output } = workspace
  const run = await findRun(workspace, textFlag(flags, 'run')!)
  const { records, broken } = await storedEvents(workspace, run.runId)
  for (const { seq, time, type, payload, linkHash } of records) {
    output.print(
      JSON.stringify({
        seq,
        time: formatTime(time),
        type,
        ...(payload as object),
        link_hash: linkHash,
      }),
    )
  }
  if (broken === null) return output.log(`all ${formatFixed(records.length, 0)} events verified`)
  throw brokenChain(run, broken)
}

interface Difference {
  readonly name: string
  readonly a: unknown
  readonly b: unknown
}

/** Settings that differ between two manifests, as dotted paths. */
function differentSettings(a: unknown, b: unknown): Difference[] {
  const [left, right] = [flatten(a), flatten(b)]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter(name => left[name] !== right[name])
    .map(name => ({ name, a: left[name] ?? null, b: right[name] ?? null }))
}

function flatten(value: unknown, path = ''): Record<string, unknown> {
  if (value === null || typeof value !== 'object') return { [path]: value }
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) =>
      flatten(inner, path === '' ? key : `${path}.${key}`),
    ),
  ) as Record<string, unknown>
}

async function verifyRun(workspace: Workspace, flags: Flags): Promise<void> {
  const { findRun } = await import('../../../app/backtest/stored/stored-run.js')
  const { differenceError, verify } = await import('../../../app/portfolio/verification.js')
  const { output } = workspace
  const run = await findRun(workspace, textFlag(flags, 'run')!)
  const verification = await verify(workspace, run)
  const { repeated, isSame, differences } = verification
  if (isSet(flags, 'json')) {
    printJson(output, {
      run_id: run.runId,
      verified: isSame,
      stored: run.resultHash,
      repeated: repeated?.resultHash ?? null,
      differences,
    })
  } else if (isSame) {
    output.print(
      [
        `verified: run ${run.runId} gives result ${run.resultHash.slice(0, 16)} again`,
        nextLine(`assay report ${run.runId}`, 'its page'),
      ].join('\n'),
    )
  }
  if (isSame) return
  throw differenceError(run, verification)
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${(value * 100).toFixed(2)}%`
}

function fixed(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(2)
}

/** A value as a cell: numbers to six significant digits, nothing as a dash. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(6)))
    : String(value)
}
