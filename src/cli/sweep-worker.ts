import { parentPort, workerData } from 'node:worker_threads'
import type { Chunk } from '../backtest/sweep/chunk.js'
import { storedColumns, type SharedField } from '../backtest/sweep/shared-field.js'
import type { SweepPlan } from '../backtest/sweep/sweep-plan.js'
import { TrialBench } from '../backtest/sweep/trial-bench.js'
import { openFields } from './sweep-fields.js'

/** What a thread of a sweep is given: the plan, and the candles in shared memory. */
export interface SweepWorkerData {
  readonly plan: SweepPlan
  readonly fields: readonly SharedField[]
  /** Where compiled strategy files are kept. */
  readonly folder: string
}

/** A thread of a sweep: chunks in, results out. */
async function work({ plan, fields, folder }: SweepWorkerData): Promise<void> {
  const data = fields.map(field => field.data)
  const bench = new TrialBench(await openFields(plan, data, folder), storedColumns(fields))
  parentPort!.on('message', (chunk: Chunk) => {
    const result = bench.run(chunk)
    parentPort!.postMessage(result, [result.metrics.buffer as ArrayBuffer])
  })
}

await work(workerData as SweepWorkerData)
