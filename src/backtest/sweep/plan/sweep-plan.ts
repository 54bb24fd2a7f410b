import type { ParamSpecs, ParamValue } from '../../../core/strategy/params.js'
import type { Dimension } from '../../../core/search/search.js'
import type { SearchMethod } from '../../../core/search/methods.js'
import { listDimension } from '../../../core/search/space.js'
import type { Manifest } from '../../run/record/manifest.js'
import { defaultDimensions, parseGrid } from './dimensions.js'

/**
 * Everything that decides what a sweep computes: plain JSON, stored as its manifest and handed to
 * whoever evaluates its trials. Its hash is the id of the sweep.
 */
export interface SweepPlan {
  readonly schema_version: 1
  readonly fields: readonly FieldPlan[]
  readonly method: SearchMethod
  /** The most trials of a field; null is as many as there are. */
  readonly trials: number | null
  readonly seed: number
  /** Rounds without a better score after which a guided search ends; null is never. */
  readonly patience: number | null
  readonly where: readonly string[]
  /** As the user wrote them; a path names a file whose function scores. */
  readonly objectives: readonly string[]
  /** SHA-256 of the file of an objective; null where there is none. */
  readonly objective_source: string | null
  readonly min_trades: number
  readonly align: 'common' | 'own'
}

/** One strategy on one market and timeframe, with what is varied. */
export interface FieldPlan {
  /** The run that its trials vary, as the manifest of a run. */
  readonly base: Manifest
  /** All parameters by the name of the template that they start from; `""` is no template. */
  readonly starts: Readonly<Record<string, Readonly<Record<string, ParamValue>>>>
  /** The `--grid` texts that apply; null sweeps every parameter over its range. */
  readonly grid: readonly string[] | null
}

/** The name of the dimension that goes over templates. */
export const TEMPLATE = 'template'

/** What a field varies: its templates where there are several, then the grid in its order. */
export function dimensionsOf(field: FieldPlan, specs: ParamSpecs): readonly Dimension[] {
  const templates = Object.keys(field.starts)
  const own =
    field.grid === null
      ? defaultDimensions(specs)
      : field.grid.map(text => parseGrid(text).dimension(specs))
  return templates.length > 1 ? [listDimension(TEMPLATE, templates), ...own] : own
}
