import { atr, defineStrategy, ema, FLAT, HOLD, integer, long, number } from 'assay'

/** Buys a fall of some true ranges below the average, at most a few times a day. */
export default defineStrategy({
  name: 'dip_buyer',
  description: 'Long from a close far below its average until the price is back at it',
  params: {
    period: integer({ default: 50, min: 5, max: 500, description: 'Candles of the average' }),
    depth: number({ default: 2, min: 0.5, max: 8, step: 0.5, description: 'True ranges below it' }),
    tries: integer({ default: 2, min: 1, max: 24, description: 'Entries in a UTC day' }),
  },
  templates: {
    conservative: { period: 100, depth: 3, tries: 1 },
    aggressive: { period: 30, depth: 1.5, tries: 4 },
  },
  indicators: ({ period }) => ({ average: ema(period), range: atr(14) }),
  initial: () => ({ day: -1, entries: 0 }),
  decide({ params, time, exposure, candle, indicators: { average, range } }, state) {
    const day = Math.floor(time / 86_400_000)
    if (day !== state.day) {
      state.day = day
      state.entries = 0
    }
    const close = candle.close.at(0)
    if (exposure > 0) return close >= average.at(0) ? FLAT : HOLD
    if (state.entries >= params.tries) return HOLD
    if (close > average.at(0) - params.depth * range.at(0)) return HOLD
    state.entries += 1
    return long(0.5, { stopLoss: 0.05, timeStop: 48 })
  },
})
