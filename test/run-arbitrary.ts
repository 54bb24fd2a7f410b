import fc from 'fast-check'
import type { LegSpec } from '../src/core/trading/desk.js'
import type { RunSpec } from '../src/core/engine/spec.js'
import { resolveParams, type ParamSpecs, type ParamValue } from '../src/core/strategy/params.js'
import { NO_RISK_LIMITS, type RiskLimits } from '../src/core/risk/limits.js'
import { type RiskSettings, type RoiStep } from '../src/core/risk/settings.js'
import { FLAT, HOLD, long, short } from '../src/core/strategy/intent.js'
import { crossed, defineStrategy, type AnyStrategy } from '../src/core/strategy/strategy.js'
import { sma } from '../src/core/indicators/averages/average.js'
import { integer, number } from '../src/core/strategy/params.js'
import { STRATEGIES } from '../strategies/index.js'

/** Trades often, scales, turns round, names exits of its own and keeps state: what shipped ones do not. */
export const restless = defineStrategy({
  name: 'restless',
  description: 'Trades often and in every way, for tests',
  params: {
    every: integer({ default: 3, min: 1, max: 7 }),
    stop: number({ default: 0.03, min: 0.005, max: 0.2 }),
    salt: integer({ default: 1, min: 1, max: 1000 }),
  },
  templates: {},
  indicators: () => ({}),
  initial: () => ({ count: 0, mix: 1 }),
  decide({ params, candle, exposure }, state) {
    state.count += 1
    if (state.count % params.every !== 0) return HOLD
    state.mix = (state.mix * 31 + params.salt + Math.floor(candle.close.at(0) * 100)) % 9973
    const pick = state.mix % 5
    if (pick === 0) return FLAT
    if (pick === 1) return short(0.5 + (state.mix % 50) / 100)
    if (pick === 2 && exposure > 0) return long(0.25, { timeStop: 4 })
    return long(0.3 + (state.mix % 70) / 100, {
      stopLoss: params.stop,
      takeProfit: params.stop * 1.5,
    })
  },
})

/** Speaks at crosses only, and does there what `restless` does: turns round, scales, names exits. */
export const restlessAtCrosses = defineStrategy({
  name: 'restless_at_crosses',
  description: 'Trades in every way at the crosses of two averages, for tests',
  params: {
    fast: integer({ default: 2, min: 1, max: 4 }),
    slow: integer({ default: 5, min: 5, max: 9 }),
    salt: integer({ default: 1, min: 1, max: 1000 }),
    goesShort: integer({ default: 0, min: 0, max: 1 }),
  },
  templates: {},
  indicators: ({ fast, slow }) => ({ fast: sma(fast), slow: sma(slow) }),
  initial: () => ({ mix: 1 }),
  actsOnCross: ['fast', 'slow'],
  decide({ params, indicators: { fast, slow }, candle, exposure, candlesHeld }, state) {
    const cross = crossed(fast, slow)
    if (cross === 0) return HOLD
    const seen = Math.floor(candle.close.at(0) * 100) + Math.round(exposure * 50) + candlesHeld
    state.mix = (state.mix * 31 + params.salt + seen) % 9973
    const pick = state.mix % 7
    if (pick === 0 && params.goesShort === 1) return short(0.5 + (state.mix % 50) / 100)
    if (cross < 0 && pick < 5) return FLAT
    if (pick === 1) return long(0.25, { timeStop: 4 })
    if (pick === 2) return long(1, { trailingStop: 0.02, takeProfit: 0.05 })
    return long(0.3 + (state.mix % 70) / 100, { stopLoss: (state.mix % 9) / 200 })
  },
})

const fraction = (max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(0), fc.double({ min: 0.005, max, noNaN: true }))

const risk: fc.Arbitrary<RiskSettings> = fc.record({
  stopLoss: fraction(0.2),
  takeProfit: fraction(0.3),
  trailingStop: fraction(0.2),
  trailingFrom: fraction(0.1),
  breakEven: fraction(0.1),
  roi: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.tuple(fraction(0.1), fraction(0.05)).map(([now, later]): RoiStep[] => [
        [0, now],
        [3, later],
      ]),
    },
  ),
  timeStop: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
  cooldown: fc.nat(4),
  positionSize: fc.oneof(
    fc.constant(null),
    fc.record({
      kind: fc.constant('quote' as const),
      amount: fc.double({ min: 50, max: 20_000, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('share' as const),
      share: fc.double({ min: 0.05, max: 1, noNaN: true }),
    }),
  ),
})

