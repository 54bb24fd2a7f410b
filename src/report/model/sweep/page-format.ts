import type { ParamValue } from '../../../core/strategy/params.js'
import { formatMetric, METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'
import type { MetricFormula, MetricUnit } from '../../../core/metrics/metric-formulas.js'
import { formatFixed, formatQuantity } from '../../../core/number-format.js'

/** What a missing number is called on the page of a sweep. */
export const NONE = 'none'

/** A score in the unit of its objective. */
export function formatScore(score: number | null | undefined, unit: MetricUnit | null): string {
  if (score === null || score === undefined || !Number.isFinite(score)) return NONE
  // Neighbours in a ranking differ in the third decimal; a report's two would show them equal.
  if (unit !== null && unit !== 'ratio') return formatMetric(score, unit)
  const size = Math.abs(score)
  if (size >= 1000) return formatFixed(score, 1)
  if (size === 0 || size >= 0.001) return formatFixed(score, 3)
  return size < 1e-9 ? score.toExponential(2) : formatFixed(score, 2 - Math.floor(Math.log10(size)))
}

/** A swept value as people write it. */
export function formatParam(value: ParamValue | null | undefined): string {
  if (value === null || value === undefined) return NONE
  return typeof value === 'number' && Number.isFinite(value) ? formatQuantity(value) : String(value)
}

/** A metric of a trial in its own unit. */
export function formatTrialMetric(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE
  const unit = metricFormula(name)?.unit
  return unit === undefined ? formatQuantity(value) : formatMetric(value, unit)
}

/** The formula of a metric, by its name in code or in JSON; null where it is not one of ours. */
export function metricFormula(name: string): MetricFormula | null {
  const key = camelCase(name)
  return Object.hasOwn(METRIC_FORMULAS, key)
    ? METRIC_FORMULAS[key as keyof typeof METRIC_FORMULAS]
    : null
}

/** What a metric is called in the head of a column. */
export function metricLabel(name: string): string {
  return metricFormula(name)?.label ?? name.replaceAll('_', ' ')
}

/**
 * The metrics among `names` that a table shows first. An objective stands there as the score, but
 * for the drawdown, whose score is its negative.
 */
export function mainMetrics(names: readonly string[], objective: string): string[] {
  const judged = camelCase(objective.trim())
  return MAIN.flatMap(main => {
    const name = names.find(candidate => camelCase(candidate) === main)
    const isScore = main === judged && main !== 'maxDrawdown'
    return name === undefined || isScore ? [] : [name]
  })
}

const MAIN = [
  'totalReturn',
  'cagr',
  'sharpe',
  'sortino',
  'maxDrawdown',
  'trades',
  'winRate',
  'profitFactor',
] satisfies (keyof typeof METRIC_FORMULAS)[]

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
