import type { ParamValue } from '../../../core/strategy/params.js'
import type { HeatMap, SweepAxis } from '../../../backtest/sweep/tally/sweep-page-data.js'
import type { MetricUnit } from '../../../core/metrics/metric-formulas.js'

/** What the page's script is handed, as JSON: a column a field where there are many rows. */
export interface SweepPayload {
  readonly objective: string
  /** Unit that scores are shown in; null where the objective is no single metric. */
  readonly scoreUnit: MetricUnit | null
  readonly trialsTotal: number
  readonly axes: readonly SweepAxis[]
  readonly heatMaps: readonly HeatMap[]
  readonly trials: TrialColumns
  readonly curves: readonly PayloadCurve[]
}

export interface PayloadCurve {
  readonly label: string
  /** UTC milliseconds. */
  readonly time: readonly number[]
  readonly equity: readonly (number | null)[]
}

/** The trials that the page holds, best first. */
export interface TrialColumns {
  readonly number: readonly number[]
  readonly labels: readonly string[]
  /** Index into `labels`. */
  readonly label: readonly number[]
  readonly score: readonly (number | null)[]
  readonly plateau: readonly (number | null)[]
  /** A column an axis. */
  readonly values: readonly (readonly (ParamValue | null)[])[]
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>
}
