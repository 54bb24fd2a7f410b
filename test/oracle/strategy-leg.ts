import type { Candles, Column } from '../../src/core/candles/candles.js'
import { computeIndicator, type Indicator } from '../../src/core/indicators/indicator.js'
import type { ParamValue } from '../../src/core/strategy/params.js'
import type { AnyStrategy, StrategyState, View } from '../../src/core/strategy/strategy.js'
import type { OracleCandle, OracleLeg } from './model.js'

/** The candles as the oracle takes them. */
export function candleList(candles: Candles): readonly OracleCandle[] {
  return Array.from({ length: candles.length }, (_, i) => ({
    time: candles.time[i]!,
    open: candles.open[i]!,
    high: candles.high[i]!,
    low: candles.low[i]!,
    close: candles.close[i]!,
    volume: candles.volume[i]!,
  }))
}

/**
 * A strategy as a leg of the oracle: simple averages by summing each window anew, its other
 * indicators by the project's own.
 */
export function strategyLeg(
  strategy: AnyStrategy,
  params: Readonly<Record<string, ParamValue>>,
  candles: Candles,
): OracleLeg {
  const indicators = strategy.indicators(params) as Record<string, Indicator>
  const columns = Object.entries(indicators).map(
    ([name, indicator]) => [name, columnOf(indicator, candles)] as const,
  )
  const state = strategy.initial(params) as StrategyState
  const names: readonly Column[] = ['open', 'high', 'low', 'close', 'volume']
  const hasAll = (i: number): boolean => columns.every(([, column]) => !Number.isNaN(column[i]))
  return {
    symbol: 'TEST-USD',
    strategy: strategy.name,
    weight: 1,
    priority: 0,
    // "At the first candle at which every declared indicator has a value."
    first: Array.from(candles.time).findIndex((_, i) => hasAll(i)),
    decide: (i, { exposure, entryPrice, candlesHeld }) => {
      const candle = viewsOf(
        names.map(name => [name, candles[name]] as const),
        i,
      )
      const told = { params, exposure, entryPrice, candlesHeld, time: candles.time[i]!, candle }
      const shown: unknown = Object.assign(Object.create(UNTOLD), told, {
        indicators: viewsOf(columns, i),
      })
      return strategy.decide(shown as Shown, state)
    },
  }
}

/** What a strategy is shown. */
type Shown = Parameters<AnyStrategy['decide']>[0]

/** What the oracle does not tell a strategy: one that asks is not for it. */
const UNTOLD = {
  get orders(): never {
    throw new Error('the oracle does not tell a strategy its orders')
  },
  get bestSince(): never {
    throw new Error('the oracle does not tell the best price')
  },
  get equity(): never {
    throw new Error('the oracle does not tell equity')
  },
}

function viewsOf<Name extends string>(
  columns: readonly (readonly [Name, ArrayLike<number>])[],
  i: number,
): Record<Name, View> {
  const views = columns.map(([name, column]): [Name, View] => [
    name,
    { at: ago => (ago > i ? NaN : column[i - ago]!) },
  ])
  return Object.fromEntries(views) as Record<Name, View>
}

/**
 * Each mean summed anew. Where it is the project's own value but for rounding, that one is taken:
 * with prices in ticks two averages are equal now and then, and their last digits say which of
 * them is above.
 */
function columnOf(indicator: Indicator, candles: Candles): ArrayLike<number> {
  const own = computeIndicator(indicator, candles)
  const window = /^sma\((\d+),close\)$/.exec(indicator.key)
  if (window === null) return own
  const period = Number(window[1])
  return own.map((value, i) => {
    if (i < period - 1) return NaN
    let sum = 0
    for (let k = i - period + 1; k <= i; k++) sum += candles.close[k]!
    const mean = sum / period
    return Math.abs(mean - value) <= 1e-11 * mean ? value : mean
  })
}
