import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BuiltIns } from '../../../../src/app/strategy/guard/built-ins.js'
import { assay, assayJson, assayProcess } from '../../../cli/assay.js'
import { demoFolder } from '../../../cli/prepared-home.js'

let folder: string

beforeAll(async () => {
  folder = await demoFolder()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']

const file = (name: string, change: string, where: 'top' | 'decide'): string => {
  const path = join(folder, `${name}.js`)
  const [top, inside] = where === 'top' ? [change, ''] : ['', change]
  writeFileSync(
    path,
    `import { defineStrategy, FLAT, long, sma } from 'assay'
${top}
export default defineStrategy({ name: 'own', description: 'x', params: {}, indicators: () => ({ slow: sma(20) }),
  decide(now) { ${inside}; return now.indicators.slow.at(0) < now.candle.close.at(0) ? long(1) : FLAT } })
`,
  )
  return path
}

const CHANGES: readonly (readonly [code: string, named: string])[] = [
  ['Array.prototype.map = () => []', 'Array.prototype.map'],
  ["JSON.stringify = () => 'x'", 'JSON.stringify'],
  ['Object.keys = () => []', 'Object.keys'],
  ["Number.prototype.toFixed = () => 'x'", 'Number.prototype.toFixed'],
  ["String.prototype.padEnd = () => ''", 'String.prototype.padEnd'],
  ['Float64Array.prototype.subarray = () => 1', 'Float64Array.prototype.subarray'],
  ['(() => 1).constructor.prototype.call = () => 1', 'Function.prototype.call'],
  ['(function* () {})().__proto__.__proto__.next = 1', 'generators.next'],
  ['Object.prototype.mine = 1', 'Object.prototype.mine'],
  ['delete Array.prototype.flat', 'Array.prototype.flat'],
]

describe('what a strategy file changes of the language', () => {
  for (const [k, [code, named]] of CHANGES.entries()) {
    it(`is put back, and the file refused: ${named}`, async () => {
      for (const where of ['top', 'decide'] as const) {
        const own = file(`changes_${where}_${k}`, code, where)
        const { code: exit, out, err } = await assay(folder, 'backtest', own, ...MARKET)
        expect([exit, out]).toEqual([2, ''])
        expect(err).toContain(`error: a strategy changed ${named}, which belongs to all code\n`)
      }
      const { out } = await assay(folder, 'backtest', 'ma_crossover', ...MARKET)
      expect(out, 'the next run in the same process').toMatch(/Final equity +[\d,]+\.\d\d/)
    })
  }

  it('is refused by check, and in a process of its own', async () => {
    const own = file('stringify', "JSON.stringify = () => 'x'", 'decide')
    const market = MARKET.slice(0, 4)
    const checked = await assay(folder, 'check', own, ...market)
    expect([checked.code, checked.err]).toEqual([
      2,
      expect.stringContaining('changed JSON.stringify'),
    ])
    const alone = await assayProcess(folder, 'backtest', own, ...MARKET, '--json')
    expect([alone.code, alone.out]).toEqual([2, ''])
    expect(alone.err).toContain('error: a strategy changed JSON.stringify')
  })

  it('fails the sets of a sweep', async () => {
    const own = file('swept', "JSON.stringify = () => 'x'", 'decide')
    const grid = ['--grid', 'risk.stop_loss=0.01,0.02']
    const { code } = await assay(folder, 'sweep', own, ...MARKET, ...grid, '--workers', '2')
    expect(code).toBe(1)
    const [latest] = (await assayJson(folder, 'sweeps', 'list')) as unknown as {
      sweep_id: string
    }[]
    const { out } = await assay(folder, 'sweeps', 'show', latest!.sweep_id)
    expect(out).toContain('2 trials, 2 failed')
    expect(out).toContain('a strategy changed JSON.stringify')
  })

  it('is nothing where a name is refused or frozen anyway', async () => {
    for (const [k, code] of [
      'Math.max = () => 0',
      'console.log = () => 0',
      'globalThis.Promise = 1',
    ].entries()) {
      const { code: exit, err } = await assay(
        folder,
        'backtest',
        file(`refused_${k}`, code, 'top'),
        ...MARKET,
      )
      expect([exit, err]).toEqual([2, expect.stringMatching(/fails when it is loaded/)])
    }
  })
})

describe('the objects of the language', () => {
  it('are as they were after any change is put back', () => {
    const before = new BuiltIns()
    const { map } = Array.prototype
    Array.prototype.map = () => []
    Object.defineProperty(Set.prototype, 'mine', { value: 1, configurable: true })
    Object.setPrototypeOf(Map.prototype, Set.prototype)
    expect(before.restore()).toBe('Array.prototype.map')
    expect(Array.prototype.map).toBe(map)
    expect('mine' in Set.prototype).toBe(false)
    expect(Object.getPrototypeOf(Map.prototype)).toBe(Object.prototype)
    expect(before.restore()).toBeNull()
  })
})
