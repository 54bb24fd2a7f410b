import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { impactNamed } from '../../../src/app/costs/cost-presets.js'
import { calibrate, FILLS_MIN } from '../../../src/app/shortfall/calibrate.js'
import type { PricedFill } from '../../../src/app/shortfall/priced-fills.js'
import { splitShortfall, totalOf } from '../../../src/app/shortfall/shortfall.js'
import { impactBps } from '../../../src/core/account/costs.js'

const home = mkdtempSync(join(tmpdir(), 'assay-calibrate-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Fills that cost 5 bps and 0.02 bps a base unit. */
const fills = Array.from({ length: 60 }, (_, k): PricedFill => {
  const size = 10 + k * 10
  const isBuy = k % 2 === 0
  const bps = 5 + 0.02 * size
  return {
    decidedAt: k * 60_000,
    strategy: 's',
    action: isBuy ? 'entry' : 'exit',
    reason: null,
    isBuy,
    size,
    decision: 150,
    reference: 150,
    price: 150 * (1 + ((isBuy ? 1 : -1) * bps) / 10_000),
    cost: 0.01,
  }
})

describe('a cost model from fills', () => {
  it('is the curve that they were made by, under a name that runs take', () => {
    const { preset, txCost } = calibrate(home, 'own', { symbol: 'SOL-USDC', fills })
    const curve = impactNamed('own', home)!
    for (const size of [20, 200, 500]) {
      expect(impactBps(curve, size)).toBeCloseTo(5 + 0.02 * size, 1)
    }
    expect(preset).toMatchObject({ rounds: 60, mid: 150, symbol: 'SOL-USDC' })
    expect(txCost).toBe(0.01)
  })

  it('is refused for fewer fills than it takes, and nothing is kept', () => {
    const few = { symbol: 'SOL-USDC', fills: fills.slice(0, FILLS_MIN - 1) }
    expect(() => calibrate(home, 'few', few)).toThrow(/29 fills are too few/)
    expect(() => impactNamed('few', home)).toThrow(/few/)
  })
})

describe('the shortfall of fills', () => {
  it('adds up to the difference of equity, whatever each side has done', () => {
    const worse = fills.map(one => ({ ...one, size: one.size * 0.9, reference: 151, cost: 0.03 }))
    const equityOf = (list: readonly PricedFill[], last: number): number =>
      list.reduce((sum, { isBuy, size, price, cost }) => {
        return sum + (isBuy ? size : -size) * (last - price) - cost
      }, 1000)
    const [session, engine] = [worse.slice(3), fills.slice(0, 50)]
    const split = splitShortfall({ fills: session, last: 149 }, { fills: engine, last: 152 })
    const { total } = totalOf(split)
    expect(total).toBeCloseTo(equityOf(engine, 152) - equityOf(session, 149), 6)
    expect(split.filter(one => one.session === null)).toHaveLength(3)
    expect(split.filter(one => one.engine === null)).toHaveLength(10)
  })
})
