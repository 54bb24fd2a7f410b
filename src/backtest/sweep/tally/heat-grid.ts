import type { ParamValue } from '../../../core/strategy/params.js'
import type { Dimension } from '../../../core/search/search.js'
import type { HeatMap, SweepAxis } from './sweep-page-data.js'

const VALUES_MAX = 60

/** The values of a dimension as they stand on an axis: each, or sixty even groups of many. */
export class Axis implements SweepAxis {
  readonly name: string
  readonly values: readonly ParamValue[]
  private readonly places = new Map<ParamValue, number>()

  constructor(dimension: Dimension) {
    const { name, count } = dimension
    this.name = name
    const groups = Math.min(count, VALUES_MAX)
    this.values = Array.from({ length: groups }, (_, k) =>
      dimension.at(Math.floor((k * count) / groups)),
    )
    this.values.forEach((value, k) => this.places.set(value, k))
  }

  /** Where a value stands: at the last one that is not above it; -1 where there is none. */
  placeOf(value: ParamValue | undefined): number {
    if (value === undefined) return -1
    const exact = this.places.get(value)
    if (exact !== undefined || typeof value !== 'number') return exact ?? -1
    let [low, high] = [-1, this.values.length]
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if ((this.values[middle] as number) <= value) low = middle
      else high = middle
    }
    return low
  }
}

/** Scores over two axes, gathered as they come. */
export class HeatGrid {
  private readonly x: number
  private readonly y: number
  private readonly width: number
  private readonly best: Float64Array
  private readonly sum: Float64Array
  private readonly scored: Uint32Array
  private readonly count: Uint32Array

  /** `x` and `y` are indices into `axes`. */
  constructor(axes: readonly Axis[], x: number, y: number) {
    this.x = x
    this.y = y
    this.width = axes[x]!.values.length
    const cells = this.width * axes[y]!.values.length
    this.best = new Float64Array(cells).fill(-Infinity)
    this.sum = new Float64Array(cells)
    this.scored = new Uint32Array(cells)
    this.count = new Uint32Array(cells)
  }

  /** `places` are the trial's on every axis. */
  add(places: Int32Array, score: number | null): void {
    const column = places[this.x]!
    const row = places[this.y]!
    if (column < 0 || row < 0) return
    const cell = row * this.width + column
    this.count[cell] = this.count[cell]! + 1
    if (score === null) return
    this.scored[cell] = this.scored[cell]! + 1
    this.sum[cell] = this.sum[cell]! + score
    if (score > this.best[cell]!) this.best[cell] = score
  }

  map(): HeatMap {
    const { x, y, scored } = this
    const cells = (value: (cell: number) => number): (number | null)[] =>
      Array.from(scored, (count, cell) => (count === 0 ? null : value(cell)))
    return {
      x,
      y,
      best: cells(cell => this.best[cell]!),
      mean: cells(cell => this.sum[cell]! / scored[cell]!),
      count: Array.from(this.count),
    }
  }
}
