import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { haircutAt, haircutSharpe } from '../../../../src/core/statistics/sharpe/haircut-sharpe.js'
import { adjustPValues } from '../../../../src/core/statistics/sharpe/multiple-testing.js'
import { studentTwoTail } from '../../../../src/core/statistics/distributions/student-distribution.js'
import { noiseTrials } from '../return-maker.js'

describe('p-values of several tests', () => {
  it('are adjusted as one does by hand for 0.02, 0.05 and 0.20', () => {
    const { bonferroni, bhy, holm } = adjustPValues([0.2, 0.02, 0.05])
    expect([...bonferroni].map(p => Number(p.toFixed(10)))).toEqual([0.6, 0.06, 0.15])
    expect([...holm].map(p => Number(p.toFixed(10)))).toEqual([0.2, 0.06, 0.1])
    // 3 x (1 + 1/2 + 1/3) / k x p(k); the largest too, as Benjamini and Yekutieli have it.
    expect([...bhy].map(p => Number(p.toFixed(6)))).toEqual([0.366667, 0.11, 0.1375])
  })

  it('are those of scipy 1.17, false_discovery_control(method="by")', () => {
    const { bhy } = adjustPValues([0.02, 0.05, 0.2, 0.001, 0.04, 0.9])
    const reference = [0.147, 0.18375, 0.588, 0.0147, 0.18375, 1]
    ;[...bhy].forEach((p, k) => expect(p).toBeCloseTo(reference[k]!, 12))
  })

  it('never fall, never pass 1, and Holm never passes Bonferroni', () => {
    const anyP = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(anyP, fc.nat(50), (pValues, more) => {
        const { bhy, bonferroni, holm } = adjustPValues(pValues, pValues.length + more)
        pValues.forEach((p, k) => {
          for (const adjusted of [bhy[k]!, bonferroni[k]!, holm[k]!]) {
            expect(adjusted).toBeGreaterThanOrEqual(p)
            expect(adjusted).toBeLessThanOrEqual(1)
          }
          expect(holm[k]!).toBeLessThanOrEqual(bonferroni[k]!)
        })
      }),
    )
  })
})

describe('the haircut Sharpe ratio', () => {
  it('has the Bonferroni p-value of 0.465 that the program of Harvey and Liu gives', () => {
    // Annual Sharpe 1 of 120 months, autocorrelation 0.1: 0.912 after their correction; 100 tests.
    const sharpe = (1 / Math.sqrt(12)) * autocorrelationFactor(0.1, 12)
    expect(sharpe * Math.sqrt(12)).toBeCloseTo(0.912, 3)
    const p = studentTwoTail(sharpe * Math.sqrt(120), 119)
    expect(Math.min(1, 100 * p)).toBeCloseTo(0.465, 2)
    const cut = haircutAt(100 * p, { count: 120, sharpe, periods: 12 })
    expect(studentTwoTail(cut.sharpePerPeriod * Math.sqrt(120), 119)).toBeCloseTo(0.465, 2)
    expect(cut.haircut).toBeCloseTo(1 - cut.sharpePerPeriod / sharpe, 12)
  })

  it('of one test is the Sharpe ratio, and falls with the number of tests', () => {
    const [trial] = noiseTrials(3, { trials: 1, count: 500, mean: 0.0015 })
    const of = (trials: number): number => haircutSharpe([trial!], { trials }).value!
    const alone = haircutSharpe([trial!])
    expect(alone.value).toBeCloseTo(alone.sharpePerPeriod!, 10)
    expect(of(2)).toBeLessThan(alone.value!)
    expect(of(50)).toBeLessThan(of(10))
    expect(of(1e9)).toBe(0)
    expect(haircutSharpe([trial!], { trials: 10 })).toMatchObject({ trials: 10, trialsUnknown: 9 })
  })

  it('knows the other trials, and cuts less where they are good too', () => {
    const [best] = noiseTrials(3, { trials: 1, count: 500, mean: 0.0015 })
    const alone = haircutSharpe([best!], { trials: 10 })
    const together = haircutSharpe(
      Array.from({ length: 10 }, (_, k) => ({ ...best!, name: `t${k}` })),
    )
    expect(together.value).toBeGreaterThan(alone.value!)
    expect(together.bonferroni).toEqual(alone.bonferroni)
  })

  it('has no value where there is nothing to cut', () => {
    const [bad] = noiseTrials(3, { trials: 1, count: 100, mean: -0.01 })
    expect(haircutSharpe([bad!])).toMatchObject({ value: null, bhy: null })
    expect(haircutSharpe([bad!]).reason).toContain('not above zero')
    const flat = [{ name: 'a', returns: new Float64Array(100) }]
    expect(haircutSharpe(flat)).toMatchObject({ value: null, sharpePerPeriod: null })
    const sure = { name: 'a', returns: Float64Array.from({ length: 5000 }, (_, k) => 1 + (k % 2)) }
    expect(haircutSharpe([sure], { trials: 100 }).value).not.toBeNull()
  })

  it('of the best of pure noise stays above zero at the nominal rate at most', () => {
    let kept = 0
    const runs = 300
    for (let run = 0; run < runs; run++) {
      const { bonferroni } = haircutSharpe(noiseTrials(run, { trials: 10, count: 120 }))
      if (bonferroni !== null && bonferroni.pValue < 0.05) kept += 1
    }
    expect(kept / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs))
  })
})

/** What an annual Sharpe ratio loses to autocorrelation `rho` (Lo 2002), as that program has it. */
function autocorrelationFactor(rho: number, periods: number): number {
  const rest = (1 - Math.pow(rho, periods)) / (periods * (1 - rho))
  return 1 / Math.sqrt(1 + ((2 * rho) / (1 - rho)) * (1 - rest))
}
