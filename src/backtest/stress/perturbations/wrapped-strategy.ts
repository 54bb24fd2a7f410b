import type { Indicator } from '../../../core/indicators/indicator.js'
import type { ParamSpecs } from '../../../core/strategy/params.js'
import { FLAT, HOLD, type Intent, type OrdersIntent } from '../../../core/strategy/intent.js'
import { type AnyStrategy, type StrategyState } from '../../../core/strategy/strategy.js'
import { chanceAt } from '../seeds.js'

type AnyMoment = Parameters<AnyStrategy['decide']>[0]

/**
 * The strategy, with a share of its entries missed: a target that would open a position is not
 * passed on, one that would turn it round only leaves it, and of resting orders those are left that
 * only reduce. Which ones is a matter of seed and time
 * alone, so those missed at 5 % are among those missed at 10 %. Who asks again is heard again.
 */
export function missingEntries(
  strategy: AnyStrategy,
  { share, seed }: { readonly share: number; readonly seed: number },
): AnyStrategy {
  return wrapped(strategy, true, (now, state) => {
    const intent = strategy.decide(now, state)
    if (intent.kind === 'orders') return missingOrders(intent, chanceAt(seed, now.time) < share)
    if (intent.kind !== 'target' || intent.exposure === 0) return intent
    const isFlat = now.candlesHeld === 0
    if (!isFlat && now.exposure * intent.exposure > 0) return intent
    if (chanceAt(seed, now.time) >= share) return intent
    return isFlat ? HOLD : FLAT
  })
}

/** A set of resting orders without those that may open a position, where the answer is missed. */
function missingOrders(intent: OrdersIntent, isMissed: boolean): Intent {
  if (!isMissed) return intent
  return { ...intent, orders: intent.orders.filter(({ reduceOnly }) => reduceOnly === true) }
}

/**
 * The strategy, whose every word is heard `candles` candles later. It sees what it really holds
 * meanwhile. What it says in the last candles is never heard.
 */
export function decidingLate(strategy: AnyStrategy, candles: number): AnyStrategy {
  // Each run has a state of its own, so each has a queue of its own.
  const queues = new WeakMap<StrategyState, Intent[]>()
  return wrapped(strategy, false, (now, state) => {
    let queue = queues.get(state)
    if (queue === undefined) {
      queue = Array.from({ length: candles }, () => HOLD)
      queues.set(state, queue)
    }
    queue.push(strategy.decide(now, state))
    return queue.shift()!
  })
}

/** `keepsSilence`: whether it still says nothing where the strategy says nothing. */
function wrapped(
  strategy: AnyStrategy,
  keepsSilence: boolean,
  decide: (now: AnyMoment, state: StrategyState) => Intent,
): AnyStrategy {
  const { name, description, templates, actsOnCross } = strategy
  return {
    name,
    description,
    params: strategy.params as ParamSpecs,
    templates,
    indicators: given => strategy.indicators(given) as Record<string, Indicator>,
    initial: given => strategy.initial(given) as StrategyState,
    ...(keepsSilence && actsOnCross !== undefined && { actsOnCross }),
    decide,
  }
}
