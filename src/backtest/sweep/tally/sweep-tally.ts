import type { Dimension } from '../../../core/search/search.js'
import { plateauScores } from '../../../core/search/plateau.js'
import { paretoFront } from '../../../core/search/pareto.js'
import { AxisPlaces } from './axis-places.js'
import type { Field } from '../plan/field.js'
import { Axis, HeatGrid } from './heat-grid.js'
import { EvenSample, Leaders } from './leaders.js'
import { NumberColumn } from './number-column.js'
import { PointList } from './point-list.js'
import type { MetricRecord } from '../expressions/objective.js'
import type { HeatMap, PageTrial, Spread, TrialGroup } from './sweep-page-data.js'
import { TEMPLATE, type SweepPlan } from '../plan/sweep-plan.js'
import type { Trial } from '../trials/trial.js'
import type { TrialBatch } from '../trials/trial-batch.js'

const LEADERS_MAX = 1500
const SAMPLE_MAX = 1500
const AXES_IN_PAIRS_MAX = 6
/** Trials up to which neighbours are looked for. */
const PLATEAU_MAX = 200_000
const HISTOGRAM_CELLS = 40

/** Gathers what the page and the summary of a sweep show, without keeping its trials. */
export class SweepTally {
  readonly leaders = new Leaders(LEADERS_MAX)
  readonly axes: readonly Axis[]
  profitable = 0
  trials = 0
  private readonly fields: readonly Field[]
  private readonly labels: readonly string[]
  private readonly grids: readonly HeatGrid[]
  private readonly sample = new EvenSample(SAMPLE_MAX)
  /** Null where all trials would be one. */
  private readonly groups: Map<string, Group> | null
  private readonly scores = new NumberColumn()
  /** For each further objective its scores, NaN for null. */
  private readonly others: readonly NumberColumn[]
  /** Of the trials whose neighbours may be looked for. */
  private readonly points = new PointList()
  private readonly fieldOf = new NumberColumn()
  private readonly places: readonly AxisPlaces[]
  private readonly place: Int32Array

  constructor(plan: SweepPlan, fields: readonly Field[]) {
    this.fields = fields
    this.labels = fieldLabels(fields)
    this.axes = axesOf(fields)
    this.grids = pairsOf(Math.min(this.axes.length, AXES_IN_PAIRS_MAX)).map(
      ([x, y]) => new HeatGrid(this.axes, x, y),
    )
    this.others = plan.objectives.slice(1).map(() => new NumberColumn())
    this.places = fields.map(field => new AxisPlaces(field, this.axes))
    this.place = new Int32Array(this.axes.length)
    const isOne = fields.length === 1 && !this.axes.some(({ name }) => name === TEMPLATE)
    this.groups = isOne ? null : new Map()
  }

  add(batch: TrialBatch): void {
    for (let k = 0; k < batch.count; k++) this.addOne(batch, k)
  }

  private addOne(batch: TrialBatch, k: number): void {
    const score = batch.scoreOf(k)
    if (this.trials < PLATEAU_MAX) {
      this.points.push(this.fields[batch.field]!.space, batch.points[k]!)
      this.fieldOf.push(batch.field)
    }
    this.trials += 1
    this.leaders.add(batch, k)
    this.sample.add(batch, k)
    this.scores.push(score ?? NaN)
    for (let m = 0; m < this.others.length; m++) {
      this.others[m]!.push(batch.scoreOf(k, m + 1) ?? NaN)
    }
    if (batch.isFailed(k)) return
    if ((batch.metricOf(k, 'total_return') ?? 0) > 0) this.profitable += 1
    this.groupOf(batch, k)?.add(batch, k)
    if (this.grids.length === 0) return
    this.places[batch.field]!.read(batch.points[k]!, this.place)
    for (const grid of this.grids) grid.add(this.place, finite(score))
  }

  get hasSeveralObjectives(): boolean {
    return this.others.length > 0
  }

  heatMaps(): HeatMap[] {
    return this.grids.map(grid => grid.map())
  }

  /** The trials that no other beats in every objective, by number; all objectives equal. */
  front(): number[] {
    const columns = [this.scores, ...this.others]
    const rows = Array.from({ length: this.trials }, (_, k) =>
      columns.map(column => nullable(column.at(k))),
    )
    return paretoFront(rows)
  }

  spread(): Spread | null {
    const sorted = this.scores
      .view()
      // Without losses some scores are endless, and no place in a histogram.
      .filter(score => Number.isFinite(score))
      .sort()
    if (sorted.length === 0) return null
    const at = (share: number): number => quantile(sorted, share)
    return {
      scored: sorted.length,
      min: sorted[0]!,
      q25: at(0.25),
      median: at(0.5),
      q75: at(0.75),
      max: sorted.at(-1)!,
      profitable: this.profitable / this.trials,
      histogram: histogramOf(sorted),
    }
  }

