import { formatMetric } from '../../../core/metrics/metric-formulas.js'
import { CONFIDENCE } from '../../../backtest/results/metric-intervals.js'
import type { MetricCard } from '../../../backtest/results/metric-cards.js'
import type { MetricsAs } from '../../../backtest/metric-profiles/profile.js'
import { wrap, table } from '../../../core/text-layout.js'

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

/** A run's figures as another library gives them, for a terminal. */
export function metricsAsText({ library, metrics, days, trades, notes }: MetricsAs): string {
  const rows = Object.entries(metrics).map(([name, value]) => [
    name,
    value === null ? NONE : String(Number(value.toPrecision(8))),
  ])
  return [
    `as ${library} has it, over ${days} days and ${trades} trades; not for judging a strategy`,
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
