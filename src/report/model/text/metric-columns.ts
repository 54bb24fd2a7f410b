import { quoteOf } from '../../../core/candles/symbols.js'
import { formatMetric, type MetricUnit } from '../../../core/metrics/metric-formulas.js'

/** A metric with its unit; amounts with the currency of their market where it is known. */
export function withUnit(value: number | null, unit: MetricUnit, symbol: string): string {
  const text = formatMetric(value, unit)
  if (unit !== 'quote' || value === null) return text
  const quote = quoteOf(symbol)
  return quote.includes(' ') ? text : `${text} ${quote}`
}

/** Cells of one width in two columns, first down the left, then down the right. */
export function inTwoColumns<T>(items: readonly T[], cell: (item: T) => string): string[] {
  const half = Math.ceil(items.length / 2)
  return items.slice(0, half).map((left, k) => {
    const right = items[half + k]
    return right === undefined ? cell(left) : `${cell(left)}      ${cell(right)}`
  })
}
