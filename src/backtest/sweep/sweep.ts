import { createHash, type Hash } from 'node:crypto'
import type { Point, Search } from '../../core/search/search.js'
import { createSearch } from '../../core/search/methods.js'
import type { Chunk, ChunkResult, ChunkRunner } from './trials/chunk.js'
import { joinMisses, type TrialMisses } from './trials/trial-misses.js'
import { chunkPoints } from './trials/chunk-size.js'
import { withStored } from './trials/chunk-result.js'
import type { Field } from './plan/field.js'
import type { Objective } from './expressions/objective.js'
import { SettingsTexts } from './plan/settings-text.js'
import type { SweepPlan } from './plan/sweep-plan.js'
import type { TrialResult } from './trials/trial.js'
import { TrialBatch } from './trials/trial-batch.js'

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
  take(batch: TrialBatch): Promise<void> | void
  readonly signal?: AbortSignal
  /** The next points of a search; null where the user has stopped it. */
  readonly propose?: (search: Search) => readonly Point[] | null
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
  /** Trials evaluated now whose strategy read before the first candle; null where none did. */
  readonly misses: TrialMisses | null
}

/** Chunks given out for each one that can be worked on at once. */
const CHUNKS_AHEAD = 4

/** Goes through a plan: proposes, gives out, takes back in order. */
export async function runSweep(parts: SweepParts): Promise<SweepOutcome> {
  const run = new SweepRun(parts)
  for (let field = 0; field < parts.fields.length && !run.isStopped; field++) {
    await run.search(field)
  }
  await run.settle()
  return run.outcome()
}

/** A chunk that is given out, with what is known of its trials. */
interface Given {
  readonly chunk: Chunk
  readonly firstNumber: number
  readonly stored: readonly (TrialResult | undefined)[]
}

class SweepRun {
  private readonly parts: SweepParts
  private readonly hash: Hash = createHash('sha256')
  private readonly texts: readonly SettingsTexts[]
  private readonly done = new Map<number, TrialBatch>()
  private readonly running = new Set<Promise<void>>()
  private readonly begun = performance.now()
  private chunkId = 0
  private nextId = 0
  private number = 0
  private taken = 0
  private failed = 0
  private evaluations = 0
  private misses: TrialMisses | undefined
  private taking: Promise<void> = Promise.resolve()
  private isGivenUp = false
  private isInterrupted = false

  constructor(parts: SweepParts) {
    this.parts = parts
    this.texts = parts.fields.map(field => new SettingsTexts(field))
  }

  get isStopped(): boolean {
    return this.isGivenUp || this.isInterrupted || this.parts.signal?.aborted === true
  }

  async search(field: number): Promise<void> {
    const { plan } = this.parts
    const search = this.searchOf(field)
    const isGuided = plan.method === 'tpe' || plan.method === 'genetic'
    for (;;) {
      const points = this.proposed(search)
      if (points.length === 0) return
      const scores = isGuided ? await this.scoresOf(field, points) : []
      if (!isGuided) await this.giveOut(field, points)
      if (this.isStopped) return
      search.tell(points.map((_, k) => scores[k] ?? null))
    }
  }

