import { nextLine } from '../../output/next-line.js'
import { backtestInput } from '../../../backtest/run/run.js'
import { traceRun } from '../../../backtest/run/replay/trace.js'
import { traceCsv, traceJson, traceTable } from '../../../report/model/trace/trace-text.js'
import { AppError } from '../../../core/errors.js'
import type { Manifest } from '../../../backtest/run/record/manifest.js'
import type { Workspace } from '../../workspace/compose.js'
import {
  isOn,
  numberOption,
  timeOption,
  type Amount,
  type Optional,
} from '../../options/options.js'
import { otherModelText } from './execution-model.js'
import { loadRunData, timedRun } from '../run-execution.js'
import { manifestOfRun } from '../../records/stored-manifest.js'
import { timed } from '../../strategy/guard/time-limit.js'
import { findRun, requestFrom } from './stored-run.js'

/** Which closes of a stored run are shown, and how. */
export type TraceOptions = Optional<{
  /** Open time of the first; the first at which strategies are asked where it is left out. */
  from: string
  candles: Amount
  csv: boolean
  json: boolean
}>

const CANDLES = 50
const CANDLES_MOST = 100_000

/**
 * Runs a stored run again up to the end of a window and shows what its strategies saw and said there.
 * @throws AppError UNKNOWN_RUN, USAGE for a portfolio, INVALID_TIME where no candle of the run is shown
 */
export async function trace(
  workspace: Workspace,
  reference: string,
  options: TraceOptions,
): Promise<string> {
  if (isOn(options, 'csv') && isOn(options, 'json')) {
    throw new AppError('USAGE', '--csv and --json are given both', { hint: 'name one of them' })
  }
  const limits = { min: 1, max: CANDLES_MOST, whole: true }
  const candles = numberOption(options, 'candles', limits) ?? CANDLES
  const from = timeOption(options, 'from') ?? null
  const run = await findRun(workspace, reference)
  const manifest = manifestOfRun(run)
  const request = await requestFrom(manifest, workspace.home.cache)
  const otherModel = otherModelText(run)
  if (otherModel !== null) workspace.output.log(`${otherModel}: it is traced by these rules`)
  const data = await loadRunData(workspace, request)
  const traced = timed(timedRun([request], [data]), () =>
    traceRun(backtestInput(request, data), { from, candles }),
  )
  if (traced.rows.length === 0) throw nothingShown(manifest)
  if (isOn(options, 'csv')) return traceCsv(traced)
  return isOn(options, 'json')
    ? `${JSON.stringify(traceJson(traced), null, 2)}\n`
    : `${traceTable(traced)}\n${nextLine(`assay report ${run.runId}`, 'the same in a chart')}\n`
}

function nothingShown({ from, to, decide_from: asked }: Manifest): AppError {
  const where = asked === null ? 'its strategies were never asked' : `they are asked from ${asked}`
  return new AppError('INVALID_TIME', `no candle of the run lies there: ${where}`, {
    hint: `give --from within the run, from ${from} to ${to}`,
  })
}
