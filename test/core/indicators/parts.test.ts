import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../../../src/core/indicators/catalogue/catalogue.js'
import { macd } from '../../../src/core/indicators/momentum/macd.js'
import { stochastic } from '../../../src/core/indicators/momentum/stochastic.js'
import { sma } from '../../../src/core/indicators/averages/average.js'
import { makerOf } from '../../../src/core/indicators/parts.js'

type Loose = Record<string, unknown>

describe('the parts of an indicator', () => {
  it('are spread and listed as those of any record', () => {
    expect(Object.keys({ ...stochastic(14) })).toEqual(['k', 'd'])
    expect(JSON.parse(JSON.stringify(stochastic(14)))).toHaveProperty(
      'k.key',
      'stochastic(14,1,3).k',
    )
  })

  it('that there are not are refused, with those that there are', () => {
    expect(() => (macd() as unknown as Loose)['hist']).toThrow(
      'macd has no part "hist": it has line, signal and histogram; did you mean macd(...).histogram?',
    )
    expect(() => (stochastic(14) as unknown as Loose)['slow']).toThrow(
      'stochastic has no part "slow": it has k and d',
    )
  })

  it('are not one indicator that another could be made of', () => {
    expect(() => sma(10, stochastic(14) as never)).toThrow(
      'stochastic is k and d, not one indicator; write stochastic(...).k',
    )
  })

  it('are guarded in every indicator that has some', () => {
    const several = CATALOGUE.filter(({ outputs }) => outputs.length > 0)
    for (const { name, example } of several) expect(makerOf(example()), name).toBe(name)
    expect(several.length).toBeGreaterThan(8)
  })
})
