import { FLAT, HOLD, keep, long, orders, type Intent } from '../src/core/strategy/intent.js'
import type { OrderRequest } from '../src/core/strategy/intent.js'
import { integer } from '../src/core/strategy/params.js'
import { defineStrategy } from '../src/core/strategy/strategy.js'

/** Has orders of every kind resting near the price, with every field that they may have, for tests. */
export const restlessOrders = defineStrategy({
  name: 'restless_orders',
  description: 'Places resting orders of every kind, for tests',
  params: { salt: integer({ default: 1, min: 1, max: 1000 }) },
  templates: {},
  indicators: () => ({}),
  initial: () => ({ mix: 1, share: 3 }),
  decide({ params, candle }, state): Intent {
    const draw = (most: number): number => {
      state.mix = (state.mix * 31 + params.salt + Math.floor(candle.close.at(0) * 100)) % 9973
      return state.mix % most
    }
    const pick = draw(12)
    if (pick === 0) return FLAT
    if (pick === 1) return HOLD
    if (pick === 2) return long(0.5, { stopLoss: 0.02 })
    const close = candle.close.at(0)
    if (pick === 3) return keep({ stopPrice: close * 0.97, targetPrice: close * 1.02 })
    // Where the share stays and the price too, an order is the one that rests.
    if (draw(3) > 0) state.share = draw(9) + 1
    const share = state.share / 10
    const requests = Array.from({ length: draw(4) }, () => requestOf(draw, { close, share }))
    const isGroup = requests.length > 1 && draw(3) === 0
    return orders(isGroup ? requests.map(one => ({ ...one, group: 'g' })) : requests)
  },
})

function requestOf(
  draw: (most: number) => number,
  { close, share }: { readonly close: number; readonly share: number },
): OrderRequest {
  const kind = draw(4) === 0 ? 'stop' : 'limit'
  const price = draw(4) === 0 ? 100 : close * (1 + (draw(41) - 20) / 1000)
  return {
    side: draw(2) === 0 ? 'buy' : 'sell',
    kind,
    price,
    ...(draw(3) === 0 ? { quantity: share * 3 } : { share }),
    ...(draw(4) === 0 && { goodFor: draw(3) }),
    ...(kind === 'limit' && draw(3) === 0 && { postOnly: true }),
    ...(draw(5) === 0 && { reduceOnly: true }),
    ...(draw(2) === 0 && { repeat: true }),
    ...(draw(3) === 0 && { tag: `t${draw(7)}` }),
    ...(draw(4) === 0 && { exits: { stopLoss: 0.02, takeProfit: 0.01, trailingStop: 0.03 } }),
  }
}