const limits: fc.Arbitrary<RiskLimits> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(NO_RISK_LIMITS) },
  {
    weight: 1,
    arbitrary: fc.record({
      maxDrawdown: fc.option(fc.double({ min: 0.05, max: 0.5, noNaN: true })),
      maxDailyLoss: fc.option(fc.double({ min: 0.02, max: 0.3, noNaN: true })),
      maxExposure: fc.option(fc.double({ min: 0.2, max: 1, noNaN: true })),
      maxOpenPositions: fc.option(fc.integer({ min: 1, max: 3 })),
      maxTradesPerDay: fc.option(fc.integer({ min: 1, max: 5 })),
      maxDataAgeMs: fc.option(fc.constant(0)),
      maxLossStreak: fc.option(fc.integer({ min: 1, max: 3 })),
      maxOrder: fc.option(fc.double({ min: 50, max: 20_000, noNaN: true })),
    }),
  },
)

/** Parameter values within the declared ranges, kept short enough for test candles. */
export function paramsArbitrary(strategy: AnyStrategy): fc.Arbitrary<Record<string, ParamValue>> {
  const specs = strategy.params as ParamSpecs
  const values = Object.entries(specs).map(([name, spec]) => {
    if (spec.kind === 'choice') return [name, fc.constantFrom(...spec.options)] as const
    if (spec.kind === 'boolean') return [name, fc.boolean()] as const
    if (spec.kind === 'integer')
      return [name, fc.integer({ min: spec.min, max: Math.min(spec.max, spec.min + 20) })] as const
    return [name, fc.double({ min: spec.min, max: Math.min(spec.max, 1e6), noNaN: true })] as const
  })
  return fc
    .record(Object.fromEntries(values) as Record<string, fc.Arbitrary<ParamValue>>)
    .map(drawn => resolveParams(specs, [drawn]))
    .filter(params => strategy.check?.(params) === undefined)
}

const anyStrategy: fc.Arbitrary<AnyStrategy> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<AnyStrategy>(restless, restlessAtCrosses) },
  { weight: 4, arbitrary: fc.constantFrom(...STRATEGIES) },
)

const leg = (
  weight: number,
  strategies: fc.Arbitrary<AnyStrategy> = anyStrategy,
): fc.Arbitrary<LegSpec> =>
  strategies.chain(strategy =>
    fc.record({
      strategy: fc.constant(strategy),
      params: paramsArbitrary(strategy),
      market: fc.record({
        symbol: fc.constant('TEST-USD'),
        step: fc.constantFrom(1e-9, 0.01, 1),
        tick: fc.constantFrom(0, 0.01),
        minNotional: fc.constantFrom(0, 10),
        shortable: fc.boolean(),
      }),
      risk,
      weight: fc.constant(weight),
      priority: fc.constantFrom(0, 0, 1),
    }),
  )

const costs = fc.record({
  fee: fraction(0.02),
  slippage: fraction(0.02),
  txCost: fc.constantFrom(0, 0.01, 2),
  impact: fc.constantFrom(null, { a: 1, b: 0.01, g: 0.8 }),
  makerFee: fraction(0.01),
  limitFill: fc.constantFrom('through' as const, 'touch' as const),
  maxVolumeShare: fc.constantFrom(null, 0.5),
})

/** Any run of one strategy that says where it speaks, without what asks for a closer look. */
export const crossRunArbitrary: fc.Arbitrary<RunSpec> = fc.record({
  legs: fc.tuple(
    leg(
      1,
      fc.oneof(
        { weight: 3, arbitrary: fc.constant<AnyStrategy>(restlessAtCrosses) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...STRATEGIES.filter(one => one.actsOnCross !== undefined)),
        },
      ),
    ),
  ),
  capital: fc.constantFrom(1000, 10_000, 0.5),
  costs: fc.oneof(
    costs,
    costs.map(own => ({ ...own, impact: null })),
  ),
  fill: fc.constant('next_open'),
  path: fc.constant('pessimistic'),
  limits: fc.constant(NO_RISK_LIMITS),
  keepOpen: fc.boolean(),
})

/** Any run: one to three strategies, any risk settings, costs and limits. */
export const runArbitrary: fc.Arbitrary<RunSpec> = fc.integer({ min: 1, max: 3 }).chain(count =>
  fc.record({
    legs: fc.tuple(...Array.from({ length: count }, () => leg(1 / count))),
    capital: fc.constantFrom(1000, 10_000),
    costs,
    fill: fc.constantFrom('next_open' as const, 'close' as const),
    path: fc.constantFrom('pessimistic' as const, 'optimistic' as const),
    limits,
    keepOpen: fc.boolean(),
  }),
)

/** Any run whose strategies look at averages over windows, or at no indicator at all. */
export const windowedRunArbitrary: fc.Arbitrary<RunSpec> = fc.record({
  legs: fc.tuple(leg(1, fc.constantFrom<AnyStrategy>(restless, restlessAtCrosses))),
  capital: fc.constantFrom(1000, 10_000),
  costs,
  fill: fc.constantFrom('next_open' as const, 'close' as const),
  path: fc.constant('pessimistic' as const),
  limits,
  keepOpen: fc.boolean(),
})
