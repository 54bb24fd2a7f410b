import type { KnownColumns } from '../../core/columns.js'
import { Scratch } from '../../core/scratch.js'
import { createKernel } from '../kernel/wasm-kernel.js'
import { metricRow, METRIC_NAMES } from './objective.js'
import { resultHash } from '../result-hash.js'
import type { Chunk, ChunkResult } from './chunk.js'
import type { Field } from './field.js'
import type { Point } from '../../core/search/search.js'

/** Where the columns of a field's indicators come from, by its index. */
export type ColumnSource = (field: number) => KnownColumns | undefined

/** Evaluates chunks one trial after the other, in memory that it lends to each in turn. */
export class TrialBench {
  private readonly fields: readonly Field[]
  private readonly columns: ColumnSource
  private readonly lent = { scratch: new Scratch(), kernel: createKernel() }

  constructor(fields: readonly Field[], columns: ColumnSource = () => undefined) {
    this.fields = fields
    this.columns = columns
  }

  run({ id, field, points }: Chunk): ChunkResult {
    const width = METRIC_NAMES.length
    const result = {
      id,
      metrics: new Float64Array(points.length * width).fill(NaN),
      runIds: new Array<string>(points.length).fill(''),
      resultHashes: new Array<string | null>(points.length).fill(null),
      messages: new Array<string | null>(points.length).fill(null),
    }
    points.forEach((point, k) => this.runOne(field, point, k, result))
    return result
  }

  private runOne(
    index: number,
    point: Point,
    k: number,
    { metrics, runIds, resultHashes, messages }: Mutable<ChunkResult>,
  ): void {
    const field = this.fields[index]!
    const request = field.requestAt(point)
    try {
      const outcome = field.run(request, this.lent, this.columns(index))
      metrics.set(metricRow(outcome.metrics), k * METRIC_NAMES.length)
      runIds[k] = field.runIdOf(request, outcome)
      resultHashes[k] = resultHash(outcome)
    } catch (error) {
      messages[k] = error instanceof Error ? error.message : String(error)
      runIds[k] = field.runIdOf(request, null)
    }
  }
}

type Mutable<T> = {
  readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K]
}
