import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import {
  normalCdf,
  normalQuantile,
} from '../../../src/core/statistics/distributions/normal-distribution.js'
import {
  studentTwoTail,
  studentTwoTailInverse,
} from '../../../src/core/statistics/distributions/student-distribution.js'

/** Twenty digits by mpmath 1.3 at 40 digits: `mp.ncdf(x)`. */
const NORMAL = [
  [-37.5, 4.6053530095819548438e-308],
  [-20, 2.7536241186062336951e-89],
  [-8.5, 9.4795348222033183542e-18],
  [-5, 2.8665157187919391167e-7],
  [-3, 0.0013498980316300945267],
  [-1.96, 0.024997895148220436213],
  [-0.5, 0.30853753872598689636],
  [-0.1, 0.46017216272297101633],
  [0, 0.5],
  [0.3, 0.61791142218895263307],
  [0.66, 0.74537308532866386236],
  [1.2, 0.88493032977829172335],
  [2.5, 0.99379033467422386483],
  [5, 0.99999971334842812081],
  [7, 0.99999999999872018746],
] as const

/** By mpmath, a root of `mp.ncdf(z) - p`; the smallest by scipy 1.17 `norm.ppf`. */
const NORMAL_QUANTILES = [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965322],
  [1e-30, -11.464024688443613],
  [1e-12, -7.0344838253011319326],
  [1e-9, -5.9978070150076868614],
  [0.001, -3.0902323061678135354],
  [0.025, -1.9599639845400542118],
  [0.05, -1.644853626951472688],
  [0.07499, -1.4396021182393162092],
  [0.3, -0.52440051270804081597],
  [0.95, 1.6448536269514722843],
  [0.975, 1.9599639845400538556],
  [0.99, 2.3263478740408407676],
  [0.999999, 4.7534243088170877657],
] as const

/** t, degrees of freedom, and by mpmath the two-sided probability, `mp.betainc` regularised. */
const STUDENT = [
  [0.01, 5, 0.99240801804258190276],
  [0.5, 1, 0.70483276469913345165],
  [1, 3, 0.39100221895577064191],
  [2, 10, 0.073388034770740365618],
  [2.885, 119, 0.0046481060674713114023],
  [4, 364, 7.674188572671848024e-5],
  [10, 364, 5.8118190146762543867e-21],
  [3, 3649, 0.0027180468282908123905],
  [30, 50, 1.2380022795987265999e-33],
  [0.2, 2000, 0.84150091403315183815],
] as const

/** Equal but for a relative difference. */
function expectNear(value: number, wanted: number, within: number): void {
  expect(Math.abs(value - wanted), `${value} for ${wanted}`).toBeLessThanOrEqual(
    within * Math.abs(wanted),
  )
}

describe('the normal distribution', () => {
  it('agrees with twenty digits, tails included', () => {
    for (const [x, wanted] of NORMAL) expectNear(normalCdf(x), wanted, x < -10 ? 1e-12 : 1e-14)
    expect(normalCdf(-Infinity)).toBe(0)
    expect(normalCdf(Infinity)).toBe(1)
  })

  it('has the quantiles that other programs have', () => {
    for (const [p, wanted] of NORMAL_QUANTILES) expectNear(normalQuantile(p), wanted, 1e-14)
    expect(normalQuantile(0.5)).toBe(0)
  })

  it('and its inverse undo each other', () => {
    const anyP = fc.double({ min: 1e-15, max: 1 - 1e-12, noNaN: true })
    fc.assert(fc.property(anyP, p => expectNear(normalCdf(normalQuantile(p)), p, 5e-14)))
  })

  it('agrees with jstat', () => {
    for (let x = -6; x <= 6; x += 0.37) {
      expect(normalCdf(x)).toBeCloseTo(jstat.normal.cdf(x, 0, 1), 13)
    }
    for (let p = 0.01; p < 1; p += 0.03) {
      expect(normalQuantile(p)).toBeCloseTo(jstat.normal.inv(p, 0, 1), 9)
    }
  })
})

describe('the Student distribution', () => {
  it('agrees with twenty digits', () => {
    for (const [t, freedom, wanted] of STUDENT) {
      expectNear(studentTwoTail(t, freedom), wanted, 2e-13)
      expect(studentTwoTail(-t, freedom)).toBe(studentTwoTail(t, freedom))
    }
    expect(studentTwoTail(0, 7)).toBe(1)
    expect(studentTwoTail(Infinity, 7)).toBe(0)
  })

  it('agrees with jstat, and so does its inverse', () => {
    for (const freedom of [2, 9, 23, 119, 364]) {
      for (const t of [0.3, 1, 2, 3.5]) {
        const tail = 2 * (1 - jstat.studentt.cdf(t, freedom))
        // jstat stops its continued fraction at 3e-7.
        expect(studentTwoTail(t, freedom)).toBeCloseTo(tail, 7)
      }
      for (const p of [0.9, 0.2, 0.05, 0.001]) {
        const t = jstat.studentt.inv(1 - p / 2, freedom)
        expect(studentTwoTailInverse(p, freedom)).toBeCloseTo(t, 6)
      }
    }
  })

  it('and its inverse undo each other', () => {
    const anyP = fc.double({ min: 1e-200, max: 1, noNaN: true, minExcluded: true })
    fc.assert(
      fc.property(anyP, fc.integer({ min: 3, max: 4000 }), (p, freedom) => {
        expectNear(studentTwoTail(studentTwoTailInverse(p, freedom), freedom), p, 1e-11)
      }),
      { numRuns: 50 },
    )
  })
})
