import { defineStrategy, FLAT, HOLD, integer, long, number, rsi } from '../src/core/index.js'

const ALL_IN = long(1)

/** Mean reversion: buy what has fallen too fast, leave when it has recovered. */
export const rsiReversion = defineStrategy({
  name: 'rsi_reversion',
  description: 'Long while RSI recovers from oversold to overbought',
  params: {
    period: integer({ default: 14, min: 2, max: 200, description: 'Candles of the RSI' }),
    oversold: number({
      default: 30,
      min: 1,
      max: 50,
      step: 1,
      description: 'Enter below this RSI',
    }),
    overbought: number({
      default: 70,
      min: 50,
      max: 99,
      step: 1,
      description: 'Leave above this RSI',
    }),
  },
  templates: {
    conservative: { period: 14, oversold: 25, overbought: 65 },
    aggressive: { period: 7, oversold: 35, overbought: 75 },
  },
  check: ({ oversold, overbought }) =>
    oversold < overbought
      ? undefined
      : `oversold "${oversold}" must be below overbought "${overbought}"`,
  indicators: ({ period }) => ({ rsi: rsi(period) }),
  initial: () => ({}),
  decide({ params, indicators: { rsi: value } }) {
    if (value.at(0) < params.oversold) return ALL_IN
    return value.at(0) > params.overbought ? FLAT : HOLD
  },
})
