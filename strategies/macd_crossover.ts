import {
  crossedOver,
  crossedUnder,
  defineStrategy,
  FLAT,
  HOLD,
  integer,
  long,
  macd,
} from '../src/core/index.js'

const ALL_IN = long(1)

/** Momentum: own the market from a cross of the MACD line above its signal to the cross below. */
export const macdCrossover = defineStrategy({
  name: 'macd_crossover',
  description: 'Long from a cross of MACD above its signal to the cross below',
  params: {
    fast: integer({ default: 12, min: 2, max: 200, description: 'Candles of the fast average' }),
    slow: integer({ default: 26, min: 3, max: 400, description: 'Candles of the slow average' }),
    signal: integer({ default: 9, min: 2, max: 100, description: 'Candles of the signal' }),
  },
  templates: {
    conservative: { fast: 24, slow: 52, signal: 18 },
    aggressive: { fast: 6, slow: 19, signal: 5 },
  },
  check: ({ fast, slow }) =>
    fast < slow ? undefined : `fast "${fast}" must be below slow "${slow}"; try slow ${fast * 2}`,
  indicators: ({ fast, slow, signal }) => {
    const lines = macd(fast, slow, signal)
    return { macd: lines.line, signal: lines.signal }
  },
  initial: () => ({}),
  actsOnCross: ['macd', 'signal'],
  decide({ indicators: { macd: line, signal } }) {
    if (crossedOver(line, signal)) return ALL_IN
    return crossedUnder(line, signal) ? FLAT : HOLD
  },
})
