import {
  defineStrategy,
  integer,
  number,
  orders,
  sma,
  type OrderRequest,
} from '../src/core/index.js'

/**
 * A grid of buys below an average, each sold one step higher. The steps stand at fixed prices, powers of
 * `1 + spacing`, so an order stays where it is while the average moves between two of them.
 */
export const gridMaker = defineStrategy({
  name: 'grid_maker',
  description: 'Buys in steps below an average and sells each step one higher',
  params: {
    anchor: integer({
      default: 100,
      min: 2,
      max: 1000,
      description: 'Candles of the average that the grid is hung on',
    }),
    spacing: number({
      default: 0.01,
      min: 0.001,
      max: 0.2,
      description: 'Distance of two steps, as a fraction of the price',
    }),
    levels: integer({ default: 5, min: 1, max: 20, description: 'Steps below the average' }),
    inventory_limit: number({
      default: 0.5,
      min: 0.01,
      max: 1,
      description: 'Share of equity that all steps together hold',
    }),
  },
  templates: {
    conservative: { anchor: 200, spacing: 0.02, levels: 5, inventory_limit: 0.3 },
    aggressive: { anchor: 50, spacing: 0.01, levels: 8, inventory_limit: 0.9 },
  },
  indicators: ({ anchor }) => ({ average: sma(anchor) }),
  decide({ params, candle, exposure, indicators: { average } }) {
    const { levels } = params
    const step = Math.log1p(params.spacing)
    const close = Math.log(candle.close.at(0)) / step
    const center = Math.round(Math.log(average.at(0)) / step)
    const share = params.inventory_limit / levels
    const held = Math.min(levels, Math.round(exposure / share))
    const below = Math.ceil(close) - 1
    const above = Math.floor(close) + 1
    const grid: OrderRequest[] = []
    for (let k = held + 1; k <= levels; k++) {
      // Steps that the price has fallen through already are not chased.
      if (center - k > below) continue
      const price = Math.exp((center - k) * step)
      const tag = `buy ${k}`
      grid.push({ side: 'buy', kind: 'limit', price, share, postOnly: true, repeat: true, tag })
    }
    for (let k = 1; k <= held; k++) {
      const price = Math.exp(Math.max(center - k + 1, above) * step)
      grid.push({
        side: 'sell',
        kind: 'limit',
        price,
        share,
        postOnly: true,
        reduceOnly: true,
        repeat: true,
        tag: `sell ${k}`,
      })
    }
    return orders(grid)
  },
})
