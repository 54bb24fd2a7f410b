import type { Point, SearchSpace } from '../../../core/search/search.js'
import { isCountable, rankOf, unrank } from '../../../core/search/space.js'
import { NumberColumn } from './number-column.js'

/** Points one after the other: by their places, eight bytes each, where a number holds those. */
export class PointList {
  private readonly ranks = new NumberColumn()
  private readonly others = new Map<number, Point>()
  private length = 0

  push(space: SearchSpace, point: Point): void {
    if (isCountable(space)) this.ranks.push(rankOf(space, point))
    else {
      this.ranks.push(NaN)
      this.others.set(this.length, point)
    }
    this.length += 1
  }

  /** The point at index `k`, which was pushed with this space. */
  at(space: SearchSpace, k: number): Point {
    return this.others.get(k) ?? unrank(space, this.ranks.at(k))
  }
}
