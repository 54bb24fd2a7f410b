import {
  exit,
  FLAT,
  HOLD,
  keep,
  long,
  orders,
  short,
  type Exits,
  type Intent,
  type OrderRequest,
} from '../../src/core/strategy/intent.js'
import type { OracleCandle, OracleMarket } from './model.js'
import type { Dice } from './scenes.js'

/** What a leg says at each close of its market, in every way in which a strategy can speak. */
export function scriptOf(dice: Dice, { candles }: OracleMarket, grid: number): readonly Intent[] {
  const habits = dice.pick<Habit>(['targets', 'orders', 'both'])
  const often = dice.pick([0.15, 0.4, 0.8])
  let asked: readonly OrderRequest[] = []
  return candles.map(candle => {
    if (!dice.chance(often)) return HOLD
    if (habits === 'targets' || (habits === 'both' && dice.chance(0.5))) {
      return dice.chance(0.2) ? levelsOf(dice, candle, grid) : targetOf(dice)
    }
    asked = nextOrders(dice, candle, { asked, grid })
    return orders(asked, { priority: dice.maybe(0.1, [1, 3], null) })
  })
}

type Habit = 'targets' | 'orders' | 'both'

function targetOf(dice: Dice): Intent {
  const exposure = dice.pick([-1, -0.5, 0, 0, 0.2, 0.5, 0.5, 1, 1])
  const tag = dice.maybe(0.1, ['x', 'y'], '')
  if (exposure === 0) return tag === '' ? FLAT : exit(tag)
  const options = {
    ...exitsOf(dice),
    ...(tag !== '' && { tag }),
    ...(dice.chance(0.1) && { priority: dice.whole(1, 3) }),
  }
  return exposure > 0 ? long(exposure, options) : short(-exposure, options)
}

function exitsOf(dice: Dice): Exits {
  if (dice.chance(0.6)) return {}
  return {
    ...(dice.chance(0.3) && { stopLoss: dice.pick([0.02, 0.1]) }),
    ...(dice.chance(0.3) && { takeProfit: dice.pick([0.02, 0.1]) }),
    ...(dice.chance(0.2) && { trailingStop: dice.pick([0.03, 0.1]) }),
    ...(dice.chance(0.1) && { trailingFrom: 0.02 }),
    ...(dice.chance(0.2) && { breakEven: 0.01 }),
    ...(dice.chance(0.2) && { timeStop: dice.whole(1, 5) }),
    ...(dice.chance(0.1) && { roi: { 1: 0.04, 4: 0 } }),
  }
}

function levelsOf(dice: Dice, { close }: OracleCandle, grid: number): Intent {
  const level = (): number | null =>
    dice.chance(0.2) ? null : priceNear(dice, { price: close, grid })
  if (dice.chance(0.4)) return keep({ stopPrice: level() })
  return dice.chance(0.5)
    ? keep({ targetPrice: level() })
    : keep({ stopPrice: level(), targetPrice: level() })
}

/** The same as before, a part of it with something new, or all anew. */
function nextOrders(
  dice: Dice,
  candle: OracleCandle,
  { asked, grid }: { asked: readonly OrderRequest[]; grid: number },
): readonly OrderRequest[] {
  const kept = asked.filter(({ group }) => group === undefined && dice.chance(0.7))
  if (dice.chance(0.3)) return dice.chance(0.5) ? asked : [...kept].reverse()
  const fresh = Array.from({ length: dice.whole(0, 3) }, () => orderOf(dice, candle, grid))
  if (fresh.length > 1 && dice.chance(0.2)) {
    return [...kept, ...fresh.map(order => ({ ...order, group: 'g' }))]
  }
  return dice.chance(0.5) ? [...kept, ...fresh] : [...fresh, ...kept]
}

function orderOf(dice: Dice, { close }: OracleCandle, grid: number): OrderRequest {
  const kind = dice.pick(['limit', 'limit', 'stop'] as const)
  const isSized = dice.chance(0.7)
  return {
    side: dice.pick(['buy', 'sell']),
    kind,
    price: priceNear(dice, { price: close, grid }),
    ...(isSized ? { share: dice.pick([0.1, 0.4, 1]) } : { quantity: dice.pick([0.5, 3, 20]) }),
    ...(dice.chance(0.3) && { goodFor: dice.whole(1, 4) }),
    ...(kind === 'limit' && dice.chance(0.2) && { postOnly: true }),
    ...(dice.chance(0.15) && { reduceOnly: true }),
    ...(dice.chance(0.1) && { tag: 'o' }),
    ...(dice.chance(0.2) && { repeat: true }),
    ...(dice.chance(0.2) && { exits: exitsOf(dice) }),
  }
}

function priceNear(dice: Dice, { price, grid }: { price: number; grid: number }): number {
  const near = price * (1 + dice.between(-1, 1) * dice.pick([0.005, 0.03, 0.1]))
  return grid === 0 ? near : Math.max(grid, Math.round(near / grid) * grid)
}
