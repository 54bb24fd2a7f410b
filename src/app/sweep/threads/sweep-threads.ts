import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChunkRunner } from '../../../backtest/sweep/trials/chunk.js'
import type { RunData } from '../../../backtest/run/record/run-request.js'
import { shareFields } from '../../../backtest/sweep/threads/shared-field.js'
import { createThreadRunner } from '../../../backtest/sweep/threads/thread-runner.js'
import { PACKAGE_ROOT } from '../../../data/files/package-root.js'
import { callLimitMs } from '../../strategy/time-limit.js'
import type { SweepWorkerData } from './sweep-worker.js'

/** What threads work on: a plan, the candles of its fields, and what a set may take. */
export interface ThreadWork extends Omit<SweepWorkerData, 'fields' | 'copyBytes' | 'callMs'> {
  readonly data: readonly RunData[]
}

export interface ThreadResources {
  readonly threads: number
  /** For indicator columns: half for those that are shared, half for the copies that threads keep. */
  readonly bytes: number
}

/** Threads of this process. `log` is told of those that die. */
export function sweepThreads(
  { data, ...work }: ThreadWork,
  { threads, bytes }: ThreadResources,
  log: (text: string) => void,
): ChunkRunner {
  const fields = shareFields(data, bytes / 2)
  const own = { copyBytes: bytes / 2 / threads, callMs: callLimitMs() }
  const workerData: SweepWorkerData = { ...work, ...own, fields }
  return createThreadRunner({
    workers: threads,
    script: pathToFileURL(join(PACKAGE_ROOT, 'dist', 'sweep-worker.js')),
    workerData,
    onDeath: log,
  })
}
