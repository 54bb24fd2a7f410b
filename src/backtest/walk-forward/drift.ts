import type { ParamValue } from '../../core/strategy/params.js'
import type { FoldResult } from './walk-forward.js'

/** How one parameter's pick moves from fold to fold. */
export interface Drift {
  readonly name: string
  /** The pick of each fold; null where none was made. */
  readonly values: readonly (ParamValue | null)[]
  /** Share of the steps from a fold to the next at which the pick changes; null for fewer than two. */
  readonly changes: number | null
  /** Standard deviation of the picks by their mean; null for values that are no numbers, or a mean of 0. */
  readonly spread: number | null
}

/** The drift of everything that is varied. */
export function driftOf(folds: readonly FoldResult[], names: readonly string[]): Drift[] {
  return names.map(name => {
    const values = folds.map(({ pick }) =>
      pick === null ? null : name === 'template' ? pick.template : (pick.params[name] ?? null),
    )
    const known = values.filter(value => value !== null)
    const steps = known.slice(1).filter((value, k) => value !== known[k]).length
    return {
      name,
      values,
      changes: known.length < 2 ? null : steps / (known.length - 1),
      spread: spreadOf(known),
    }
  })
}

function spreadOf(values: readonly ParamValue[]): number | null {
  if (values.length < 2 || !values.every(value => typeof value === 'number')) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (mean === 0) return null
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1)) / Math.abs(mean)
}
