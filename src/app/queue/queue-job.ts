import { z } from 'zod'
import type { Chunk, ChunkResult } from '../../backtest/sweep/trials/chunk.js'
import { METRIC_NAMES } from '../../backtest/sweep/expressions/objective.js'
import { AppError } from '../../core/errors.js'

const index = z.int().min(0)

const jobSchema = z.strictObject({
  /** Names the package of the sweep. */
  sweep: z.string().regex(/^[0-9a-f]{1,64}-[0-9a-f]{8}$/),
  chunk: z.strictObject({
    id: index,
    field: index,
    points: z.array(z.array(index).max(1_000)).min(1).max(100_000),
  }),
  /** Whether the worker may run nothing beside it, so that its death has one cause. */
  alone: z.boolean(),
})

/** A chunk as it stands in the queue. */
export interface ChunkJob {
  readonly sweep: string
  readonly chunk: Chunk
  readonly alone: boolean
}

const resultSchema = z.strictObject({
  metrics: z.base64(),
  run_ids: z.array(z.string()),
  result_hashes: z.array(z.string().nullable()),
  messages: z.array(z.string().nullable()),
  misses: z
    .strictObject({
      trials: index,
      first: z.strictObject({
        strategy: z.string(),
        view: z.string(),
        ago: z.number(),
        history: index,
        time: z.number(),
        reads: index,
      }),
    })
    .optional(),
})

/** What a job holds. @throws AppError WORKER_FAILED for anything that no coordinator has written */
export function parseJob(data: unknown): ChunkJob {
  const parsed = jobSchema.safeParse(data)
  if (parsed.success) return parsed.data
  throw new AppError('WORKER_FAILED', `a job holds no chunk: ${z.prettifyError(parsed.error)}`)
}

/** A result as the return value of its job: the doubles bit by bit, so that NaN stays NaN. */
export function encodeResult(result: ChunkResult): z.infer<typeof resultSchema> {
  const { buffer, byteOffset, byteLength } = result.metrics
  return {
    metrics: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    run_ids: [...result.runIds],
    result_hashes: [...result.resultHashes],
    messages: [...result.messages],
    ...(result.misses && { misses: result.misses }),
  }
}

/** The result of a chunk from the return value of its job; null where it is not one. */
export function decodeResult({ id, points }: Chunk, value: unknown): ChunkResult | null {
  const parsed = resultSchema.safeParse(value)
  if (!parsed.success) return null
  const { run_ids: runIds, result_hashes: resultHashes, messages, misses } = parsed.data
  const bytes = new Uint8Array(Buffer.from(parsed.data.metrics, 'base64'))
  const { length } = points
  const isWhole =
    bytes.length === length * METRIC_NAMES.length * 8 &&
    [runIds, resultHashes, messages].every(list => list.length === length)
  if (!isWhole) return null
  const lists = { runIds, resultHashes, messages }
  return { id, metrics: new Float64Array(bytes.buffer), ...lists, ...(misses && { misses }) }
}
