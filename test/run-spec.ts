import { DEFAULT_COSTS, type Costs } from '../src/core/account/costs.js'
import type { LegSpec } from '../src/core/trading/desk.js'
import type { RunSpec } from '../src/core/engine/spec.js'
import { defaultMarket, type Market } from '../src/core/account/market.js'
import { NO_RISK_LIMITS } from '../src/core/risk/limits.js'
import { NO_RISK_SETTINGS, type RiskSettings } from '../src/core/risk/settings.js'
import { FLAT, HOLD, long, short, type Intent } from '../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../src/core/strategy/strategy.js'

export const FREE: Costs = {
  ...DEFAULT_COSTS,
  fee: 0,
  makerFee: 0,
  slippage: 0,
}

/** A run of one strategy with nothing but what a test says. */
export function specOf(
  strategy: AnyStrategy,
  overrides: Partial<Omit<RunSpec, 'legs'>> & {
    risk?: Partial<RiskSettings>
    market?: Partial<Market>
    params?: Record<string, number>
    weight?: number
  } = {},
): RunSpec {
  const { risk, market, params, weight, ...run } = overrides
  const leg: LegSpec = {
    strategy,
    params: params ?? {},
    market: { ...defaultMarket('TEST-USD'), ...market },
    risk: { ...NO_RISK_SETTINGS, ...risk },
    weight: weight ?? 1,
    priority: 0,
  }
  return {
    legs: [leg],
    capital: 10_000,
    costs: FREE,
    fill: 'next_open',
    path: 'pessimistic',
    limits: NO_RISK_LIMITS,
    keepOpen: false,
    ...run,
  }
}

/** A strategy that says at each candle what a script says: a target exposure, or null to hold. */
export function scripted(
  script: readonly (number | null | undefined)[],
  name = 'scripted',
): AnyStrategy {
  return defineStrategy({
    name,
    description: 'Follows a script',
    params: {},
    templates: {},
    indicators: () => ({}),
    initial: () => ({ i: 0 }),
    decide(_now, state): Intent {
      const target = script[state.i]
      state.i += 1
      if (target === null || target === undefined) return HOLD
      if (target === 0) return FLAT
      return target > 0 ? long(target) : short(-target)
    },
  })
}
