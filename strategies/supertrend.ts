import {
  defineStrategy,
  FLAT,
  integer,
  long,
  number,
  supertrend as supertrendOf,
} from '../src/core/index.js'

const ALL_IN = long(1)

/** Trend following: own the market while the supertrend points up. */
export const supertrend = defineStrategy({
  name: 'supertrend',
  description: 'Long while the supertrend points up',
  params: {
    period: integer({ default: 10, min: 2, max: 200, description: 'Candles of the true range' }),
    factor: number({
      default: 3,
      min: 0.5,
      max: 10,
      step: 0.5,
      description: 'Width in true ranges',
    }),
  },
  templates: {
    conservative: { period: 14, factor: 4 },
    aggressive: { period: 7, factor: 2 },
  },
  indicators: ({ period, factor }) => ({ direction: supertrendOf(period, factor).direction }),
  initial: () => ({}),
  decide: ({ indicators: { direction } }) => (direction.at(0) > 0 ? ALL_IN : FLAT),
})
