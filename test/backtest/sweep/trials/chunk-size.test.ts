import { describe, expect, it } from 'vitest'
import { chunkPoints } from '../../../../src/backtest/sweep/trials/chunk-size.js'

const MANY = { candles: 10_000, points: 1e6 }

describe('a chunk', () => {
  it('is small while nobody knows how long a set takes', () => {
    const pace = { evaluations: 0, seconds: 0.1, workers: 2 }
    expect(chunkPoints(pace, MANY)).toBe(2)
    expect(chunkPoints({ ...pace, evaluations: 8e6 }, MANY), 'after some').toBe(100)
    expect(chunkPoints(pace, { candles: 1e6, points: 1e6 })).toBe(1)
  })

  it('holds a tenth of a second of work of one worker', () => {
    const pace = { evaluations: 40e6, seconds: 2, workers: 2 }
    expect(chunkPoints(pace, MANY)).toBe(100)
    expect(chunkPoints({ ...pace, workers: 4 }, MANY)).toBe(50)
    expect(chunkPoints({ ...pace, evaluations: 400 }, MANY), 'of a slow strategy').toBe(1)
    expect(chunkPoints({ ...pace, evaluations: 0 }, MANY), 'before anything is done').toBe(1)
  })

  it('has a bound, and leaves some for every worker', () => {
    const pace = { evaluations: 1e9, seconds: 2, workers: 2 }
    expect(chunkPoints(pace, MANY)).toBe(200)
    expect(chunkPoints(pace, { candles: 100, points: 1e6 })).toBe(512)
    expect(chunkPoints(pace, { candles: 100, points: 10 })).toBe(3)
  })
})