  /** Waits until everything that was given out is taken. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.race(this.running)
    await this.taking
  }

  outcome(): SweepOutcome {
    return {
      trials: this.taken,
      failed: this.failed,
      candleEvaluations: this.evaluations,
      seconds: (performance.now() - this.begun) / 1000,
      sweepHash: this.isStopped ? null : this.hash.digest('hex'),
      misses: this.misses ?? null,
    }
  }

  private proposed(search: Search): readonly Point[] {
    const { propose } = this.parts
    const points = propose === undefined ? search.next() : propose(search)
    if (points === null) this.isInterrupted = true
    return points ?? []
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

  private async scoresOf(field: number, points: readonly Point[]): Promise<(number | null)[]> {
    const batches: TrialBatch[] = []
    await this.giveOut(field, points, batch => batches.push(batch))
    while (this.running.size > 0) await Promise.race(this.running)
    return batches
      .sort((a, b) => a.first - b.first)
      .flatMap(batch => Array.from({ length: batch.count }, (_, k) => batch.scoreOf(k)))
  }

  private async giveOut(
    field: number,
    points: readonly Point[],
    onBatch?: (batch: TrialBatch) => void,
  ): Promise<void> {
    let size = 0
    for (let k = 0; k < points.length && !this.isStopped; k += size) {
      size = this.chunkPoints(field, points.length)
      const given = await this.nextGiven(field, points.slice(k, k + size))
      const work = this.evaluate(given).then(batch => onBatch?.(batch))
      const tracked = work.finally(() => this.running.delete(tracked))
      tracked.catch(() => undefined)
      this.running.add(tracked)
      await this.taking
      const most = this.parts.runner.width * CHUNKS_AHEAD
      while (this.running.size >= most) await Promise.race(this.running)
    }
  }

  private chunkPoints(field: number, points: number): number {
    const { fields, runner } = this.parts
    const seconds = (performance.now() - this.begun) / 1000
    const pace = { evaluations: this.evaluations, seconds, workers: runner.width }
    return chunkPoints(pace, { candles: fields[field]!.candles.length, points })
  }

  private async nextGiven(field: number, points: readonly Point[]): Promise<Given> {
    const firstNumber = this.number
    this.number += points.length
    const stored = (await this.parts.stored?.(firstNumber, points.length)) ?? []
    return { chunk: { id: this.chunkId++, field, points }, firstNumber, stored }
  }

  private async evaluate(given: Given): Promise<TrialBatch> {
    const { chunk, stored } = given
    const missing = chunk.points.filter((_, k) => stored[k] === undefined)
    try {
      const result =
        missing.length === 0 ? null : await this.parts.runner.run({ ...chunk, points: missing })
      const { length } = this.parts.fields[chunk.field]!.candles
      this.evaluations += missing.length * length
      const batch = this.batchOf(given, result)
      this.done.set(chunk.id, batch)
      this.takeInOrder()
      return batch
    } catch (error) {
      this.isGivenUp = true
      throw error
    }
  }

  private batchOf(
    { chunk, firstNumber: first, stored }: Given,
    fresh: ChunkResult | null,
  ): TrialBatch {
    const { objectives, fields } = this.parts
    const field = fields[chunk.field]!
    const isWhole = fresh?.runIds.length === chunk.points.length
    const known = isWhole ? fresh : withStored(chunk.id, stored, fresh)
    const result = identified(known, chunk.points, field)
    const texts = this.texts[chunk.field]!
    return new TrialBatch({ first, chunk, result, field, texts, objectives })
  }

  private takeInOrder(): void {
    for (; ; this.nextId++) {
      const batch = this.done.get(this.nextId)
      if (batch === undefined) return
      this.done.delete(this.nextId)
      this.count(batch)
      this.taking = this.taking.then(() => this.parts.take(batch))
      this.taking.catch(() => (this.isGivenUp = true))
    }
  }

  /** Adds trials to the sum, as the canonical JSON of `{ number, field, template, params, result_hash }`. */
  private count(batch: TrialBatch): void {
    const { first, field, params, result } = batch
    let text = ''
    for (let k = 0; k < batch.count; k++) {
      if (batch.isFailed(k)) this.failed += 1
      const hash = JSON.stringify(result.resultHashes[k]!)
      const template = JSON.stringify(batch.templateOf(k))
      text += `{"field":${field},"number":${first + k},"params":${params[k]!},"result_hash":${hash},"template":${template}}`
    }
    this.taken += batch.count
    this.misses = joinMisses(this.misses, result.misses)
    this.hash.update(text)
  }
}

/** A set that was lost with its worker has no run id of its own making. */
function identified(result: ChunkResult, points: readonly Point[], field: Field): ChunkResult {
  if (!result.runIds.includes('')) return result
  const runIds = result.runIds.map((runId, k) =>
    runId === '' ? field.runIdOf(field.requestAt(points[k]!), null) : runId,
  )
  return { ...result, runIds }
}
