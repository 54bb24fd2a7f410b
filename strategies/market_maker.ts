import {
  atr,
  defineStrategy,
  integer,
  number,
  orders,
  type OrderRequest,
} from '../src/core/index.js'

/** A quote must not be at the price it is to wait for. */
const AWAY = 1e-4

/**
 * Two-sided quotes around a fair price that leans against the inventory, after Avellaneda and Stoikov
 * (https://www.math.nyu.edu/~avellane/HighFrequencyTrading.pdf). Their price unit is here the average
 * true range, so that the same parameters serve any market.
 */
export const marketMaker = defineStrategy({
  name: 'market_maker',
  description: 'Quotes a buy and a sell around a fair price that leans against the inventory',
  params: {
    volatility_period: integer({
      default: 24,
      min: 2,
      max: 500,
      description: 'Candles of the average true range',
    }),
    risk_aversion: number({
      default: 0.5,
      min: 0.01,
      max: 10,
      description: 'Gamma: leans more and quotes wider',
    }),
    horizon: number({
      default: 1,
      min: 0.05,
      max: 50,
      description: 'Candles that risk is held for',
    }),
    intensity: number({
      default: 1.5,
      min: 0.1,
      max: 20,
      description: 'How fast fills thin out with distance: higher quotes tighter',
    }),
    order_share: number({
      default: 0.1,
      min: 0.005,
      max: 1,
      description: 'Share of equity of one quote',
    }),
    inventory_limit: number({
      default: 0.5,
      min: 0.01,
      max: 1,
      description: 'Share of equity that is held at most',
    }),
    inventory_target: number({
      default: 0.5,
      min: 0,
      max: 1,
      description: 'Part of the limit at which the quotes do not lean',
    }),
  },
  templates: {
    conservative: { risk_aversion: 1, order_share: 0.05, inventory_limit: 0.3 },
    aggressive: { risk_aversion: 0.25, order_share: 0.2, inventory_limit: 0.9 },
  },
  check: ({ order_share, inventory_limit }) =>
    order_share <= inventory_limit
      ? undefined
      : `order_share "${order_share}" must not be above inventory_limit "${inventory_limit}"`,
  indicators: ({ volatility_period }) => ({ range: atr(volatility_period) }),
  decide({ params, candle, exposure, indicators: { range } }) {
    const { risk_aversion: gamma, horizon, intensity, order_share, inventory_limit } = params
    const middle = candle.close.at(0)
    const unit = range.at(0)
    const inventory = exposure / inventory_limit - params.inventory_target
    const fair = middle - inventory * gamma * horizon * unit
    const half = (gamma * horizon) / 2 + Math.log1p(gamma / intensity) / gamma
    const bid = Math.min(fair - half * unit, middle * (1 - AWAY))
    const ask = Math.max(fair + half * unit, middle * (1 + AWAY))
    const quotes: OrderRequest[] = []
    const room = Math.min(order_share, inventory_limit - exposure)
    if (room >= order_share * SMALLEST && bid > 0) {
      quotes.push({
        side: 'buy',
        kind: 'limit',
        price: bid,
        share: room,
        postOnly: true,
        repeat: true,
        tag: 'bid',
      })
    }
    if (exposure > 0) {
      quotes.push({
        side: 'sell',
        kind: 'limit',
        price: ask,
        share: Math.min(order_share, exposure, 1),
        postOnly: true,
        reduceOnly: true,
        repeat: true,
        tag: 'ask',
      })
    }
    return orders(quotes)
  },
})

/** Part of a whole quote below which there is none. */
const SMALLEST = 0.1
