import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChunkRunner } from '../backtest/sweep/chunk.js'
import { shareFields, splitMemory } from '../backtest/sweep/shared-field.js'
import type { SweepPlan } from '../backtest/sweep/sweep-plan.js'
import { createThreadRunner } from '../backtest/sweep/thread-runner.js'
import { contentHash } from '../backtest/result-hash.js'
import { PACKAGE_ROOT } from '../data/package-root.js'
import type { Workspace } from './compose.js'
import type { Flags } from './flags.js'
import { readResources, type OpenSweep } from './sweep-input.js'
import type { SweepWorkerData } from './sweep-worker.js'
import { limitFlag } from './time-limit.js'

/** Workers on other machines, by Redis. @throws AppError USAGE, REDIS_AWAY */
export async function queueRunner(
  { output, home }: Workspace,
  plan: SweepPlan,
  signal: AbortSignal,
): Promise<ChunkRunner> {
  const { sharedServers } = await import('./queue-connection.js')
  const { createQueueRunner } = await import('./queue-runner.js')
  const { redisUrl } = sharedServers(home, 'a distributed sweep')
  const sweepId = contentHash(plan).slice(0, 16)
  return createQueueRunner({ redisUrl, sweepId, plan, signal, log: text => output.log(text) })
}

/** Threads of this process. */
export function threadRunner(
  { output, home }: Workspace,
  { plan, data, wantsDaily = false }: OpenSweep,
  flags: Flags,
): ChunkRunner {
  const { workers, bytes } = readResources(flags)
  const { columnBytes, copyBytes } = splitMemory(bytes, workers)
  const fields = shareFields(data, columnBytes)
  const limitMs = limitFlag(flags)
  const workerData: SweepWorkerData = {
    plan,
    fields,
    folder: home.cache,
    copyBytes,
    limitMs,
    wantsDaily,
  }
  return createThreadRunner({
    workers,
    script: pathToFileURL(join(PACKAGE_ROOT, 'dist', 'sweep-worker.js')),
    workerData,
    onDeath: message => output.log(message),
  })
}
