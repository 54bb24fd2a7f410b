import { describe, expect, it } from 'vitest'
import { HOLD, long } from '../../src/core/strategy/intent.js'
import { type AnyStrategy } from '../../src/core/strategy/strategy.js'
import { resolveParams } from '../../src/core/strategy/params.js'
import { RUN_FLAGS } from '../../src/cli/flags/run-flags.js'
import { STRATEGIES } from '../../strategies/index.js'
import { strategyContract } from '../contracts/strategy.js'

for (const strategy of STRATEGIES) strategyContract(strategy)

describe('the registry', () => {
  it('names each strategy once, in order', () => {
    const names = STRATEGIES.map(({ name }) => name)
    expect([...new Set(names)].sort()).toEqual(names)
  })

  it('has templates that name known parameters within their ranges and pass the check', () => {
    for (const strategy of STRATEGIES) {
      for (const values of Object.values(strategy.templates as Record<string, object>)) {
        const params = resolveParams(strategy.params, [values as Record<string, unknown>])
        expect(strategy.check?.(params)).toBeUndefined()
      }
    }
  })

  it('has no parameter with the name of a setting of the run', () => {
    const names = STRATEGIES.flatMap(({ params }) => Object.keys(params))
    expect(names.filter(name => Object.hasOwn(RUN_FLAGS, name.replaceAll('_', '-')))).toEqual([])
    expect(names).toContain('fast_ma')
  })

  it('holds ma_crossover with the templates that users rely on', () => {
    const found = STRATEGIES.find(({ name }) => name === 'ma_crossover') as AnyStrategy
    expect(found.templates).toEqual({
      conservative: { fast_ma: 20, slow_ma: 50, min_volume: 1_000_000 },
      aggressive: { fast_ma: 10, slow_ma: 21, min_volume: 500_000 },
    })
  })
})

describe('long and HOLD', () => {
  it('are plain data, so an intent can be stored', () => {
    expect(JSON.parse(JSON.stringify(long(0.5, { stopLoss: 0.02 })))).toEqual(
      long(0.5, { stopLoss: 0.02 }),
    )
    expect(JSON.parse(JSON.stringify(HOLD))).toEqual(HOLD)
  })
})
