import {
  crossed,
  defineStrategy,
  FLAT,
  HOLD,
  HOUR_MS,
  integer,
  long,
  number,
  quoteVolume,
  sma,
} from '../src/core/index.js'

const ALL_IN = long(1)

/** Trend following: own the market from the moment the fast average crosses above the slow one. */
export const maCrossover = defineStrategy({
  name: 'ma_crossover',
  description: 'Long from a cross of the fast average above the slow one to the cross below',
  params: {
    fast_ma: integer({ default: 10, min: 1, max: 500, description: 'Candles of the fast average' }),
    slow_ma: integer({
      default: 30,
      min: 2,
      max: 1000,
      description: 'Candles of the slow average',
    }),
    min_volume: number({
      default: 0,
      min: 0,
      max: 1e15,
      description: 'Quote volume of the last 24 h below which no entry is made; 0 turns it off',
    }),
  },
  templates: {
    conservative: { fast_ma: 20, slow_ma: 50, min_volume: 1_000_000 },
    aggressive: { fast_ma: 10, slow_ma: 21, min_volume: 500_000 },
  },
  check: ({ fast_ma, slow_ma }) =>
    fast_ma < slow_ma
      ? undefined
      : `fast_ma "${fast_ma}" must be below slow_ma "${slow_ma}"; try slow_ma ${fast_ma * 2}`,
  indicators: ({ fast_ma, slow_ma, min_volume }) => ({
    fast: sma(fast_ma),
    slow: sma(slow_ma),
    ...(min_volume > 0 && { volume: quoteVolume(24 * HOUR_MS) }),
  }),
  initial: () => ({}),
  actsOnCross: ['fast', 'slow'],
  decide({ params, indicators: { fast, slow, volume } }) {
    const cross = crossed(fast, slow)
    if (cross === 0) return HOLD
    if (cross < 0) return FLAT
    return volume === undefined || volume.at(0) >= params.min_volume ? ALL_IN : HOLD
  },
})
