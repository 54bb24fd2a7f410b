import { expect, it } from 'vitest'
import { signalStrategy } from '../../../src/backtest/signals/signal-strategy.js'
import { exit, HOLD, long, type Intent } from '../../../src/core/strategy/intent.js'
import type { AnyStrategy, StrategyState } from '../../../src/core/strategy/strategy.js'

const decisions = [
  { time: 2000, intent: long(1) },
  { time: 4000, intent: exit('out') },
]

/** What it says at the candles that open at these times. */
function says(opens: readonly number[]): Intent[] {
  const strategy = signalStrategy(decisions, 1000)
  const state: StrategyState = strategy.initial({}) as StrategyState
  return opens.map(time => strategy.decide({ time } as Parameters<AnyStrategy['decide']>[0], state))
}

it('says at each close what was decided there, and nothing else', () => {
  expect(says([0, 1000, 2000, 3000, 4000])).toEqual([HOLD, long(1), HOLD, exit('out'), HOLD])
})

it('finds its place where it is first asked late, and passes the very intents through', () => {
  const said = says([3000])
  expect(said[0]).toBe(decisions[1]!.intent)
})
