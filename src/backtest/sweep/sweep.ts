import { createHash, type Hash } from 'node:crypto'
import { canonicalJson } from '../../core/canonical.js'
import type { Point, Search } from '../../core/search/search.js'
import { createSearch } from '../../core/search/methods.js'
import type { Chunk, ChunkResult, ChunkRunner } from './chunk.js'
import type { Field, TrialSettings } from './field.js'
import { METRIC_NAMES, type MetricRecord, type Objective } from './objective.js'
import type { SweepPlan } from './sweep-plan.js'

/** A trial with its result. */
export interface Trial extends TrialSettings {
  /** Place in the sweep, from 0. */
  readonly number: number
  readonly field: number
  readonly point: Point
  readonly result: TrialResult
  /** By each objective, higher is better; null where it has no value. */
  readonly scores: readonly (number | null)[]
}

export interface TrialResult {
  readonly runId: string
  /** Null for a failed trial, which has a message. */
  readonly metrics: MetricRecord | null
  readonly resultHash: string | null
  readonly message: string | null
  /** Where asked for; null for a failed trial. */
  readonly daily?: Float64Array | null
}

export interface SweepParts {
  readonly plan: SweepPlan
  readonly fields: readonly Field[]
  readonly objectives: readonly Objective[]
  readonly runner: ChunkRunner
  /** Whether the values at a point of a field go together. */
  allows(field: number, point: Point): boolean
  /**
   * The results of `count` trials from a number on that an earlier part of the sweep has stored;
   * undefined for those it has not. Asked by rising numbers.
   */
  stored?(first: number, count: number): Promise<readonly (TrialResult | undefined)[]>
  /** Takes trials in the order of their numbers; the sweep waits for it where it is slow. */
  take(trials: readonly Trial[]): Promise<void> | void
  readonly signal?: AbortSignal
}

export interface SweepOutcome {
  readonly trials: number
  readonly failed: number
  /** Trials that were evaluated now, times their candles. */
  readonly candleEvaluations: number
  /** Wall time of the evaluation. */
  readonly seconds: number
  /** SHA-256 over all trials in order; null for a sweep that was stopped. */
  readonly sweepHash: string | null
}

/** Candle evaluations that a chunk holds about: a tenth of a second of work. */
const CHUNK_CANDLES = 2_000_000
const CHUNK_POINTS_MAX = 512
/** Chunks given out for each one that can be worked on at once. */
const CHUNKS_AHEAD = 4

/** Goes through a plan: proposes, gives out, takes back in order. */
export async function runSweep(parts: SweepParts): Promise<SweepOutcome> {
  const run = new SweepRun(parts)
  const start = performance.now()
  for (let field = 0; field < parts.fields.length && !run.isStopped; field++) {
    await run.search(field)
  }
  await run.settle()
  return run.outcome((performance.now() - start) / 1000)
}

/** A chunk that is given out, with what is known of its trials. */
interface Batch {
  readonly chunk: Chunk
  readonly firstNumber: number
  readonly stored: readonly (TrialResult | undefined)[]
}

class SweepRun {
  private readonly parts: SweepParts
  private readonly hash: Hash = createHash('sha256')
  private readonly done = new Map<number, readonly Trial[]>()
  private readonly running = new Set<Promise<void>>()
  private chunkId = 0
  private nextId = 0
  private number = 0
  private taken = 0
  private failed = 0
  private evaluations = 0
  private taking: Promise<void> = Promise.resolve()
  private isGivenUp = false

  constructor(parts: SweepParts) {
    this.parts = parts
  }

  get isStopped(): boolean {
    return this.isGivenUp || this.parts.signal?.aborted === true
  }

  async search(field: number): Promise<void> {
    const { plan } = this.parts
    const search = this.searchOf(field)
    const isGuided = plan.method === 'tpe' || plan.method === 'genetic'
    for (;;) {
      const points = search.next()
      if (points.length === 0) return
      const trials = isGuided ? await this.evaluateAll(field, points) : []
      if (!isGuided) await this.giveOut(field, points)
      if (this.isStopped) return
      search.tell(points.map((_, k) => trials[k]?.scores[0] ?? null))
    }
  }

