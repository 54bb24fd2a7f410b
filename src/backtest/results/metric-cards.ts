import { snakeCase } from '../../core/canonical.js'
import type { Metrics } from '../../core/metrics/metrics.js'
import type { Interval } from '../../core/statistics/statistic.js'
import {
  METRIC_FORMULAS,
  UNIT_WORDS,
  type MetricSample,
  type MetricUnit,
} from '../../core/metrics/metric-formulas.js'
import { CONFIDENCE, intervalsOf } from './metric-intervals.js'
import type { Report } from '../run/record/report.js'
import { sampleCounts } from '../../core/metrics/sample-counts.js'

/** All that must be known of a number before it is believed. */
export interface MetricCard {
  /** As in JSON: `max_drawdown`. */
  readonly name: string
  readonly label: string
  readonly value: number | null
  readonly unit: MetricUnit
  /** Null where no interval is known that would be honest. */
  readonly interval: Interval | null
  readonly intervalMethod: string | null
  /** How many it rests on, and of what. */
  readonly n: number
  readonly nOf: MetricSample
  readonly formula: string
  /** How a year comes into it; null where none does. */
  readonly annualisation: string | null
  /** Why there is no value; null where there is one. */
  readonly reason: string | null
}

const ROOT = '365 days a year: √365'
const SPAN = 'span in years of 365.25 days'

const ANNUALISATION: Partial<Record<keyof Metrics, string>> = {
  cagr: SPAN,
  sharpe: ROOT,
  sortino: ROOT,
  volatility: ROOT,
  calmar: `${SPAN}, by CAGR`,
}

/** One card for each metric of a run, in the order of docs/metrics.md. */
export function metricCards(report: Report): MetricCard[] {
  const counts = sampleCounts(report)
  const intervals = intervalsOf(report)
  return (Object.keys(METRIC_FORMULAS) as (keyof Metrics)[]).map(name => {
    const { label, unit, sample, formula, nullMeaning } = METRIC_FORMULAS[name]
    const value = report.metrics[name]
    const known = value === null ? undefined : intervals[name]
    return {
      name: snakeCase(name),
      label,
      value,
      unit,
      interval: known?.interval ?? null,
      intervalMethod: known?.method ?? null,
      n: counts[sample],
      nOf: sample,
      formula,
      annualisation: ANNUALISATION[name] ?? null,
      reason: value === null ? nullMeaning : null,
    }
  })
}

/** A card as programs read it. */
export function cardJson(card: MetricCard): Record<string, unknown> {
  return {
    name: card.name,
    value: card.value,
    unit: UNIT_WORDS[card.unit],
    interval: card.interval,
    interval_method: card.intervalMethod,
    confidence: card.interval === null ? null : CONFIDENCE,
    n: card.n,
    n_of: card.nOf,
    formula: card.formula,
    annualisation: card.annualisation,
    reason: card.reason,
  }
}
