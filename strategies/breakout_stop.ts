import {
  atr,
  defineStrategy,
  highest,
  HOLD,
  integer,
  keep,
  lowest,
  number,
  orders,
} from '../src/core/index.js'

/** A breakout that does not wait for the close: a stop order rests at the channel and fills inside the candle. */
export const breakoutStop = defineStrategy({
  name: 'breakout_stop',
  description: 'Rests a stop buy at the high of a channel, protected from its fill on',
  params: {
    entry: integer({ default: 48, min: 2, max: 500, description: 'Candles of the high to break' }),
    exit: integer({ default: 24, min: 2, max: 500, description: 'Candles of the low to leave at' }),
    volatility_period: integer({
      default: 24,
      min: 2,
      max: 500,
      description: 'Candles of the average true range',
    }),
    stop: number({
      default: 2,
      min: 0.25,
      max: 20,
      description: 'Average true ranges from the fill to the stop',
    }),
    share: number({
      default: 0.95,
      min: 0.01,
      max: 1,
      description: 'Share of equity; an order that leaves no room for its slippage is refused',
    }),
    patience: integer({
      default: 12,
      min: 0,
      max: 500,
      description: 'Closes after which an order that waits is renewed; 0 for never',
    }),
  },
  templates: {
    conservative: { entry: 72, exit: 36, stop: 3 },
    aggressive: { entry: 24, exit: 12, stop: 1.5 },
  },
  check: ({ entry, exit }) =>
    exit <= entry ? undefined : `exit "${exit}" must not be above entry "${entry}"`,
  indicators: ({ entry, exit, volatility_period }) => ({
    ceiling: highest(entry),
    floor: lowest(exit),
    range: atr(volatility_period),
  }),
  decide({ params, candlesHeld, orders: resting, indicators: { ceiling, floor, range } }) {
    if (candlesHeld > 0) {
      const isNew = candlesHeld === 1 || floor.at(0) !== floor.at(1)
      return isNew && floor.at(0) > 0 ? keep({ stopPrice: floor.at(0) }) : HOLD
    }
    const price = ceiling.at(0)
    // While the channel stands, so does the order, with the stop that it was given.
    if (resting.length > 0 && resting[0]!.request.price === price) return HOLD
    const stopLoss = Math.min(0.9, (params.stop * range.at(0)) / price)
    return orders([
      {
        side: 'buy',
        kind: 'stop',
        price,
        share: params.share,
        tag: 'breakout',
        exits: { stopLoss },
        ...(params.patience > 0 && { goodFor: params.patience }),
      },
    ])
  },
})
