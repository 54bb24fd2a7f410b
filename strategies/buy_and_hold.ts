import { defineStrategy, long, number } from '../src/core/index.js'

/** The benchmark to beat: buy at the first chance, never sell. */
export const buyAndHold = defineStrategy({
  name: 'buy_and_hold',
  description: 'Long from the first candle on; what every other strategy has to beat',
  params: {
    exposure: number({ default: 1, min: 0.01, max: 1, step: 0.05, description: 'Share of equity' }),
  },
  templates: {
    conservative: { exposure: 0.5 },
    aggressive: { exposure: 1 },
  },
  indicators: () => ({}),
  initial: () => ({}),
  decide: ({ params }) => long(params.exposure),
})
