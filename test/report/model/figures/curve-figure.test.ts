import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountFigure } from '../../../../src/report/model/figures/curve-figure.js'
import { curvePlaces } from '../../../../src/report/model/figures/curve-places.js'

const column = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 400 })
  .map(values => Float64Array.from(values))

describe('the places of a curve', () => {
  it('rise, are no more than asked for, and hold the ends and the extremes of every column', () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 12, max: 120 }), (values, most) => {
        const other = values.map((value, i) => value * (i % 2 === 0 ? 1 : -1))
        const places = curvePlaces([values, other], most)
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
        expect(places.length).toBeLessThanOrEqual(Math.max(most + 2, 2))
        expect(places[0]).toBe(0)
        expect(places.at(-1)).toBe(values.length - 1)
        for (const one of [values, other]) {
          const kept = places.map(i => one[i]!)
          expect(Math.max(...kept)).toBe(Math.max(...one))
          expect(Math.min(...kept)).toBe(Math.min(...one))
        }
      }),
    )
  })

  it('are all places where these are few', () => {
    expect(curvePlaces([new Float64Array(5)])).toEqual([0, 1, 2, 3, 4])
  })
})

describe('the figure of an account', () => {
  it('has the deepest drawdown of a million points, the capital being the first peak', () => {
    const length = 1_000_000
    const equity = Float64Array.from({ length }, (_, i) => 9000 + 5000 * Math.sin(i / 5000))
    equity[123_457] = 1
    const { drawdown, time, lines } = accountFigure({
      id: 'x',
      capital: 10_000,
      time: equity.map((_, i) => i),
      equity,
      hold: equity,
      stretches: [],
      stop: null,
    })
    expect(time.length).toBeLessThan(9000)
    expect(drawdown![0]).toBeCloseTo(-0.1, 6)
    expect(Math.min(...drawdown!)).toBeCloseTo(1 / 14_000 - 1, 4)
    expect(lines[0]!.values[time.indexOf(123_457)]).toBe(1)
  })
})
