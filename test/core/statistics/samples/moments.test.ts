import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import { momentsOf, quantileOfSorted } from '../../../../src/core/statistics/samples/moments.js'
import { isConstant } from '../../../../src/core/statistics/statistic.js'
import { REFERENCE_COLUMNS } from '../return-maker.js'

describe('moments', () => {
  it('are those of numpy and scipy (bias, fisher=False)', () => {
    const reference = {
      x: [0.0005222894612043896, 0.01392780275463222, -0.00307222316184563, 1.5649904311714535],
      y: [0.0014046090852979293, 0.017707575842790067, 0.006193391135811319, 2.128157658966935],
      w: [0.00016152849798734616, 0.008278158789889392, 0.0687930459129667, 2.047481719395991],
    }
    for (const name of ['x', 'y', 'w'] as const) {
      const { mean, deviation, skewness, kurtosis } = momentsOf(REFERENCE_COLUMNS[name])
      const [wantedMean, wantedDeviation, wantedSkewness, wantedKurtosis] = reference[name]
      expect(mean).toBeCloseTo(wantedMean!, 15)
      expect(deviation).toBeCloseTo(wantedDeviation!, 14)
      expect(skewness).toBeCloseTo(wantedSkewness!, 11)
      expect(kurtosis, 'raw, so 3 above the excess').toBeCloseTo(wantedKurtosis!, 11)
    }
  })

  it('are those of jstat', () => {
    const anyReturns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), {
      minLength: 4,
      maxLength: 60,
    })
    fc.assert(
      fc.property(anyReturns, values => {
        const returns = Float64Array.from(values)
        fc.pre(!isConstant(returns) && jstat.stdev(values, true) > 1e-4)
        const moments = momentsOf(returns)
        expect(moments.mean).toBeCloseTo(jstat.mean(values), 12)
        expect(moments.deviation).toBeCloseTo(jstat.stdev(values, true), 12)
        expect(moments.skewness).toBeCloseTo(jstat.skewness(values), 7)
        expect(moments.kurtosis).toBeCloseTo(jstat.kurtosis(values) + 3, 7)
      }),
    )
  })

  it('know a column of one value from one that hardly moves', () => {
    expect(isConstant(new Float64Array(50).fill(0.1))).toBe(true)
    expect(isConstant(Float64Array.from([0.1 + 0.2, 0.3]))).toBe(true)
    expect(isConstant(Float64Array.from([0.3, 0.3 + 1e-9]))).toBe(false)
    expect(isConstant(Float64Array.from([0.3]))).toBe(true)
  })

  it('quantiles lie between neighbours', () => {
    const sorted = Float64Array.from([1, 2, 4, 8])
    expect([0, 0.5, 1, 0.25].map(p => quantileOfSorted(sorted, p))).toEqual([1, 3, 8, 1.75])
  })
})
