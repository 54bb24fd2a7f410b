import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

const DATA = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
let folder: string
let plain: Json
let dear: Json
let other: Json
let open: Json

beforeAll(async () => {
  folder = await demoFolder()
  const run = (...flags: string[]): Promise<Json> =>
    assayJson(folder, 'backtest', 'ma_crossover', ...DATA, ...flags)
  plain = await run()
  dear = await run('--fee-bps', '20')
  other = await run('--set', 'fast_ma=8')
  open = await run('--to', '2024-03-03', '--keep-open', '--set', 'fast_ma=2', 'slow_ma=200')
})

const compare = (a: Json, b: Json): Promise<Json> =>
  assayJson(folder, 'compare', a['run_id'], b['run_id'])

function expectAddedUp(result: Json, a: Json, b: Json): void {
  const { missing, extra, price, size, costs, still_open: stillOpen, total } = result['difference']
  expect(missing + extra + price + size + costs + stillOpen).toBeCloseTo(total, 9)
  const gain = ({ metrics, manifest }: Json): number => metrics.final_equity - manifest.capital
  expect(total).toBeCloseTo(gain(b) - gain(a), 6)
}

describe('assay compare', () => {
  it('finds no difference between a run and itself', async () => {
    const result = await compare(plain, plain)
    expect(result['counts']).toMatchObject({ changed: 0, missing: 0, extra: 0, late: 0 })
    expect(result['counts'].equal).toBe(plain['trades'].length)
    expect(result['difference'].total).toBe(0)
    const { out } = await assay(folder, 'compare', plain['run_id'], plain['run_id'])
    expect(out).toContain('no decision differs')
  })

  it('puts other fees down to costs and sizes, with every decision matched', async () => {
    const result = await compare(plain, dear)
    const { missing, extra, late } = result['counts']
    expect({ missing, extra, late }).toEqual({ missing: 0, extra: 0, late: 0 })
    expect(result['difference'].price).toBeCloseTo(0, 6)
    expect(result['difference'].costs).not.toBe(0)
    expectAddedUp(result, plain, dear)
  })

  it('finds missing, extra and late decisions of other parameters', async () => {
    const result = await compare(plain, other)
    const { missing, extra, late } = result['counts']
    expect(Math.min(missing, extra, late)).toBeGreaterThan(0)
    expect(result['decisions'].length).toBe(other['trades'].length + missing)
    expectAddedUp(result, plain, other)
    const { out } = await assay(folder, 'compare', plain['run_id'], other['run_id'])
    expect(out).toMatch(
      /decisions: \d+ equal, \d+ changed \(\d+ late or early\), \d+ missing, \d+ extra/,
    )
    expect(out).toMatch(/changed long +.*entry \d candles? (late|early)/)
    expect(out).toMatch(/and \d+ more; --json has all/)
  })

  it('names other ranges, and what lies in a position that is still open', async () => {
    const result = await compare(plain, open)
    expect(result['remarks'][0]).toContain('cover different ranges')
    expectAddedUp(result, plain, open)
  })

  it('refuses runs of different markets and points to runs compare, which goes on working', async () => {
    await assayJson(folder, 'data', 'resample', ...DATA.slice(0, 4), '--to', '4h')
    const [symbol, report] = [DATA.slice(0, 2), DATA.slice(4)]
    const coarse: Json = await assayJson(
      folder,
      'backtest',
      'ma_crossover',
      ...symbol,
      '--timeframe',
      '4h',
      ...report,
    )
    const { code, err } = await assay(folder, 'compare', plain['run_id'], coarse['run_id'])
    expect(code).toBe(2)
    expect(err).toContain('different markets')
    expect(err).toContain('assay runs compare')
    const both: Json = await assayJson(folder, 'runs', 'compare', plain['run_id'], other['run_id'])
    expect(both['same_result']).toBe(false)
    const missing = await assay(folder, 'compare', plain['run_id'])
    expect(missing.err).toContain('missing: a second run to compare with')
  })
})
