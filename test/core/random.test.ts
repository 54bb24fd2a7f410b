import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, seededRng } from '../../src/core/random.js'

const draw = (seed: number, count: number): number[] => {
  const rng = seededRng(seed)
  return Array.from({ length: count }, () => rng.next())
}

describe('seededRng', () => {
  it('gives the numbers of mulberry32', () => {
    // From the reference in C, seed 1, as 32-bit whole numbers.
    const reference = (seed: number, count: number): number[] => {
      let a = seed
      return Array.from({ length: count }, () => {
        a = (a + 0x6d2b79f5) | 0
        let t = Math.imul(a ^ (a >>> 15), 1 | a)
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296
      })
    }
    for (const seed of [0, 1, 20_260_101, 2 ** 31, 2 ** 32 - 1]) {
      expect(draw(seed, 50)).toEqual(reference(seed, 50))
    }
  })

  it('stays from 0 to below 1', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        for (const value of draw(seed, 100)) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThan(1)
        }
      }),
    )
  })

  it('gives the same for a seed, and something else for another', () => {
    expect(draw(7, 20)).toEqual(draw(7, 20))
    expect(draw(7, 20)).not.toEqual(draw(8, 20))
  })

  it('goes on from its saved state', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(40), (seed, steps) => {
        const rng = seededRng(seed)
        for (let k = 0; k < steps; k++) rng.next()
        const again = seededRng(JSON.parse(JSON.stringify(rng.state)) as number)
        expect([again.next(), again.next()]).toEqual([rng.next(), rng.next()])
      }),
    )
  })

  it('is even: each tenth holds about a tenth', () => {
    const counts = new Array<number>(10).fill(0)
    for (const value of draw(3, 100_000)) counts[Math.floor(value * 10)]! += 1
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })
})

describe('normal', () => {
  it('has mean 0, deviation 1 and the tails of a bell', () => {
    const rng = seededRng(11)
    const values = Array.from({ length: 100_000 }, () => normal(rng))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(0, 1)
    expect(variance).toBeCloseTo(1, 1)
    const beyondTwo = values.filter(value => Math.abs(value) > 2).length / values.length
    expect(beyondTwo).toBeCloseTo(0.0455, 2)
    expect(values.every(Number.isFinite)).toBe(true)
  })
})
