import { describe, expect, it } from 'vitest'
import { describeRun } from '../../../../src/backtest/run/record/manifest.js'
import { commonStart } from '../../../../src/backtest/sweep/plan/decision-start.js'
import { Field } from '../../../../src/backtest/sweep/plan/field.js'
import { sma } from '../../../../src/core/indicators/averages/average.js'
import { integer } from '../../../../src/core/strategy/params.js'
import { HOLD } from '../../../../src/core/strategy/intent.js'
import type { Point } from '../../../../src/core/search/search.js'
import { defineStrategy } from '../../../../src/core/strategy/strategy.js'
import { randomCandles } from '../../../core/indicators/random-candles.js'
import { dataOf, requestFor } from '../../stress/stress-fixture.js'

const NAMES = 'abcdefghijklmnopqrstuvw'.split('')
let asked = 0

/** Twenty-three parameters: one alone in an indicator, two together in another, the rest in none. */
const wide = defineStrategy({
  name: 'wide',
  description: 'Has many parameters',
  params: Object.fromEntries(NAMES.map(name => [name, integer({ default: 2, min: 1, max: 500 })])),
  templates: {},
  indicators: params => {
    asked += 1
    const { a, b, c } = params as Record<'a' | 'b' | 'c', number>
    return { alone: sma(a), ...(b > 2 && { both: sma(b + c) }) }
  },
  initial: () => ({}),
  decide: () => HOLD,
})

function fieldOf(grid: readonly string[]): Field {
  const data = dataOf(randomCandles({ seed: 5, length: 600 }))
  const base = requestFor(wide)
  const manifest = describeRun(base, data, data.main.candles, null)
  return new Field({ base: manifest, starts: { default: { ...START } }, grid }, base, data)
}

const START = Object.fromEntries(NAMES.map(name => [name, 2]))
const others = (count: number, range: string): string[] =>
  NAMES.slice(3, 3 + count).map(name => `${name}=${range}`)

describe('the common start of the sets of a space', () => {
  it.each([
    ['of one indicator', ['a=5:90:1'], 89],
    ['of two parameters together', ['a=5:20:1', 'b=3:60:1', 'c=4:70:1'], 129],
    ['where it is declared for some sets only', ['b=1:3:1', 'c=10:40:1'], 42],
  ])('is that of the slowest indicator %s', (_which, grid, start) => {
    // A few sets, all of them asked; and so many that they cannot be.
    expect(commonStart(fieldOf(grid), () => true)).toBe(start)
    expect(commonStart(fieldOf([...grid, ...others(12, '1:9:1')]), () => true)).toBe(start)
  })

  it('counts no set that is not allowed', () => {
    const field = fieldOf(['a=5:200:1', 'b=5:100:1', ...others(8, '1:9:1')])
    const allows = (point: Point): boolean => point[0]! + 5 < 50
    expect(commonStart(field, allows)).toBe(101)
  })

  it('asks for few sets, however many there are', () => {
    asked = 0
    commonStart(fieldOf(['a=5:200:1', 'b=3:400:1', 'c=1:100:1', ...others(8, '1:9:1')]), () => true)
    expect(asked).toBeLessThan(20_000)
  })
})
