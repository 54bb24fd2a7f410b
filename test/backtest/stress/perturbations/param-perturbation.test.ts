import { describe, expect, it } from 'vitest'
import {
  neighboursOf,
  perturbParams,
} from '../../../../src/backtest/stress/perturbations/param-perturbation.js'
import { choice, flag, integer, number } from '../../../../src/core/strategy/params.js'

const SPECS = {
  window: integer({ default: 20, min: 2, max: 21 }),
  width: number({ default: 2, min: 0.5, max: 5, step: 0.25 }),
  small: integer({ default: 3, min: 1, max: 50 }),
  mode: choice(['a', 'b']),
  strict: flag(true),
}
const OWN = { window: 20, width: 2, small: 3, mode: 'a', strict: true }

describe('neighbours of a parameter set', () => {
  it('are one step and a tenth away, within the limits, each once', () => {
    const found = neighboursOf(SPECS, OWN).map(({ name, value }) => [name, value])
    expect(found).toEqual([
      ['window', 18],
      ['window', 19],
      ['window', 21],
      ['width', 1.75],
      ['width', 1.8],
      ['width', 2.2],
      ['width', 2.25],
      ['small', 2],
      ['small', 4],
    ])
  })
})

describe('a perturbed parameter set', () => {
  const evaluate = (params: Readonly<Record<string, unknown>>) => ({
    totalReturn: Number(params['window']) - 18.5,
    sharpe: Number(params['width']),
  })

  it('is compared with its neighbours', () => {
    const made = perturbParams({
      specs: SPECS,
      params: OWN,
      check: ({ small }) => (small === 4 ? 'four is refused' : undefined),
      evaluate,
    })
    expect(made).toMatchObject({ n: 8, refused: 1, reason: null })
    expect(made.own).toEqual({ totalReturn: 1.5, sharpe: 2 })
    expect(made.neighbours[0]).toEqual({ name: 'window', value: 18, totalReturn: -0.5, sharpe: 2 })
    expect(made.profitableShare).toBe(7 / 8)
    expect(made.leastSharpe).toBe(1.75)
    expect(made.meanSharpe).toBeCloseTo(2, 12)
    expect(made.leastToOwn).toBe(0.875)
  })

  it('has no ratio to a Sharpe ratio that is not above zero', () => {
    const made = perturbParams({
      specs: SPECS,
      params: OWN,
      own: { totalReturn: 1, sharpe: -1 },
      evaluate,
    })
    expect([made.meanToOwn, made.leastToOwn]).toEqual([null, null])
  })

  it('says why it has no neighbours', () => {
    const none = perturbParams({ specs: { mode: SPECS.mode }, params: OWN, evaluate })
    expect(none).toMatchObject({ n: 0, profitableShare: null, meanSharpe: null })
    expect(none.reason).toBe('the strategy has no number to change')
    const all = perturbParams({ specs: SPECS, params: OWN, check: () => 'no', evaluate })
    expect(all.reason).toBe('the strategy refuses every neighbour')
    let left = 3
    const spent = perturbParams({
      specs: SPECS,
      params: OWN,
      evaluate: params => (left-- > 0 ? evaluate(params) : null),
    })
    expect(spent).toMatchObject({ n: 2, reason: 'not every neighbour was evaluated' })
  })
})
