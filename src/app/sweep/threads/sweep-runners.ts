import type { ChunkRunner } from '../../../backtest/sweep/trials/chunk.js'
import type { SweepPlan } from '../../../backtest/sweep/plan/sweep-plan.js'
import { contentHash } from '../../../backtest/run/record/result-hash.js'
import { readResources } from '../input/resources.js'
import type { Workspace } from '../../workspace/compose.js'
import { timeLimitOption } from '../../options/options.js'
import type { EvaluationOptions } from '../input/search-options.js'
import { type OpenSweep } from '../input/sweep-input.js'
import { sweepThreads } from './sweep-threads.js'

/** Workers on other machines, by Redis. @throws AppError USAGE, REDIS_AWAY */
export async function queueRunner(
  workspace: Workspace,
  plan: SweepPlan,
  signal: AbortSignal,
): Promise<ChunkRunner> {
  const { output, home } = workspace
  const { sharedServers } = await import('../../queue/queue-connection.js')
  const { createQueueRunner } = await import('../../queue/queue-runner.js')
  const { redisUrl } = sharedServers(home, 'a distributed sweep')
  const sweepId = contentHash(plan).slice(0, 16)
  const { readQueueKey } = await import('../../../data/store/queue-key.js')
  const key = await readQueueKey(await workspace.database())
  return createQueueRunner({ redisUrl, sweepId, plan, key, signal, log: text => output.log(text) })
}

/** Threads of this process. */
export function threadRunner(
  { output, home }: Workspace,
  { plan, data, wantsDaily = false }: OpenSweep,
  options: EvaluationOptions,
): ChunkRunner {
  const { workers, bytes } = readResources(options)
  return sweepThreads(
    { plan, data, folder: home.cache, limitMs: timeLimitOption(options), wantsDaily },
    { threads: workers, bytes },
    message => output.log(message),
  )
}
