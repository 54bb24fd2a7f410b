import { expect, it } from 'vitest'
import type { QuoteColumns } from '../../../src/core/ports/market/quotes.js'
import { fitCosts } from '../../../src/backtest/cost-curve/cost-fit.js'

const SIZES = [100, 1000, 10_000, 100_000]

/** Rounds of quotes by a curve, with noise, some quotes far off, and a market that moves at times. */
function quotesOf(
  rounds: number,
  {
    a,
    b,
    g,
    noise = 0,
    wild = 0,
    drift = 0,
  }: Record<'a' | 'b' | 'g', number> & Partial<Record<'noise' | 'wild' | 'drift', number>>,
): QuoteColumns {
  const rows: number[][] = []
  let [state, mid] = [7, 150]
  const random = (): number =>
    (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  for (let round = 0; round < rounds; round++) {
    const isBusy = round % 5 === 4
    mid *= 1 + (isBusy ? 0.005 + 0.005 * random() : 0.0001 * random()) * (random() < 0.5 ? -1 : 1)
    const moves = drift > 0 && round % 10 === 0 ? drift : 0
    const ladder = [...SIZES, SIZES[0]!]
    ladder.forEach((size, k) => {
      for (const isBuy of [1, 0]) {
        const off = wild > 0 && random() < wild ? 80 : 0
        const bps = (a + b * Math.pow(size, g)) * (isBusy ? 3 : 1) + noise * (random() - 0.5) + off
        const middle = mid * (1 + (k === ladder.length - 1 ? moves : 0))
        rows.push([
          round,
          isBuy,
          size,
          middle * (1 + ((isBuy ? 1 : -1) * bps) / 10_000),
          round * 300 + k,
          round * 65_000,
        ])
      }
    })
  }
  const column = <T extends Float64Array | Int32Array | Uint8Array>(
    make: new (n: number) => T,
    k: number,
  ): T => {
    const values = new make(rows.length)
    rows.forEach((row, i) => (values[i] = row[k]!))
    return values
  }
  return {
    length: rows.length,
    round: column(Int32Array, 0),
    isBuy: column(Uint8Array, 1),
    size: column(Float64Array, 2),
    price: column(Float64Array, 3),
    slot: column(Float64Array, 4),
    time: column(Float64Array, 5),
  }
}

const costOf = ({ a, b, g }: Record<'a' | 'b' | 'g', number>, size: number): number =>
  a + b * Math.pow(size, g)

it.each([
  { a: 1, b: 0.0001, g: 0.9 },
  { a: 2, b: 1 / 28_500, g: 1 },
  { a: 0.5, b: 0.01, g: 0.5 },
])('finds $a + $b Q^$g at sizes that were not quoted, in calm and in busy rounds', curve => {
  const fit = fitCosts(quotesOf(400, curve))
  const calm = fit.fits.find(({ regime }) => regime === 'calm')!
  const busy = fit.fits.find(({ regime }) => regime === 'busy')!
  for (const size of [500, 5000, 50_000]) {
    // The smallest size gives the middle, so that its own cost is in both of its sides.
    expect(costOf(calm.curve, size) / costOf(curve, size)).toBeCloseTo(1, 1)
    expect(costOf(busy.curve, size) / costOf(curve, size) / 3).toBeCloseTo(1, 1)
  }
})

it('is not led away by quotes far off', () => {
  const curve = { a: 1, b: 0.0005, g: 0.8 }
  const fit = fitCosts(quotesOf(500, { ...curve, noise: 0.1, wild: 0.03 }))
  const calm = fit.fits.find(({ regime }) => regime === 'calm')!
  for (const size of [5000, 50_000]) {
    expect(Math.abs(costOf(calm.curve, size) / costOf(curve, size) - 1)).toBeLessThan(0.05)
  }
})

it('leaves out rounds in which the market moved, and counts them', () => {
  const fit = fitCosts(quotesOf(400, { a: 1, b: 0.0001, g: 0.9, drift: 0.001 }))
  expect(fit.discarded).toBe(40)
  expect(fit.fits[0]!.rounds).toBe(360)
})

it('refuses too few rounds', () => {
  expect(() => fitCosts(quotesOf(199, { a: 1, b: 0.0001, g: 0.9 }))).toThrow(
    '199 rounds of quotes can be used; a curve needs 200',
  )
})