  /** Waits until everything that was given out is taken. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.race(this.running)
    await this.taking
  }

  outcome(seconds: number): SweepOutcome {
    return {
      trials: this.taken,
      failed: this.failed,
      candleEvaluations: this.evaluations,
      seconds,
      sweepHash: this.isStopped ? null : this.hash.digest('hex'),
    }
  }

  private searchOf(field: number): Search {
    const { parts } = this
    const { plan, fields } = parts
    return createSearch(plan.method, {
      space: fields[field]!.space,
      allows: point => parts.allows(field, point),
      trials: plan.trials ?? Infinity,
      seed: plan.seed,
      ...(plan.patience !== null && { patience: plan.patience }),
    })
  }

  private async evaluateAll(field: number, points: readonly Point[]): Promise<Trial[]> {
    const trials: Trial[] = []
    await this.giveOut(field, points, own => trials.push(...own))
    while (this.running.size > 0) await Promise.race(this.running)
    return trials.sort((a, b) => a.number - b.number)
  }

  private async giveOut(
    field: number,
    points: readonly Point[],
    onTrials?: (trials: readonly Trial[]) => void,
  ): Promise<void> {
    const size = this.chunkPoints(field, points.length)
    for (let k = 0; k < points.length && !this.isStopped; k += size) {
      const batch = await this.nextBatch(field, points.slice(k, k + size))
      const work = this.evaluate(batch).then(trials => onTrials?.(trials))
      const tracked = work.finally(() => this.running.delete(tracked))
      tracked.catch(() => undefined)
      this.running.add(tracked)
      await this.taking
      const most = this.parts.runner.width * CHUNKS_AHEAD
      while (this.running.size >= most) await Promise.race(this.running)
    }
  }

  /** Sets of one chunk: enough work to be worth sending, and chunks enough for every worker. */
  private chunkPoints(field: number, points: number): number {
    const { fields, runner } = this.parts
    const byWork = Math.ceil(CHUNK_CANDLES / fields[field]!.candles.length)
    const byShare = Math.ceil(points / (runner.width * 2))
    return Math.max(1, Math.min(CHUNK_POINTS_MAX, byWork, byShare))
  }

  private async nextBatch(field: number, points: readonly Point[]): Promise<Batch> {
    const firstNumber = this.number
    this.number += points.length
    const stored = (await this.parts.stored?.(firstNumber, points.length)) ?? []
    return { chunk: { id: this.chunkId++, field, points }, firstNumber, stored }
  }

  private async evaluate(batch: Batch): Promise<readonly Trial[]> {
    const { chunk, stored } = batch
    const missing = chunk.points.filter((_, k) => stored[k] === undefined)
    try {
      const result =
        missing.length === 0 ? null : await this.parts.runner.run({ ...chunk, points: missing })
      const { length } = this.parts.fields[chunk.field]!.candles
      this.evaluations += missing.length * length
      const trials = this.trialsOf(batch, result)
      this.done.set(chunk.id, trials)
      this.takeInOrder()
      return trials
    } catch (error) {
      this.isGivenUp = true
      throw error
    }
  }

  private takeInOrder(): void {
    for (; ; this.nextId++) {
      const trials = this.done.get(this.nextId)
      if (trials === undefined) return
      this.done.delete(this.nextId)
      for (const trial of trials) this.count(trial)
      this.taking = this.taking.then(() => this.parts.take(trials))
      this.taking.catch(() => (this.isGivenUp = true))
    }
  }

  private count({ number, field, template, params, result }: Trial): void {
    this.taken += 1
    if (result.metrics === null) this.failed += 1
    this.hash.update(
      canonicalJson({ number, field, template, params, result_hash: result.resultHash }),
    )
  }

  /** A set that was lost with its worker has no run id of its own making. */
  private resultOf(index: number, point: Point, result: TrialResult): TrialResult {
    if (result.runId !== '') return result
    const field = this.parts.fields[index]!
    return { ...result, runId: field.runIdOf(field.requestAt(point), null) }
  }

  private trialsOf(batch: Batch, result: ChunkResult | null): Trial[] {
    const { chunk, firstNumber, stored } = batch
    const { objectives, fields } = this.parts
    let at = 0
    return chunk.points.map((point, k) => {
      const settings = fields[chunk.field]!.settingsAt(point)
      const own = stored[k] ?? this.resultOf(chunk.field, point, resultAt(result!, at++))
      const scores = objectives.map(objective =>
        own.metrics === null ? null : objective.score(own.metrics, settings.params),
      )
      return {
        number: firstNumber + k,
        field: chunk.field,
        point,
        ...settings,
        result: own,
        scores,
      }
    })
  }
}

function resultAt(
  { metrics, runIds, resultHashes, messages, daily }: ChunkResult,
  k: number,
): TrialResult {
  const message = messages[k]!
  const width = METRIC_NAMES.length
  return {
    runId: runIds[k]!,
    metrics: message === null ? recordOf(metrics.subarray(k * width, (k + 1) * width)) : null,
    resultHash: resultHashes[k]!,
    message,
    ...(daily && { daily: message === null ? rowOf(daily, runIds.length, k) : null }),
  }
}

function rowOf(rows: Float64Array, count: number, k: number): Float64Array {
  const width = rows.length / count
  // A copy, so that a trial which is kept does not keep its whole chunk.
  return rows.slice(k * width, (k + 1) * width)
}

function recordOf(row: Float64Array): MetricRecord {
  const record: Record<string, number | null> = {}
  for (let m = 0; m < METRIC_NAMES.length; m++) {
    const value = row[m]!
    record[METRIC_NAMES[m]!] = Number.isNaN(value) ? null : value
  }
  return record
}
