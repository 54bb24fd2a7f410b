import { nextLine } from '../output/next-line.js'
import { counted, formatFixed, formatPercent } from '../../core/number-format.js'
import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import type { SweepTally } from '../../backtest/sweep/tally/sweep-tally.js'
import { AppError } from '../../core/errors.js'
import type { Workspace } from '../workspace/compose.js'
import type { FinishedSweep } from './sweep.js'
import { sweepJson, trialJson } from './stored/sweeps-json.js'
import { bestTrials } from './stored/sweeps-lookup.js'
import { sweepText } from './stored/sweeps-text.js'

const TOP_DEFAULT = 10

/**
 * Prints what a sweep found: a table for people, an object for programs. JSON goes out trial by
 * trial, because there may be a million of them.
 * @throws AppError NO_SCORE where no trial has one, SWEEP_STOPPED where it is not complete
 */
export async function answerSweep(
  workspace: Workspace,
  finished: FinishedSweep,
  { top, json }: { readonly top: number | undefined; readonly json: boolean },
): Promise<void> {
  if (json) await printAsJson(workspace, finished, top)
  else await printAsText(workspace, finished, top ?? TOP_DEFAULT)
  const { record, tally } = finished
  if (record.status === 'stopped') {
    throw new AppError(
      'SWEEP_STOPPED',
      `the sweep was stopped after ${counted(record.trialsTotal, 'set')}`,
      {
        hint: `go on with assay sweep --resume ${record.sweepId}`,
      },
    )
  }
  if (tally.leaders.list.length > 0) return
  const failed = record.trialsFailed === record.trialsTotal
  if (record.trialsTotal === 0) throw noneFound(record.objective)
  throw new AppError(
    'NO_SCORE',
    `none of the ${record.trialsTotal} sets has a score by ${record.objective}`,
    {
      hint: failed
        ? `all of them failed: assay sweeps show ${record.sweepId} says why`
        : 'sets with fewer trades than --min-trades have none; look at what they did with assay sweeps show',
    },
  )
}

function noneFound(objective: string): AppError {
  return new AppError('NO_SCORE', `no allowed set was found, so none has a score by ${objective}`, {
    hint: 'loosen --where, or vary over other values; --method grid looks at every combination',
  })
}

async function printAsText(
  workspace: Workspace,
  { record, tally, page, notes }: FinishedSweep,
  top: number,
): Promise<void> {
  const { output } = workspace
  const trials = await bestTrials(await workspace.sweeps(), record.sweepId, top)
  output.print(sweepText(record, trials, sweptNames(tally)))
  const lines = [...spreadLines(tally), ...frontLines(record.objective, tally)]
  if (record.trialsTotal > 1 && tally.leaders.list.length > 0) {
    lines.push(
      `Part of the score of the best of ${record.trialsTotal} sets comes from having been chosen.`,
    )
  }
  lines.push(...notes.flatMap(note => wrap(`! ${note}`, TERMINAL_WIDTH, '  ')))
  if (page !== null) lines.push(`report  ${page}`)
  if (tally.leaders.list.length > 0) {
    lines.push(
      `best    assay sweeps best ${record.sweepId}  # keeps it as a run`,
      nextLine(`assay validate ${record.sweepId}`, 'is the best more than luck?'),
    )
  }
  output.print(`\n${lines.join('\n')}`)
}

/** What was varied, and over more than one value. */
function sweptNames(tally: SweepTally): string[] {
  return tally.axes.map(({ name }) => name)
}

function spreadLines(tally: SweepTally): string[] {
  const spread = tally.spread()
  if (spread === null) return []
  const { min, q25, median, q75, max, profitable, scored } = spread
  const figures = [min, q25, median, q75, max].map(value => formatFixed(value, 3)).join('  ')
  return [
    ...wrap(
      `scores of ${scored} sets, lowest to highest by quartiles:  ${figures}`,
      TERMINAL_WIDTH,
      '  ',
    ),
    `${formatPercent(profitable)} of all sets made money`,
  ]
}

/** The Pareto front, where there are several objectives. */
function frontLines(objective: string, tally: SweepTally): string[] {
  if (!tally.hasSeveralObjectives) return []
  const front = tally.front()
  const shown = front.slice(0, 15).join(', ')
  return wrap(
    `Pareto front of ${objective}: ${front.length} sets, trials ${shown}${front.length > 15 ? ' ...' : ''}`,
    TERMINAL_WIDTH,
    '  ',
  )
}

async function printAsJson(
  workspace: Workspace,
  { record, tally, page, notes }: FinishedSweep,
  top: number | undefined,
): Promise<void> {
  const { output } = workspace
  const sweeps = await workspace.sweeps()
  const [best] = await bestTrials(sweeps, record.sweepId, 1)
  const toJson = trialJson(record)
  const head = {
    schema_version: 1,
    ...sweepJson(record),
    best: best === undefined || best.score === null ? null : toJson(best),
    ...(tally.hasSeveralObjectives && { pareto_front: tally.front() }),
    warnings: notes,
    report: page,
    manifest: record.manifest,
  }
  const opening = JSON.stringify(head, null, 2).replace(/\n\}$/, '')
  output.print(`${opening},\n  "trials": [`)
  let isFirst = true
  const query = { order: 'score' as const, ...(top !== undefined && { limit: top }) }
  for await (const trials of sweeps.trials(record.sweepId, query)) {
    const rows = trials.map(trial => `    ${JSON.stringify(toJson(trial))}`)
    if (rows.length > 0) output.print(`${isFirst ? '' : '    ,\n'}${rows.join(',\n')}`)
    isFirst = false
  }
  output.print('  ]\n}')
}
