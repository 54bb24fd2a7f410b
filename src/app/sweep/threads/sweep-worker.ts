import { parentPort, workerData } from 'node:worker_threads'
import type { Chunk } from '../../../backtest/sweep/trials/chunk.js'
import { storedColumns, type SharedField } from '../../../backtest/sweep/threads/shared-field.js'
import type { SweepPlan } from '../../../backtest/sweep/plan/sweep-plan.js'
import { TrialBench } from '../../../backtest/sweep/trials/trial-bench.js'
import { openFields } from '../input/sweep-fields.js'
import { setCallLimit } from '../../workspace/call-limit.js'
import { usualLimitMs } from '../../strategy/guard/time-limit.js'
import { TimedBench } from './timed-bench.js'

/** What a thread of a sweep is given: the plan, and the candles in shared memory. */
export interface SweepWorkerData {
  readonly plan: SweepPlan
  readonly fields: readonly SharedField[]
  /** Where compiled strategy files are kept. */
  readonly folder: string
  /** What a thread may take for copies of indicator columns beside its loop. */
  readonly copyBytes: number
  /** How long one set may take, milliseconds; null for the usual limit. */
  readonly limitMs: number | null
  /** How long a strategy file may take to load, and one call of its check, milliseconds. */
  readonly callMs: number
  /** Whether results hold the daily returns of each trial. */
  readonly wantsDaily?: boolean
}

/**
 * A thread of a sweep: chunks in, results out. It listens before anything is awaited, for Deno drops
 * the messages that come before there is a listener; Node keeps them.
 */
function work({
  plan,
  fields,
  folder,
  copyBytes,
  limitMs,
  callMs,
  wantsDaily = false,
}: SweepWorkerData): Promise<unknown> {
  setCallLimit(String(callMs / 1000))
  const data = fields.map(field => field.data)
  const opened = openFields(plan, data, folder).then(open => {
    const limits = open.map(({ candles }) => limitMs ?? usualLimitMs(candles.length))
    const bench = new TrialBench(open, storedColumns(fields), { wantsDaily, copyBytes })
    return new TimedBench(bench, limits)
  })
  parentPort!.on('message', (chunk: Chunk) => {
    void opened.then(bench => {
      const result = bench.run(chunk)
      const moved = [result.metrics, ...(result.daily ? [result.daily] : [])]
      parentPort!.postMessage(
        result,
        moved.map(({ buffer }) => buffer as ArrayBuffer),
      )
    })
  })
  return opened
}

await work(workerData as SweepWorkerData)
