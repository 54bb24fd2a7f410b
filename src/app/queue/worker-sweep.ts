import { counted } from '../../core/number-format.js'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Chunk, ChunkResult, ChunkRunner } from '../../backtest/sweep/trials/chunk.js'
import type { Field } from '../../backtest/sweep/plan/field.js'
import type { FieldPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import type { RunData } from '../../backtest/run/record/run-request.js'
import { AppError } from '../../core/errors.js'
import { ENGINE_VERSION } from '../../core/version.js'
import type { Workspace } from '../workspace/compose.js'
import { parsePackage, type SweepPackage } from './queue-package.js'
import { openWorkerFolder } from './worker-folder.js'
import { changedReferences } from '../backtest/references.js'
import { loadRunData } from '../backtest/run-execution.js'
import { requestFrom } from '../backtest/stored/stored-run.js'
import { shippedFile } from '../strategy/strategy-file.js'
import { openFields } from '../sweep/input/sweep-fields.js'
import { sweepThreads, type ThreadResources } from '../sweep/threads/sweep-threads.js'

/** A sweep as a worker has it open: its candles verified, its threads ready. */
export interface WorkerSweep {
  /** What it goes over, in words. */
  readonly title: string
  /** @throws AppError WORKER_FAILED for a chunk that does not lie in the sweep */
  run(chunk: Chunk): Promise<ChunkResult>
  close(): Promise<void>
}

/** Where workers keep the strategies of sweeps that they have open. */
export function workerFolders({ home }: Workspace): string {
  return join(home.cache, 'worker')
}

/**
 * Opens the sweep of a package: candles from the shared database, strategies from the package.
 * @throws AppError WORKER_FAILED where anything differs from what the sweep began with
 */
export async function openSweep(
  workspace: Workspace,
  text: string,
  resources: ThreadResources,
): Promise<WorkerSweep> {
  const { plan, files } = parsePackage(text)
  for (const { base } of plan.fields) refuseOtherProgram(base)
  const hash = createHash('sha256').update(text).digest('hex')
  const folder = join(
    workerFolders(workspace),
    `${hash.slice(0, 16)}-${process.pid}-${randomBytes(4).toString('hex')}`,
  )
  const remove = openWorkerFolder(folder)
  try {
    layOut(files, folder)
    const data: RunData[] = []
    for (const field of plan.fields) data.push(await loadVerified(workspace, field, folder))
    const fields = await openFields(plan, data, folder)
    fields.forEach((field, k) => refuseOtherSource(field, plan.fields[k]!))
    const runner = sweepThreads({ plan, data, folder, limitMs: null }, resources, message =>
      workspace.output.log(message),
    )
    const close = (): Promise<void> => runner.close().finally(remove)
    return opened(fields, runner, close)
  } catch (error) {
    remove()
    throw error
  }
}

function opened(
  fields: readonly Field[],
  runner: ChunkRunner,
  close: () => Promise<void>,
): WorkerSweep {
  return {
    title: fields.map(titleOf).join(', '),
    run: async chunk => {
      refuseOtherChunk(chunk, fields)
      return runner.run(chunk)
    },
    close,
  }
}

function titleOf({ strategy, base, candles }: Field): string {
  return `${strategy.strategy.name} on ${base.symbol} ${base.timeframe} (${counted(candles.length, 'candle')})`
}

/** Puts shipped files where the loader of strategies looks for them first. */
function layOut(files: SweepPackage['files'], folder: string): void {
  for (const { path, code } of files) {
    const file = shippedFile(path, folder)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, code)
  }
}

function refuseOtherProgram({
  engine_version: engine,
  node_version: node,
}: FieldPlan['base']): void {
  if (engine !== ENGINE_VERSION) {
    throw refusal(`the sweep is of Assay ${engine}, this is Assay ${ENGINE_VERSION}`)
  }
  const own = process.versions.node
  if (node === own) return
  throw refusal(
    `the sweep runs on Node ${node}, this is Node ${own}, whose Math functions may differ in the last bit`,
  )
}

async function loadVerified(
  workspace: Workspace,
  { base }: FieldPlan,
  folder: string,
): Promise<RunData> {
  const data = await loadRunData(workspace, await requestFrom(base, folder))
  refuseOtherCandles(`${base.symbol} ${base.timeframe}`, base.data.hash, data.main.hash)
  if (base.detail !== null) {
    const { timeframe, hash } = base.detail
    refuseOtherCandles(`${base.symbol} ${timeframe}`, hash, data.detail?.hash ?? '')
  }
  const [other] = changedReferences(base, data)
  if (other !== undefined) throw refusal(`${other} differ from those that the sweep began with`)
  return data
}

function refuseOtherCandles(what: string, wanted: string, found: string): void {
  if (wanted === found) return
  throw refusal(
    `the candles of ${what} differ: the sweep has ${wanted.slice(0, 12)}, the database of the worker ${found.slice(0, 12)}`,
  )
}

function refuseOtherSource({ strategy }: Field, { base }: FieldPlan): void {
  const { name, source_hash: wanted } = base.strategies[0]!
  if (strategy.strategy.name === name && strategy.sourceHash === wanted) return
  throw refusal(
    `the source of ${name} differs: the sweep has ${wanted.slice(0, 12)}, the worker ${strategy.sourceHash.slice(0, 12)}`,
  )
}

function refuseOtherChunk({ field, points }: Chunk, fields: readonly Field[]): void {
  const dimensions = fields[field]?.space.dimensions
  const isInside = points.every(
    point =>
      point.length === dimensions?.length &&
      point.every((index, d) => index < dimensions[d]!.count),
  )
  if (!isInside) throw refusal('a chunk does not lie in the space of its sweep')
}

function refusal(problem: string): AppError {
  return new AppError('WORKER_FAILED', problem)
}
