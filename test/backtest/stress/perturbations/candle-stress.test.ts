import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  noiseStress,
  resampleStress,
} from '../../../../src/backtest/stress/perturbations/candle-stress.js'
import {
  addNoise,
  drawCandles,
  stageFor,
} from '../../../../src/backtest/stress/perturbations/other-candles.js'
import type { Candles } from '../../../../src/core/candles/candles.js'
import { marketArbitrary } from '../../../market-generator.js'
import { runArbitrary } from '../../../run-arbitrary.js'
import { donchianBreakout } from '../../../../strategies/donchian_breakout.js'
import { maCrossover } from '../../../../strategies/ma_crossover.js'
import { requestFor, requestOf, runsOf, synthetic, waves } from '../stress-fixture.js'

function isSound(candles: Candles): boolean {
  for (let i = 0; i < candles.length; i++) {
    const [open, high, low, close] = [
      candles.open[i]!,
      candles.high[i]!,
      candles.low[i]!,
      candles.close[i]!,
    ]
    if (!(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close))) return false
  }
  return true
}

describe('candles with noise', () => {
  it('stay candles', () => {
    fc.assert(
      fc.property(
        marketArbitrary(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (candles, share, seed) => {
          const stage = stageFor(candles)
          addNoise(candles, stage, { share, seed })
          expect(isSound(stage)).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('are the candles themselves where there is none', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const runs = runsOf(requestOf(spec), candles)
        const { totalReturn, observed, n } = noiseStress(runs, { runs: 2, noiseShare: 0 })
        expect(observed).toEqual(runs.own)
        expect(n).toBe(2)
        expect(totalReturn!.least).toBe(runs.own.totalReturn)
        expect(totalReturn!.most).toBe(runs.own.totalReturn)
      }),
      { numRuns: 60 },
    )
  })

  it('move as far as their own range says', () => {
    const candles = synthetic(500)
    const stage = stageFor(candles)
    addNoise(candles, stage, { share: 0.1, seed: 1 })
    let squares = 0
    for (let i = 0; i < candles.length; i++) {
      const range = (candles.high[i]! - candles.low[i]!) / candles.open[i]!
      squares += (Math.log(stage.close[i]! / candles.close[i]!) / range) ** 2
    }
    expect(Math.sqrt(squares / candles.length)).toBeCloseTo(0.1, 1)
    expect([...stage.time.subarray(0, 9)]).toEqual([...candles.time.subarray(0, 9)])
  })
})

describe('candles drawn in blocks', () => {
  it('stay candles, of shapes that there were', () => {
    fc.assert(
      fc.property(
        marketArbitrary(),
        fc.integer({ min: 1, max: 30 }),
        fc.integer(),
        (candles, blockLength, seed) => {
          const stage = stageFor(candles)
          drawCandles(candles, stage, { blockLength, seed })
          expect(isSound(stage)).toBe(true)
          expect(stage.open[0]).toBeCloseTo(candles.open[0]!, 9)
          const shape = (of: Candles, i: number): string => (of.close[i]! / of.open[i]!).toFixed(9)
          const shapes = new Set(Array.from(candles.time, (_, i) => shape(candles, i)))
          for (let i = 0; i < stage.length; i++) expect(shapes.has(shape(stage, i))).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('keep the gap to the close before them inside a block', () => {
    const candles = synthetic(200)
    const stage = stageFor(candles)
    drawCandles(candles, stage, { blockLength: 1e12, seed: 5 })
    const gap = (of: Candles, i: number): string => (of.open[i]! / of.close[i - 1]!).toFixed(9)
    const place = Array.from(candles.time, (_, i) => i).find(
      i => i > 0 && candles.volume[i] === stage.volume[0],
    )!
    for (let i = 1; place + i < 200; i++) expect(gap(stage, i)).toBe(gap(candles, place + i))
  })

  it('take an edge in time away, and show the run above all of them', () => {
    const runs = runsOf(
      requestFor(maCrossover, { params: { fast_ma: 2, slow_ma: 5 } }),
      waves(2000),
    )
    expect(runs.own.totalReturn).toBeGreaterThan(5)
    const drawn = resampleStress(runs, { blockLength: 1 })
    expect(drawn.n).toBe(30)
    expect([drawn.returnPercentile, drawn.sharpePercentile]).toEqual([1, 1])
    expect(drawn.pValue).toBeCloseTo(1 / 31, 12)
    expect(drawn.totalReturn!.median).toBeLessThan(1)
    expect(drawn.method).toContain('null model')
  })

  it('are the same for the same seed', () => {
    const at = (seed: number) =>
      resampleStress(runsOf(requestFor(donchianBreakout), synthetic(800)), { runs: 4, seed })
    expect(at(1)).toEqual(at(1))
    expect(at(1).totalReturn).not.toEqual(at(2).totalReturn)
  })
})
