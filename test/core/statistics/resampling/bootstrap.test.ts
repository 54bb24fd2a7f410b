import { describe, expect, it } from 'vitest'
import { seededRng } from '../../../../src/core/random.js'
import { blockLengths } from '../../../../src/core/statistics/resampling/block-length.js'
import { drawPath } from '../../../../src/core/statistics/resampling/block-paths.js'
import { bootstrapIntervals } from '../../../../src/core/statistics/resampling/bootstrap.js'
import { madeReturns, REFERENCE_COLUMNS, type Made } from '../return-maker.js'

describe('the automatic block length', () => {
  it('is that of arch 8.0, optimal_block_length', () => {
    const reference = {
      x: [1.4858117853156991, 1.7008299124044743],
      y: [9.134620912332863, 10.45653065867294],
      w: [35.27623734647228, 40.38121131419857],
    }
    for (const name of ['x', 'y', 'w'] as const) {
      const { circular, stationary } = blockLengths(REFERENCE_COLUMNS[name])
      expect(stationary).toBeCloseTo(reference[name][0]!, 9)
      expect(circular).toBeCloseTo(reference[name][1]!, 9)
    }
  })

  it('lies between one and what the paper allows, also for a handful of returns', () => {
    for (let count = 2; count < 40; count++) {
      for (const carried of [0, 0.9]) {
        const { circular, stationary } = blockLengths(
          madeReturns(seededRng(count), { count, carried }),
        )
        for (const length of [circular, stationary]) {
          expect(length).toBeGreaterThanOrEqual(1)
          expect(length).toBeLessThanOrEqual(Math.max(1, Math.ceil(count / 3)))
        }
      }
    }
  })
})

describe('drawn paths', () => {
  it('go on through the returns, in blocks of the mean length asked for, each place as often', () => {
    for (const method of ['stationary', 'circular'] as const) {
      const rng = seededRng(7)
      const places = new Int32Array(1000)
      const drawn = new Int32Array(1000)
      let jumps = 0
      for (let path = 0; path < 300; path++) {
        drawPath(places, rng, { method, length: 8 })
        places.forEach((place, k) => {
          drawn[place]! += 1
          if (k > 0 && place !== (places[k - 1]! + 1) % 1000) jumps += 1
        })
      }
      expect(300_000 / jumps).toBeCloseTo(8, 0)
      expect(Math.min(...drawn)).toBeGreaterThan(200)
      expect(Math.max(...drawn)).toBeLessThan(410)
    }
  })

  it('of blocks of one are drawn one by one', () => {
    const places = new Int32Array(5000)
    drawPath(places, seededRng(3), { method: 'stationary', length: 1 })
    const onward = places.filter((place, k) => k > 0 && place === places[k - 1]! + 1).length
    expect(onward).toBeLessThan(10)
  })
})

/** How often the interval of the Sharpe ratio holds the true one. */
function coverage(runs: number, made: Made & { mean: number; deviation: number }): number {
  const { carried = 0, deviation, mean } = made
  const truth = (mean / deviation) * Math.sqrt(1 - carried * carried)
  let held = 0
  for (let run = 0; run < runs; run++) {
    const returns = madeReturns(seededRng(5000 + run), made)
    const [low, high] = bootstrapIntervals(returns, { paths: 400, seed: run }).interval!
    if (low <= truth && truth <= high) held += 1
  }
  return held / runs
}

describe('bootstrap intervals', () => {
  it('hold the true Sharpe ratio of unrelated returns about as often as they say', () => {
    const made = { count: 365, mean: 0.0005, deviation: 0.01 }
    // Three standard errors of 0.95 in 400 runs are 0.033.
    expect(Math.abs(coverage(400, made) - 0.95)).toBeLessThan(0.035)
  })

  it('hold that of returns with memory nearly as often, where single draws do not', () => {
    const made = { count: 500, mean: 0.0005, deviation: 0.01, carried: 0.4 }
    const blocks = coverage(300, made)
    // Blocks lose a little of the memory, as is known of them: 0.94 or so for 0.95.
    expect(blocks).toBeGreaterThan(0.87)
    expect(blocks).toBeLessThan(0.98)
    const single = bootstrapIntervals(madeReturns(seededRng(1), made), { blockLength: 1 })
    const found = bootstrapIntervals(madeReturns(seededRng(1), made))
    const width = ({ interval }: typeof found): number => interval![1] - interval![0]
    expect(width(found)).toBeGreaterThan(1.2 * width(single))
  })

  it('are the same for the same seed, and others for another', () => {
    const returns = madeReturns(seededRng(9), { count: 100, mean: 0.001 })
    const of = (seed: number): string =>
      JSON.stringify(bootstrapIntervals(returns, { seed, paths: 500 }))
    expect(of(4)).toBe(of(4))
    expect(of(4)).not.toBe(of(5))
  })

  it('have the figures of the returns themselves beside them, as metrics define them', () => {
    const returns = Float64Array.from([0.1, -0.5, 0.2, 0.1, -0.1, 0.3, 0.1, 0, 0.05, 0.05])
    const found = bootstrapIntervals(returns, { paths: 200, periods: 10 })
    const growth = returns.reduce((product, value) => product * (1 + value), 1)
    expect(found.cagr!.value).toBeCloseTo(growth - 1, 12)
    expect(found.maxDrawdown!.value).toBeCloseTo(0.5, 12)
    expect(found.sharpeAnnual!.value).toBeCloseTo(found.value! * Math.sqrt(10), 12)
    for (const part of [found.sharpePerPeriod!, found.maxDrawdown!, found.cagr!]) {
      expect(part.interval![0]).toBeLessThan(part.interval![1])
    }
  })

  it('count ruin as a loss of all, and leave out paths that never move', () => {
    const ruin = Float64Array.from({ length: 30 }, (_, k) => (k === 5 ? -1.2 : 0.01))
    const ruined = bootstrapIntervals(ruin, { paths: 300 })
    expect(ruined.maxDrawdown!.value).toBe(1)
    expect(ruined.cagr!.value).toBe(-1)
    expect(ruined.pathsRuined).toBeGreaterThan(100)
    expect(ruined.pathsWithoutSharpe).toBeGreaterThan(20)
    expect(ruined.pathsWithoutSharpe + ruined.pathsRuined).toBe(300)
  })

  it('do not exist for too few returns, or for returns that are all the same', () => {
    expect(bootstrapIntervals(new Float64Array(9)).reason).toContain('at least 10')
    expect(bootstrapIntervals(new Float64Array(50))).toMatchObject({ value: null, cagr: null })
  })
})
