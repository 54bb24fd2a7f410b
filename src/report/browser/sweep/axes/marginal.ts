import type { ParamValue } from '../../../../core/strategy/params.js'
import type { SweepPayload } from '../payload.js'

/** Scores along one axis: a number for each of its values. */
export interface Marginal {
  readonly best: readonly (number | null)[]
  readonly mean: readonly (number | null)[]
  readonly count: readonly number[]
}

/** From a heat map, which knows all trials; where there is none, from the trials of the page. */
export function marginalOf(payload: SweepPayload, axis: number): Marginal {
  const length = payload.axes[axis]!.values.length
  const sums = new Float64Array(length)
  const weights = new Float64Array(length)
  const count = new Array<number>(length).fill(0)
  const best = new Array<number | null>(length).fill(null)
  const add = (at: number, score: number | null, mean: number | null, trials: number): void => {
    count[at]! += trials
    if (mean !== null) {
      sums[at]! += mean * trials
      weights[at]! += trials
    }
    if (score !== null) best[at] = Math.max(score, best[at] ?? score)
  }
  const map = payload.heatMaps.find(({ x, y }) => x === axis || y === axis)
  if (map) {
    const columns = payload.axes[map.x]!.values.length
    map.count.forEach((trials, k) => {
      const at = map.x === axis ? k % columns : Math.floor(k / columns)
      add(at, map.best[k] ?? null, map.mean[k] ?? null, trials)
    })
  } else {
    payload.trials.score.forEach((score, k) => {
      const at = placeOf(payload, axis, payload.trials.values[axis]![k] ?? null)
      if (at !== null && score !== null) add(at, score, score, 1)
    })
  }
  const mean = Array.from(sums, (sum, k) => (weights[k]! > 0 ? sum / weights[k]! : null))
  return { best, mean, count }
}

/** Where on an axis a value stands; of a binned axis the nearest place. Null where it has none. */
export function placeOf(
  payload: SweepPayload,
  axis: number,
  value: ParamValue | null,
): number | null {
  const { values } = payload.axes[axis]!
  const exact = value === null ? -1 : values.indexOf(value)
  if (exact >= 0) return exact
  if (typeof value !== 'number') return null
  let nearest: number | null = null
  values.forEach((place, k) => {
    if (typeof place !== 'number') return
    const before = nearest === null ? Infinity : Math.abs((values[nearest] as number) - value)
    if (Math.abs(place - value) < before) nearest = k
  })
  return nearest
}

/** The least and the most on an axis of numbers; a binned axis has trials beyond its places. */
export function rangeOf(payload: SweepPayload, axis: number): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (const values of [payload.axes[axis]!.values, payload.trials.values[axis] ?? []]) {
    for (const value of values) {
      if (typeof value !== 'number') continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  return [low, high]
}

/** Whether an axis has numbers only, and so a distance between its values. */
export function isNumeric(payload: SweepPayload, axis: number): boolean {
  return payload.axes[axis]!.values.every(value => typeof value === 'number')
}
