import { nextLine } from '../../../app/output/next-line.js'
import type { SweepRecord } from '../../../core/ports/research/sweeps.js'
import type { CommandModule } from 'yargs'
import type { TrialsFileOptions } from '../../../app/sweep/stored/trials-file.js'
import { inWorkspace, type CommandContext } from '../../command.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import { exportFlags, exportOptions, checkWhat } from '../../flags/export-flags.js'
import {
  type Flags,
  isSet,
  JSON_FLAG,
  LIMIT_FLAG,
  limitOf,
  numberFlag,
  optionsOf,
  textFlag,
  valueFlag,
} from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { table } from '../../../core/text-table.js'

const TOP_DEFAULT = 10

/** `assay sweeps list|show|compare|export|best`: what has been swept, and every trial of it. */
export function sweepsCommand(context: CommandContext): CommandModule {
  return {
    command: 'sweeps',
    describe: 'List, show, compare and export stored sweeps',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List sweeps, newest first',
          builder: list => list.option('limit', LIMIT_FLAG).option('json', JSON_FLAG),
          handler: inWorkspace(context, listSweeps),
        })
        .command({
          command: 'show <sweep>',
          describe: 'Show a sweep and its best trials; with --json its manifest too',
          builder: show =>
            show
              .positional('sweep', { type: 'string' })
              .option('top', {
                type: 'string',
                requiresArg: true,
                describe: `How many trials [${TOP_DEFAULT}]`,
              })
              .option('json', JSON_FLAG),
          handler: inWorkspace(context, showSweep),
        })
        .command({
          command: 'compare <sweep> <other-sweep>',
          describe: 'Compare the sets that two sweeps have in common',
          builder: compare =>
            compare
              .positional('sweep', { type: 'string' })
              .positional('other-sweep', { type: 'string' })
              .option('json', JSON_FLAG),
          handler: inWorkspace(context, compareTwo),
        })
        .command(exportCommand(inWorkspace(context, exportTrials)))
        .command(bestCommand(inWorkspace(context, makeRun)))
        .demandCommand(1, 'say list, show, compare, export or best'),
    handler: () => undefined,
  }
}

function exportCommand(handler: (flags: Flags) => Promise<void>): CommandModule {
  return {
    command: 'export <sweep>',
    describe: 'Write every trial, a row each: parameters, metrics, score and hashes',
    builder: parser => parser.positional('sweep', { type: 'string' }).options(EXPORT_FLAGS),
    handler,
  }
}

const EXPORTED = ['trials']

const EXPORT_FLAGS = {
  ...exportFlags(EXPORTED),
  top: valueFlag('How many, best first [all, by number]'),
} as const

const BEST_FLAGS = {
  rank: valueFlag('Rank of another set: 2 is the second best [1]'),
  'config-out': valueFlag('Write a configuration file that runs this set'),
  force: { type: 'boolean', alias: 'yes', describe: 'Overwrite the configuration file' },
  report: valueFlag('Path of the page, or none'),
} as const

function bestCommand(handler: (flags: Flags) => Promise<void>): CommandModule {
  return {
    command: 'best <sweep>',
    describe: 'Run the best set alone, check that it gives the same, and keep it as a run',
    builder: parser =>
      parser.positional('sweep', { type: 'string' }).options(BEST_FLAGS).option('json', JSON_FLAG),
    handler,
  }
}

async function makeRun(workspace: Workspace, flags: Flags): Promise<void> {
  const { runBest } = await import('../../../app/sweep/sweep-best.js')
  const { summary, json, unkept } = await runBest(
    workspace,
    textFlag(flags, 'sweep')!,
    optionsOf(flags, BEST_FLAGS),
  )
  if (isSet(flags, 'json')) printJson(workspace.output, json)
  else workspace.output.print(summary)
  if (unkept !== null) throw unkept
}

