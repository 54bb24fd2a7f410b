import { AppError } from '../../core/errors.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import { ENGINE_VERSION, EXECUTION_MODEL } from '../../core/version.js'
import type { Workspace } from '../workspace/compose.js'
import { optionLabel, textOption } from '../options/options.js'
import { SWEEP_OPTIONS, type SweepOptions } from './input/search-options.js'
import { changedReferences } from '../backtest/references.js'
import { loadRunData } from '../backtest/run-execution.js'
import { requestFrom } from '../backtest/stored/stored-run.js'
import { planOfSweep } from '../records/stored-manifest.js'
import { openFields } from './input/sweep-fields.js'
import type { OpenSweep } from './input/sweep-input.js'
import { findSweep } from './stored/sweeps-lookup.js'

/** SweepOptions that say how a sweep is evaluated, not what it computes. */
const OF_EVALUATION: readonly (keyof SweepOptions)[] = [
  'resume',
  'workers',
  'memory',
  'timeLimit',
  'distributed',
  'report',
  'maxTrials',
]

/**
 * A stored sweep, opened to go on with.
 * @throws AppError SWEEP_CHANGED where candles, strategy or engine are not what they were
 */
export async function resumeSweep(
  workspace: Workspace,
  resumed: string,
  options: SweepOptions,
): Promise<{ open: OpenSweep; record: SweepRecord }> {
  refuseOthers(options)
  const record = await findSweep(await workspace.sweeps(), resumed)
  return { open: await openStored(workspace, record), record }
}

/** The plan of a stored sweep over the candles that are stored now. @throws AppError SWEEP_CHANGED */
export async function openStored(workspace: Workspace, record: SweepRecord): Promise<OpenSweep> {
  const plan = planOfSweep(record)
  const { cache } = workspace.home
  const data = []
  for (const { base } of plan.fields) {
    const request = await requestFrom(base, cache)
    const own = await loadRunData(workspace, request)
    const changes = [
      own.main.hash === base.data.hash ? '' : `the candles of ${base.symbol} ${base.timeframe}`,
      ...changedReferences(base, own),
      request.strategies[0]!.sourceHash === base.strategies[0]!.source_hash
        ? ''
        : `the source of ${base.strategies[0]!.name}`,
      base.engine_version === ENGINE_VERSION ? '' : `the engine (then ${base.engine_version})`,
      base.execution_model === EXECUTION_MODEL
        ? ''
        : `the execution model (then ${base.execution_model})`,
      base.node_version === process.versions.node ? '' : `Node (then ${base.node_version})`,
    ].filter(change => change !== '')
    if (changes.length > 0) throw changed(record.sweepId, changes)
    data.push(own)
  }
  return { plan, fields: await openFields(plan, data, cache), data }
}

function changed(sweepId: string, changes: readonly string[]): AppError {
  return new AppError(
    'SWEEP_CHANGED',
    `sweep ${sweepId} cannot go on: ${changes.join(', ')} changed since it began`,
    { hint: 'its trials would not compare; begin a new sweep' },
  )
}

function refuseOthers(options: SweepOptions): void {
  const other = SWEEP_OPTIONS.find(
    name => !OF_EVALUATION.includes(name) && (options[name] ?? undefined) !== undefined,
  )
  if (other === undefined) return
  const what = other === 'strategy' ? 'a strategy' : optionLabel(other)
  throw new AppError('USAGE', `--resume goes on with a sweep as it was, but ${what} is given too`, {
    hint: `leave it out: assay sweep --resume ${textOption(options, 'resume')}`,
  })
}
