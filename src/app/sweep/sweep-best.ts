import { nextLine } from '../output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import { writeFile } from 'node:fs/promises'
import { runRequest } from '../../backtest/run/run.js'
import type { ManifestStrategy } from '../../backtest/run/record/manifest.js'
import { newsOf } from '../../backtest/diagnosis/diagnosis.js'
import { resultJson } from '../../backtest/results/result-json.js'
import { summarise } from '../../report/model/run/summary.js'
import { AppError } from '../../core/errors.js'
import type { TrialRecord } from '../../core/ports/research/sweeps.js'
import type { BacktestAnswer } from '../backtest/backtest.js'
import type { Workspace } from '../workspace/compose.js'
import { type Amount, isOn, numberOption, type Optional, textOption } from '../options/options.js'
import { describeDiskError } from '../../data/files/disk-errors.js'
import { unlessFull } from '../backtest/kept-result.js'
import { recordOf, writePage, timedRun } from '../backtest/run-execution.js'
import { timed } from '../strategy/guard/time-limit.js'
import { openStored } from './sweep-resume.js'
import { bestTrials, fieldIndexOf, findSweep } from './stored/sweeps-lookup.js'

/** Which set of a sweep becomes a run. */
export type BestOptions = Optional<{
  rank: Amount
  /** Path of a page to write, or `none`. */
  report: string
  /** Path of a configuration file to write, which runs this set. */
  configOut: string
  /** Write over that file. */
  force: boolean
}>

/**
 * Makes a set of a sweep a run: runs it alone, compares the result with the trial's, keeps it, and
 * writes a configuration file where one is asked for.
 * @throws AppError RUN_DIFFERS, FILE_EXISTS
 */
export async function runBest(
  workspace: Workspace,
  reference: string,
  options: BestOptions,
): Promise<BacktestAnswer> {
  const sweeps = await workspace.sweeps()
  const record = await findSweep(sweeps, reference)
  const rank = numberOption(options, 'rank', { min: 1, max: 1e6, whole: true }) ?? 1
  const trial = (await bestTrials(sweeps, record.sweepId, rank))[rank - 1]
  if (trial === undefined || trial.score === null) throw noTrial(record.sweepId, rank)
  const { plan, fields, data } = await openStored(workspace, record)
  const index = fieldIndexOf(plan.fields, trial)
  const request = fields[index]!.requestFor(trial)
  const report = timed(timedRun([request], [data[index]!]), () => runRequest(request, data[index]!))
  checkSame(trial, report.resultHash)
  let page = null as string | null
  const unkept = await unlessFull({
    'the run': () => workspace.keepRun(recordOf(report)),
    'the page of the run': async () =>
      (page = await writePage(workspace, report, textOption(options, 'report'), [record.sweepId])),
  })
  const config = textOption(options, 'configOut')
  if (config !== undefined) {
    await writeConfig(
      config,
      configOf(trial, report.manifest.strategies[0]!, plan.fields[index]!.base),
      isOn(options, 'force'),
    )
  }
  const lines = [
    ...wrap(
      `trial ${trial.number} of sweep ${record.sweepId}, ${rank === 1 ? 'the best' : `number ${rank}`}${record.trialsTotal > 0 ? ` of ${record.trialsTotal}` : ''} by ${record.objective}`,
      TERMINAL_WIDTH,
      '  ',
    ),
    summarise(report, { colour: workspace.output.colour, remarks: newsOf(report) }),
    ...(page === null ? [] : [`report  ${page}`]),
    ...(config === undefined
      ? []
      : [`config  ${config} (assay backtest --config ${config} --timeframe ${trial.timeframe})`]),
    nextLine(`assay validate ${record.sweepId}`, 'is the best more than luck?'),
  ]
  return {
    summary: lines.join('\n'),
    json: {
      ...resultJson(report),
      sweep_id: record.sweepId,
      trial: trial.number,
      report: page,
      config: config ?? null,
    },
    unkept,
  }
}

function noTrial(sweepId: string, rank: number): AppError {
  return new AppError('NO_SCORE', `sweep ${sweepId} has no set of rank ${rank} with a score`, {
    hint: `assay sweeps show ${sweepId} lists the best`,
  })
}

/** The same set alone must give what it gave in the sweep. */
function checkSame(trial: TrialRecord, resultHash: string): void {
  if (trial.resultHash === resultHash) return
  throw new AppError(
    'RUN_DIFFERS',
    `trial ${trial.number} gave ${trial.resultHash?.slice(0, 12)} in the sweep, but ${resultHash.slice(0, 12)} alone`,
    { hint: 'has Assay been changed since? Sweep again, and report it if it happens again' },
  )
}

/** A configuration file that runs this set. */
function configOf(
  trial: TrialRecord,
  strategy: ManifestStrategy,
  base: { readonly capital: number },
): Record<string, unknown> {
  const { risk_settings: risk, params } = strategy
  const settings = Object.fromEntries(
    Object.entries(risk).filter(([, value]) => value !== null && value !== 0),
  )
  const costs = Object.fromEntries(
    Object.entries(trial.params)
      .filter(([name]) => name.startsWith('cost.'))
      .map(([name, value]) => [name.slice('cost.'.length), value]),
  )
  return {
    [trial.symbol]: {
      active_strategy: strategy.file ?? strategy.name,
      parameters: { custom_params: params },
      ...(Object.keys(settings).length > 0 && { risk_settings: settings }),
    },
    account: { capital: base.capital, ...costs },
  }
}

async function writeConfig(path: string, config: unknown, overwrite: boolean): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { flag: overwrite ? 'w' : 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new AppError(
        'FILE_EXISTS',
        `file "${path}" exists; the configuration was not written`,
        {
          hint: 'give another path, or add --force to write over it',
          data: { file: path },
        },
      )
    }
    throw describeDiskError(error, path) ?? error
  }
}