  /** The best trials and a sample of the others, best first. */
  pageTrials(): PageTrial[] {
    const leading = new Set(this.leaders.list.map(({ number }) => number))
    const rest = this.sample.list.filter(({ number }) => !leading.has(number))
    const shown = [...this.leaders.list, ...rest.sort(byScore)]
    const plateaus = this.plateaus(shown)
    return shown.map((trial, k) => ({
      number: trial.number,
      label: this.labelOf(trial),
      values: this.axes.map(({ name }) => valueOf(trial, name) ?? null),
      score: trial.scores[0] ?? null,
      plateau: plateaus[k] ?? null,
      metrics: trial.result.metrics!,
    }))
  }

  groupList(): TrialGroup[] {
    const groups = [...(this.groups?.values() ?? [])]
    return groups.length < 2 ? [] : groups.map(group => group.read())
  }

  /** What a trial is called where there are several fields or templates. */
  labelOf({ field, template }: Pick<Trial, 'field' | 'template'>): string {
    return [this.labels[field]!, template ?? ''].filter(word => word !== '').join(' · ')
  }

  private groupOf(batch: TrialBatch, k: number): Group | null {
    if (this.groups === null) return null
    const label = this.labelOf({ field: batch.field, template: batch.templateOf(k) })
    const known = this.groups.get(label)
    if (known) return known
    const group = new Group(label)
    this.groups.set(label, group)
    return group
  }

  /** Mean score of each of these trials and its neighbours. */
  private plateaus(shown: readonly Trial[]): (number | null)[] {
    if (this.trials > PLATEAU_MAX) return shown.map(() => null)
    const byField = this.fields.map((field, index) => {
      const numbers: number[] = []
      for (let k = 0; k < this.trials; k++) if (this.fieldOf.at(k) === index) numbers.push(k)
      const { space } = field
      const points = numbers.map(k => this.points.at(space, k))
      const scores = numbers.map(k => finite(this.scores.at(k)))
      const plateaus = plateauScores(space, points, scores)
      return new Map(numbers.map((number, k) => [number, plateaus[k]!.score]))
    })
    return shown.map(({ number, field }) => byField[field]!.get(number) ?? null)
  }
}

class Group {
  private readonly label: string
  private readonly scores = new NumberColumn()
  private trials = 0
  private best: Trial | null = null

  constructor(label: string) {
    this.label = label
  }

  add(batch: TrialBatch, k: number): void {
    const score = batch.scoreOf(k)
    this.trials += 1
    if (score === null) return
    this.scores.push(score)
    if (this.best === null || score > this.best.scores[0]!) this.best = batch.trialAt(k)
  }

  read(): TrialGroup {
    const sorted = this.scores.view().filter(Number.isFinite).sort()
    const metrics: MetricRecord = this.best?.result.metrics ?? {}
    return {
      label: this.label,
      trials: this.trials,
      bestNumber: this.best?.number ?? -1,
      score: this.best?.scores[0] ?? null,
      median: sorted.length === 0 ? null : quantile(sorted, 0.5),
      metrics,
    }
  }
}

function valueOf({ params, template }: Trial, name: string): string | number | boolean | undefined {
  return name === 'template' ? (template ?? undefined) : params[name]
}

function nullable(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

/** A score that can be shown and averaged: of sets without losses it may be endless. */
function finite(score: number | null): number | null {
  return score !== null && Number.isFinite(score) ? score : null
}

/** Best first; not by a difference, which two endless scores do not have. */
function byScore(a: Trial, b: Trial): number {
  const [left, right] = [a.scores[0]!, b.scores[0]!]
  return left === right ? 0 : right > left ? 1 : -1
}

/** What tells fields apart: strategy, symbol, timeframe, each where it differs. */
function fieldLabels(fields: readonly Field[]): string[] {
  const words = fields.map(({ base, strategy }) => [
    strategy.strategy.name,
    base.symbol,
    base.timeframe,
  ])
  const differs = [0, 1, 2].filter(k => new Set(words.map(own => own[k])).size > 1)
  return words.map(own => differs.map(k => own[k]).join(' '))
}

/** Every swept name that has several values, with those of the first field that sweeps it. */
function axesOf(fields: readonly Field[]): Axis[] {
  const byName = new Map<string, Dimension>()
  for (const { space } of fields) {
    for (const dimension of space.dimensions) {
      if (dimension.count > 1 && !byName.has(dimension.name)) byName.set(dimension.name, dimension)
    }
  }
  return [...byName.values()].map(dimension => new Axis(dimension))
}

function pairsOf(count: number): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  for (let x = 0; x < count; x++) for (let y = x + 1; y < count; y++) pairs.push([x, y])
  return pairs
}

/** Linear between the two values around the place. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const low = Math.floor(place)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!)
}

function histogramOf(sorted: Float64Array): number[] {
  const [min, max] = [sorted[0]!, sorted.at(-1)!]
  const counts = new Array<number>(HISTOGRAM_CELLS).fill(0)
  for (const score of sorted) {
    const place = max === min ? 0 : ((score - min) / (max - min)) * HISTOGRAM_CELLS
    counts[Math.min(HISTOGRAM_CELLS - 1, Math.floor(place))]! += 1
  }
  return counts
}