async function listSweeps({ output, ...workspace }: Workspace, flags: Flags): Promise<void> {
  const limit = limitOf(flags)
  const sweeps = await workspace.recentSweeps(limit)
  if (isSet(flags, 'json')) {
    const { sweepJson } = await import('../../../app/sweep/stored/sweeps-json.js')
    return printJson(output, sweeps.map(sweepJson))
  }
  if (sweeps.length === 0) {
    const { storeText } = await import('../../../app/workspace/home.js')
    return output.print(
      `no sweeps are stored yet; assay sweep makes one\n${storeText(workspace.home)}\n${nextLine('assay sweep --help')}`,
    )
  }
  const headings = ['sweep', 'made', 'of', 'objective', 'trials', 'status']
  const rows = sweeps.map(sweep => [
    sweep.sweepId.slice(0, ID_SHOWN),
    sweep.createdAt.slice(0, 10),
    `${sweep.strategy} ${sweep.symbol} ${sweep.timeframe}`,
    sweep.objective,
    String(sweep.trialsTotal),
    statusOf(sweep),
  ])
  const next = nextLine(`assay sweeps show ${sweeps[0]!.sweepId}`, 'its best sets')
  return output.print(`${table(headings, rows)}\n\n${next}`)
}

/** Characters of a sweep's id that a list shows: every command takes the beginning of one. */
const ID_SHOWN = 12

function statusOf({ status, trialsFailed }: SweepRecord): string {
  const state = status === 'running' ? 'running, or killed' : status
  return trialsFailed === 0 ? state : `${state}, ${trialsFailed} failed`
}

/** What `--top` asks for. */
function topFlag(flags: Flags): number | undefined {
  return numberFlag(flags, 'top', { min: 1, max: 1e9, whole: true })
}

async function showSweep({ output, ...workspace }: Workspace, flags: Flags): Promise<void> {
  const { bestTrials, findSweep } = await import('../../../app/sweep/stored/sweeps-lookup.js')
  const sweeps = await workspace.sweeps()
  const sweep = await findSweep(sweeps, textFlag(flags, 'sweep')!)
  const trials = await bestTrials(sweeps, sweep.sweepId, topFlag(flags) ?? TOP_DEFAULT)
  if (isSet(flags, 'json')) {
    const { sweepJson, trialJson } = await import('../../../app/sweep/stored/sweeps-json.js')
    const best = trials.find(({ score }) => score !== null)
    const toJson = trialJson(sweep)
    return printJson(output, {
      schema_version: 1,
      ...sweepJson(sweep),
      manifest: sweep.manifest,
      best: best === undefined ? null : toJson(best),
      trials: trials.map(toJson),
    })
  }
  const { sweepText } = await import('../../../app/sweep/stored/sweeps-text.js')
  const next = nextLine(`assay sweeps best ${sweep.sweepId}`, 'keeps the best as a run')
  return output.print(`${sweepText(sweep, trials)}\n\n${next}`)
}

async function compareTwo({ output, ...workspace }: Workspace, flags: Flags): Promise<void> {
  const { findSweep } = await import('../../../app/sweep/stored/sweeps-lookup.js')
  const { compareSweeps, differentFacts } =
    await import('../../../app/sweep/stored/sweeps-comparison.js')
  const sweeps = await workspace.sweeps()
  const a = await findSweep(sweeps, textFlag(flags, 'sweep')!)
  const b = await findSweep(sweeps, textFlag(flags, 'other-sweep')!)
  const compared = await compareSweeps(sweeps, a, b)
  const facts = differentFacts(a, b)
  if (isSet(flags, 'json')) {
    const { comparisonJson } = await import('../../../app/sweep/stored/sweeps-json.js')
    return printJson(output, comparisonJson(a, b, facts, compared))
  }
  const { comparisonText } = await import('../../../app/sweep/stored/sweeps-text.js')
  const next = nextLine(`assay validate ${b.sweepId}`, 'is its best more than luck?')
  return output.print(`${comparisonText(a, b, facts, compared)}\n\n${next}`)
}

async function exportTrials(workspace: Workspace, flags: Flags): Promise<void> {
  const { exportTrials: write } = await import('../../../app/sweep/stored/trials-file.js')
  checkWhat(flags, EXPORTED)
  const options = exportOptions<TrialsFileOptions>(flags, EXPORT_FLAGS)
  await write(workspace, textFlag(flags, 'sweep')!, options, text => workspace.output.print(text))
}
