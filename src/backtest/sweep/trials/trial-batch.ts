import type { Point } from '../../../core/search/search.js'
import type { Chunk, ChunkResult } from './chunk.js'
import type { Field } from '../plan/field.js'
import {
  METRIC_NAMES,
  RULE_METRICS,
  type MetricRecord,
  type Objective,
} from '../expressions/objective.js'
import type { SettingsTexts } from '../plan/settings-text.js'
import type { Trial } from './trial.js'

const WIDTH = METRIC_NAMES.length

export interface BatchParts {
  /** Number of the first trial. */
  readonly first: number
  readonly chunk: Chunk
  /** Of all points of the chunk. */
  readonly result: ChunkResult
  readonly field: Field
  readonly texts: SettingsTexts
  readonly objectives: readonly Objective[]
}

/**
 * The trials of a chunk with their results, side by side as they came: a sweep has a million of
 * them, and few are looked at as a whole.
 */
export class TrialBatch {
  readonly first: number
  readonly count: number
  /** Index of the field in the plan. */
  readonly field: number
  readonly points: readonly Point[]
  /** Parameters as canonical JSON. */
  readonly params: readonly string[]
  readonly result: ChunkResult
  private readonly source: Field
  private readonly texts: SettingsTexts
  private readonly objectives: number
  /** One objective after the other, NaN for null. */
  private readonly scores: Float64Array

  constructor({ first, chunk, result, field, texts, objectives }: BatchParts) {
    this.first = first
    this.count = chunk.points.length
    this.field = chunk.field
    this.points = chunk.points
    this.result = result
    this.source = field
    this.texts = texts
    this.params = chunk.points.map(point => texts.paramsAt(point))
    this.objectives = objectives.length
    this.scores = new Float64Array(objectives.length * this.count).fill(NaN)
    this.judge(objectives)
  }

  isFailed(k: number): boolean {
    return this.result.messages[k] !== null
  }

  /** By the objective of an index, higher is better; null where it has no value. */
  scoreOf(k: number, objective = 0): number | null {
    return objective < this.objectives ? nullable(this.scores[objective * this.count + k]!) : null
  }

  /** Null where the metric has no value. */
  metricOf(k: number, name: string): number | null {
    const m = PLACES.get(name)!
    return nullable(this.result.metrics[k * WIDTH + m]!)
  }

  templateOf(k: number): string | null {
    return this.texts.templateAt(this.points[k]!)
  }

  /** A trial as a whole, which keeps nothing of the others alive. */
  trialAt(k: number): Trial {
    const { runIds, resultHashes, messages, daily } = this.result
    const isFailed = this.isFailed(k)
    const width = (daily?.length ?? 0) / this.count
    return {
      number: this.first + k,
      field: this.field,
      point: this.points[k]!,
      ...this.source.settingsAt(this.points[k]!),
      result: {
        runId: runIds[k]!,
        metrics: isFailed ? null : this.recordOf(k),
        resultHash: resultHashes[k]!,
        message: messages[k]!,
        ...(daily && { daily: isFailed ? null : daily.slice(k * width, (k + 1) * width) }),
      },
      scores: Array.from({ length: this.objectives }, (_, m) => this.scoreOf(k, m)),
    }
  }

  private recordOf(k: number): MetricRecord {
    return Object.fromEntries(METRIC_NAMES.map(name => [name, this.metricOf(k, name)]))
  }

  private judge(objectives: readonly Objective[]): void {
    const read = namesOf(objectives)
    const record: Record<string, number | null> = {}
    for (let k = 0; k < this.count; k++) {
      if (this.isFailed(k)) continue
      for (const name of read ?? []) record[name] = this.metricOf(k, name)
      // What a user's function is given is its own: it may keep it.
      const metrics = read === null ? this.recordOf(k) : record
      const params = read === null ? this.source.settingsAt(this.points[k]!).params : {}
      for (let m = 0; m < objectives.length; m++) {
        this.scores[m * this.count + k] = objectives[m]!.score(metrics, params) ?? NaN
      }
    }
  }
}

const PLACES: ReadonlyMap<string, number> = new Map(METRIC_NAMES.map((name, m) => [name, m]))

/** The metrics that objectives read; null where that is not known. */
function namesOf(objectives: readonly Objective[]): readonly string[] | null {
  const names = new Set<string>(RULE_METRICS)
  for (const objective of objectives) {
    if (objective.names === null) return null
    for (const name of objective.names) names.add(name)
  }
  return [...names]
}

function nullable(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
