import type { AnyStrategy } from '../../src/core/strategy/strategy.js'
import { defineStrategy } from '../../src/core/strategy/strategy.js'
import { FLAT, HOLD, keep, long, orders, type Intent } from '../../src/core/strategy/intent.js'
import { integer } from '../../src/core/strategy/params.js'

/**
 * A strategy that wants something else every few candles: targets, resting orders, levels. Each thing
 * that it asks for is tagged with the candle at which it was decided.
 */
export function restlessStrategy(name: string): AnyStrategy {
  return defineStrategy({
    name,
    description: 'Wants something else every few candles, for simulations',
    params: { salt: integer({ default: 1, min: 1, max: 100_000 }) },
    templates: {},
    indicators: () => ({}),
    initial: () => ({ mix: 1 }),
    decide({ params, candle, time }, state): Intent {
      const draw = (most: number): number => {
        state.mix = (state.mix * 1103 + params.salt + Math.floor(candle.close.at(0) * 100)) % 99_991
        return state.mix % most
      }
      const tag = `t${time}`
      const close = candle.close.at(0)
      const pick = draw(10)
      if (pick < 3) return HOLD
      if (pick < 5) return FLAT
      if (pick < 7) {
        return long((draw(3) + 1) / 3, { tag, stopLoss: 0.004 * (draw(3) + 1), takeProfit: 0.01 })
      }
      if (pick === 7) return keep({ stopPrice: close * 0.997, targetPrice: close * 1.005 })
      const share = (draw(3) + 1) / 4
      return orders([
        { side: 'buy', kind: 'limit', price: close * 0.999, share, tag, exits: { stopLoss: 0.01 } },
        pick === 8
          ? { side: 'buy', kind: 'stop', price: close * 1.002, share, tag }
          : { side: 'sell', kind: 'limit', price: close * 1.003, share, tag, reduceOnly: true },
      ])
    },
  })
}
