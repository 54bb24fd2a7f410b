import { defineStrategy, FLAT, highest, HOLD, integer, long, lowest } from '../src/core/index.js'

const ALL_IN = long(1)

/** Trend following after the turtles: buy a new high of many candles, leave at a low of fewer. */
export const donchianBreakout = defineStrategy({
  name: 'donchian_breakout',
  description: 'Long from a close above the highest high to a close below the lowest low',
  params: {
    entry: integer({ default: 55, min: 2, max: 500, description: 'Candles of the high to break' }),
    exit: integer({ default: 20, min: 2, max: 500, description: 'Candles of the low to leave at' }),
  },
  templates: {
    conservative: { entry: 55, exit: 20 },
    aggressive: { entry: 20, exit: 10 },
  },
  check: ({ entry, exit }) =>
    exit <= entry ? undefined : `exit "${exit}" must not be above entry "${entry}"`,
  indicators: ({ entry, exit }) => ({ ceiling: highest(entry), floor: lowest(exit) }),
  initial: () => ({}),
  decide({ candle, indicators: { ceiling, floor } }) {
    const close = candle.close.at(0)
    if (close > ceiling.at(1)) return ALL_IN
    return close < floor.at(1) ? FLAT : HOLD
  },
})
