import type { ChunkRunner } from '../backtest/sweep/trials/chunk.js'
import type { SweepPlan } from '../backtest/sweep/plan/sweep-plan.js'
import { contentHash } from '../backtest/run/result-hash.js'
import type { Workspace } from '../app/workspace/compose.js'
import { limitFlag, type Flags } from './flags.js'
import { readResources, type OpenSweep } from './sweep-input.js'
import { sweepThreads } from '../app/sweep/sweep-threads.js'

/** Workers on other machines, by Redis. @throws AppError USAGE, REDIS_AWAY */
export async function queueRunner(
  { output, home }: Workspace,
  plan: SweepPlan,
  signal: AbortSignal,
): Promise<ChunkRunner> {
  const { sharedServers } = await import('../app/queue/queue-connection.js')
  const { createQueueRunner } = await import('../app/queue/queue-runner.js')
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
  return sweepThreads(
    { plan, data, folder: home.cache, limitMs: limitFlag(flags), wantsDaily },
    { threads: workers, bytes },
    message => output.log(message),
  )
}
