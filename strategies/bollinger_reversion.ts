import { bollinger, defineStrategy, FLAT, HOLD, integer, long, number } from '../src/core/index.js'

const ALL_IN = long(1)

/** Mean reversion: buy at the lower band, leave at the middle or the upper one. */
export const bollingerReversion = defineStrategy({
  name: 'bollinger_reversion',
  description: 'Long from a close at the lower Bollinger band until the price has come back',
  params: {
    period: integer({ default: 20, min: 2, max: 300, description: 'Candles of the bands' }),
    width: number({ default: 2, min: 0.5, max: 5, step: 0.25, description: 'Standard deviations' }),
    patience: number({
      default: 0,
      min: 0,
      max: 1,
      step: 0.25,
      description: 'Where to leave: 0 the middle band, 1 the upper one',
    }),
  },
  templates: {
    conservative: { period: 20, width: 2.5, patience: 0 },
    aggressive: { period: 14, width: 1.75, patience: 1 },
  },
  indicators: ({ period, width }) => {
    const bands = bollinger(period, width)
    return { lower: bands.lower, middle: bands.middle, upper: bands.upper }
  },
  initial: () => ({}),
  decide({ params, candle, indicators: { lower, middle, upper } }) {
    const close = candle.close.at(0)
    if (close <= lower.at(0)) return ALL_IN
    const leave = middle.at(0) + params.patience * (upper.at(0) - middle.at(0))
    return close >= leave ? FLAT : HOLD
  },
})
