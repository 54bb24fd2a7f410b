import type { KnownColumns } from '../../../core/engine/columns.js'
import { daysOf } from '../../../core/candles/days.js'
import { dailyReturns } from '../../../core/metrics/metrics.js'
import { Scratch } from '../../../core/fast/scratch.js'
import type { BacktestOutcome } from '../../run/replay/outcome.js'
import { createKernel } from '../../kernel/wasm-kernel.js'
import { METRIC_NAMES, writeMetrics } from '../expressions/objective.js'
import { resultHash } from '../../run/record/result-hash.js'
import type { Chunk, ChunkResult } from './chunk.js'
import { joinMisses, type TrialMisses } from './trial-misses.js'
import type { Field, Lent } from '../plan/field.js'
import type { Point } from '../../../core/search/search.js'
import type { HistoryMiss } from '../../../core/strategy/moment.js'

/** Where the columns of a field's indicators come from, by its index. */
export type ColumnSource = (field: number) => KnownColumns | undefined

interface BenchOptions {
  readonly wantsDaily?: boolean
  readonly copyBytes?: number
}

/** Evaluates chunks one trial after the other, in memory that it lends to each in turn. */
export class TrialBench {
  private readonly fields: readonly Field[]
  private readonly columns: ColumnSource
  private readonly wantsDaily: boolean
  private readonly lent: Lent

  /**
   * `wantsDaily`: results hold the daily returns of each trial too. `copyBytes`: what a kernel may take
   * for copies of the columns that it is given.
   */
  constructor(
    fields: readonly Field[],
    columns: ColumnSource = () => undefined,
    { wantsDaily = false, copyBytes = 0 }: BenchOptions = {},
  ) {
    this.lent = { scratch: new Scratch(), kernel: createKernel({ copyBytes }) }
    this.fields = fields
    this.columns = columns
    this.wantsDaily = wantsDaily
  }

  run({ id, field, points }: Chunk): ChunkResult {
    const width = METRIC_NAMES.length
    const result = {
      id,
      metrics: new Float64Array(points.length * width).fill(NaN),
      runIds: new Array<string>(points.length).fill(''),
      resultHashes: new Array<string | null>(points.length).fill(null),
      messages: new Array<string | null>(points.length).fill(null),
      ...(this.wantsDaily && {
        daily: new Float64Array(points.length * daysOf(this.fields[field]!.candles)).fill(NaN),
      }),
    }
    let misses: TrialMisses | undefined
    for (let k = 0; k < points.length; k++) {
      const first = this.runOne(field, points[k]!, k, result)
      if (first !== undefined) misses = joinMisses(misses, { trials: 1, first })
    }
    return misses === undefined ? result : { ...result, misses }
  }

  private runOne(
    index: number,
    point: Point,
    k: number,
    { metrics, runIds, resultHashes, messages, daily }: TrialColumns,
  ): HistoryMiss | undefined {
    const field = this.fields[index]!
    const request = field.requestAt(point)
    try {
      const outcome = field.run(request, this.lent, this.columns(index))
      writeMetrics(outcome.metrics, metrics, k * METRIC_NAMES.length)
      runIds[k] = field.runIdOf(request, outcome)
      resultHashes[k] = resultHash(outcome, { data: [field.dataHash], costs: request.costs })
      if (daily !== undefined)
        this.writeDaily(
          outcome,
          { capital: request.capital, timeframeMs: field.candles.timeframeMs },
          daily,
          k,
        )
      return outcome.historyMisses[0]
    } catch (error) {
      messages[k] = error instanceof Error ? error.message : String(error)
      runIds[k] = field.runIdOf(request, null)
      return undefined
    }
  }

  private writeDaily(
    { time, equity }: BacktestOutcome,
    { capital, timeframeMs }: { readonly capital: number; readonly timeframeMs: number },
    daily: Float64Array,
    k: number,
  ): void {
    const days = this.lent.scratch.days(time, timeframeMs)
    daily.set(dailyReturns({ time, equity, capital, timeframeMs, days }), k * days.length)
  }
}

type TrialColumns = Mutable<Omit<ChunkResult, 'misses'>>

type Mutable<T> = {
  readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K]
}
