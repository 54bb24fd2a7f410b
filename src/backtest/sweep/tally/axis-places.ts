import type { Dimension, Point } from '../../../core/search/search.js'
import type { Field } from '../plan/field.js'
import type { Axis } from './heat-grid.js'
import { TEMPLATE } from '../plan/sweep-plan.js'

/** Values of a dimension up to which their places are kept. */
const KEPT_MAX = 10_000
const UNKNOWN = -2

/** Where the sets of a field stand on the axes of a sweep, by the indices of their points. */
export class AxisPlaces {
  private readonly field: Field
  private readonly axes: readonly Axis[]
  /** The field's dimension of each axis; -1 where the axis is another field's, or the templates'. */
  private readonly dimensions: readonly number[]
  /** By axis, and by the index of a value. */
  private readonly known: readonly Int32Array[]
  /** Places that follow from the template alone, by its index. */
  private readonly fixed = new Map<number, readonly number[]>()

  constructor(field: Field, axes: readonly Axis[]) {
    const { dimensions } = field.space
    const placeOf = (name: string): number =>
      dimensions.findLastIndex(dimension => dimension.name === name)
    this.field = field
    this.axes = axes
    this.dimensions = axes.map(({ name }) => (name === TEMPLATE ? -1 : placeOf(name)))
    this.known = this.dimensions.map(d =>
      new Int32Array(Math.min(dimensions[d]?.count ?? 0, KEPT_MAX)).fill(UNKNOWN),
    )
  }

  /** Writes the place of a point on each axis; -1 where it has none. */
  read(point: Point, places: Int32Array): void {
    const fixed = this.fixedAt(point)
    for (let a = 0; a < this.axes.length; a++) {
      const d = this.dimensions[a]!
      places[a] = d < 0 ? fixed[a]! : this.placeOn(a, this.field.space.dimensions[d]!, point[d]!)
    }
  }

  private placeOn(a: number, dimension: Dimension, index: number): number {
    const known = this.known[a]!
    if (index >= known.length) return this.axes[a]!.placeOf(dimension.at(index))
    if (known[index] === UNKNOWN) known[index] = this.axes[a]!.placeOf(dimension.at(index))
    return known[index]!
  }

  private fixedAt(point: Point): readonly number[] {
    const key = this.field.templateIndex(point)
    const known = this.fixed.get(key)
    if (known !== undefined) return known
    const { template, params } = this.field.settingsAt(point)
    const fixed = this.axes.map(axis =>
      axis.placeOf(axis.name === TEMPLATE ? (template ?? undefined) : params[axis.name]),
    )
    this.fixed.set(key, fixed)
    return fixed
  }
}
