import type { Candles } from './candles.js'
import type { LegSpec } from './desk.js'
import type { LegColumns } from './engine.js'
import { computeIndicator, type Indicator } from './indicators/indicator.js'

/** The indicators that a leg's strategy declares for its parameters, by name. */
export function indicatorsOf(leg: LegSpec): Readonly<Record<string, Indicator>> {
  return leg.strategy.indicators(leg.params) as Readonly<Record<string, Indicator>>
}

/** The columns of every leg; an indicator that several declare is computed once. */
export function computeColumns(legs: readonly LegSpec[], candles: Candles): LegColumns[] {
  const byKey = new Map<string, Float64Array>()
  const columnOf = (indicator: Indicator): Float64Array => {
    const known = byKey.get(indicator.key)
    if (known) return known
    const column = computeIndicator(indicator, candles)
    byKey.set(indicator.key, column)
    return column
  }
  return legs.map(leg =>
    Object.fromEntries(
      Object.entries(indicatorsOf(leg)).map(([name, indicator]) => [name, columnOf(indicator)]),
    ),
  )
}

/** Index of the first candle at which every column has a value; `length` where there is none. */
export function firstComplete(columns: readonly LegColumns[], length: number): number {
  let first = 0
  for (const leg of columns) {
    for (const column of Object.values(leg)) {
      while (first < length && Number.isNaN(column[first])) first += 1
    }
  }
  return first
}
