import { snakeKeys } from '../../../core/canonical.js'
import { quoteOf } from '../../../core/candles/symbols.js'
import {
  formatMetric,
  METRIC_FORMULAS,
  UNIT_WORDS,
  type MetricFormula,
} from '../../../core/metrics/metric-formulas.js'
import { CONFIDENCE } from '../../../backtest/results/metric-intervals.js'
import type { MetricCard } from '../../../backtest/results/metric-cards.js'
import type { MetricsAs } from '../../../backtest/metric-profiles/profile.js'
import { wrap } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'

const NONE = '–'
const WIDTH = 80

/** Cards for a terminal: the numbers with their intervals, then how each was computed. */
export function cardsText(cards: readonly MetricCard[]): string {
  const rows = cards.map(({ label, value, unit, interval, n, nOf, annualisation }) => [
    label,
    formatMetric(value, unit),
    interval === null ? NONE : interval.map(end => formatMetric(end, unit)).join(' to '),
    `${n} ${nOf}`,
    annualisation === null ? '' : annualisation.replace(/.*: /, ''),
  ])
  const percent = `${CONFIDENCE * 100} % interval`
  const formulas = cards.flatMap(({ label, formula, reason }) =>
    wrap(`${label}: ${formula}${reason === null ? '' : ` (no value: ${reason})`}`, WIDTH, '  '),
  )
  return [
    table(['metric', 'value', percent, 'n', 'a year by'], rows),
    '',
    ...formulas,
    '',
    ...methodLines(cards),
  ].join('\n')
}

/** Each method once, with the metrics whose intervals it gave. */
function methodLines(cards: readonly MetricCard[]): string[] {
  const methods = new Map<string, string[]>()
  for (const { label, intervalMethod } of cards) {
    if (intervalMethod === null) continue
    methods.set(intervalMethod, [...(methods.get(intervalMethod) ?? []), label])
  }
  return [...methods].flatMap(([method, labels]) =>
    wrap(`interval of ${labels.join(', ')}: ${method}`, WIDTH, '  '),
  )
}

/** Stored metrics under their names of `--json`, in the order of docs/metrics.md, with their units. */
export function metricTable(stored: Readonly<Record<string, number>>, symbol: string): string {
  const rows = METRICS.map(([name, { unit }]) => [
    name,
    formatMetric(stored[name] ?? null, unit),
    unit === 'quote' ? quoteOf(symbol) : UNIT_WORDS[unit],
  ])
  return table(['metric', 'value', 'unit'], rows)
}

/** Metrics of two runs and their difference, in the same order and units. */
export function comparedMetricTable(
  metrics: readonly {
    readonly name: string
    readonly a: number | null
    readonly b: number | null
  }[],
  runs: readonly [string, string],
): string {
  const own = new Map(metrics.map(row => [row.name, row]))
  const rows = METRICS.flatMap(([name, { unit }]) => {
    const row = own.get(name)
    if (row === undefined) return []
    const { a, b } = row
    const difference = a === null || b === null ? null : b - a
    const text = difference === 0 ? 'tied' : formatMetric(difference, unit)
    return [[name, formatMetric(a, unit), formatMetric(b, unit), text]]
  })
  return table(['metric', ...runs, 'difference'], rows)
}

/** All metrics by their names of `--json`, in the order of docs/metrics.md. */
const METRICS = Object.entries(
  snakeKeys(METRIC_FORMULAS) as Record<string, Pick<MetricFormula, 'unit'>>,
)

/** A run's figures as another library gives them, for a terminal. */
export function metricsAsText({ library, metrics, days, trades, notes }: MetricsAs): string {
  const rows = Object.entries(metrics).map(([name, value]) => [
    name,
    value === null ? NONE : String(Number(value.toPrecision(8))),
  ])
  return [
    ...wrap(
      `as ${library} has it, over ${days} days and ${trades} trades; not for judging a strategy`,
      WIDTH,
      '  ',
    ),
    ...notes.flatMap(note => wrap(note, WIDTH, '  ')),
    '',
    table(['figure', 'value'], rows),
  ].join('\n')
}

/** The same for programs. */
export function metricsAsJson(measured: MetricsAs): Record<string, unknown> {
  const { profile, library, daysAYear, days, trades, notes, metrics } = measured
  return { profile, library, days_a_year: daysAYear, days, trades, notes, metrics }
}
