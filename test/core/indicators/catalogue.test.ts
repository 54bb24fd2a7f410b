import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CATALOGUE, outputsOf } from '../../../src/core/indicators/catalogue/catalogue.js'
import { computeIndicator } from '../../../src/core/indicators/indicator.js'
import { indicatorContract } from '../../contracts/indicator.js'
import { naive } from './naive.js'
import { randomCandles } from './random-candles.js'

const ALL = CATALOGUE.flatMap(entry =>
  outputsOf(entry).map(([name], k) => ({
    name,
    declare: () => outputsOf(entry)[k]![1],
    grows: entry.ratios?.includes(name.split('.')[1] ?? '') ? ([0, 0] as const) : entry.grows,
    ...(entry.name === 'on' ? { warmupIsLatest: 'it depends on the alignment' } : {}),
  })),
)

for (const subject of ALL) indicatorContract(subject)

/** Files that hold what indicators are made of, and no indicators. */
const NO_DECLARATIONS = [
  'indicator.ts',
  'fold.ts',
  'limits.ts',
  'other-market.ts',
  'parts.ts',
  'window.ts',
]

describe('the catalogue', () => {
  test('lists every exported declaration, and nothing else', async () => {
    const folder = new URL('../../../src/core/indicators/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      file =>
        file.endsWith('.ts') &&
        !NO_DECLARATIONS.includes(file) &&
        !/^(catalogue|sums)\/|-fold\.ts$/.test(file),
    )
    const modules = await Promise.all(
      files.map(file => import(new URL(file, folder).href) as Promise<object>),
    )
    const declared = modules.flatMap(module => Object.keys(module)).sort()
    expect(CATALOGUE.map(entry => entry.name).sort()).toEqual(declared)
  })

  test('names outputs as they are', () => {
    for (const entry of CATALOGUE.filter(({ outputs }) => outputs.length > 0)) {
      expect(Object.keys(entry.example()).sort(), entry.name).toEqual([...entry.outputs].sort())
    }
  })

  test('has a key of its own for each indicator', () => {
    const keys = ALL.map(({ declare }) => declare().key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeGreaterThanOrEqual(48)
  })
})

const SHAPES = fc.record({
  seed: fc.nat(),
  length: fc.integer({ min: 110, max: 170 }),
  flat: fc.constantFrom(0, 0.3, 1),
  idle: fc.constantFrom(0, 0.3, 1),
  missing: fc.constantFrom(0, 0.05),
})

describe('agrees with the formula written out', () => {
  for (const { name, declare, grows } of ALL) {
    test(name, () => {
      fc.assert(
        fc.property(SHAPES, shape => {
          const candles = randomCandles(shape)
          const values = computeIndicator(declare(), candles)
          const expected = naive(name, candles)
          const finite = expected.filter(Number.isFinite)
          const price = Math.max(...candles.close) ** grows[0]
          const volume = Math.max(1, ...candles.volume) ** Math.max(0, grows[1])
          const limit = 1e-9 * Math.max(0, ...finite.map(Math.abs)) + 1e-12 * price * volume
          expected.forEach((value, i) => {
            if (Number.isNaN(value)) expect(values[i], `${i}`).toBeNaN()
            else if (!(Math.abs(values[i]! - value) <= limit)) {
              expect(values[i], `at ${i}`).toBe(value)
            }
          })
        }),
        { numRuns: 25 },
      )
    })
  }
})
