import { afterAll, beforeAll, expect, it } from 'vitest'
import { PoolStandIn } from '../data/sources/pool-stand-in.js'
import { assay, assayJson, scratch } from './assay.js'

let folder: string
let pool: PoolStandIn
beforeAll(async () => {
  folder = scratch()
  pool = await new PoolStandIn().start()
})
afterAll(() => pool.stop())

const fast = (): string[] => ['--source-url', pool.address, '--rate', '0']

it('records, fits, shows and charges what a market costs', { timeout: 300_000 }, async () => {
  const few = await assayJson(folder, 'record', 'sol-usdc', '--rounds', '3', ...fast())
  expect(few).toMatchObject({ symbol: 'SOL-USDC', rounds: 3, quotes: 48, failures: 0 })
  const early = await assay(folder, 'costs', 'fit', 'SOL-USDC')
  expect(early.code).toBe(1)
  expect(early.err).toContain('3 rounds of quotes can be used; a curve needs 200')
  const sizes = '100,1000,10000,100000'
  await assayJson(folder, 'record', 'SOL-USDC', '--rounds', '220', '--sizes', sizes, ...fast())
  const text = await assay(folder, 'costs', 'fit', 'SOL-USDC', '--name', 'own', '--report', 'none')
  expect(text.code, text.err).toBe(0)
  expect(text.out).toContain('next: assay backtest ma_crossover --symbol SOL-USDC')
  const fitted = await assayJson(folder, 'costs', 'fit', 'SOL-USDC', '--name', 'own')
  const [{ curve }] = fitted['regimes'] as unknown as [
    { curve: { a: number; b: number; g: number } },
  ]
  // Sizes that were never quoted.
  for (const size of [550, 2500, 23_000, 61_000]) {
    const cost = curve.a + curve.b * Math.pow(size, curve.g)
    expect(Math.abs(cost / pool.trueCost(size) - 1), `${size}`).toBeLessThan(0.05)
  }
  const shown = await assay(folder, 'costs', 'show', 'own')
  expect(shown.out).toContain('rounds of SOL-USDC')
  const list = await assay(folder, 'costs', 'list')
  expect(list.out).toMatch(/own +\d.*SOL-USDC, 22\d rounds/)
  const unknown = await assay(folder, 'costs', 'show', 'ovn')
  expect(unknown.code).toBe(2)
  expect(unknown.err).toContain('did you mean own?')
  await assay(folder, 'demo')
  const run = ['backtest', 'ma_crossover', '--symbol', 'SYNTH-USDC', '--timeframe', '1h']
  const result = await assayJson(folder, ...run, '--impact', 'own')
  const { manifest } = result as unknown as { manifest: { costs: Record<string, string> } }
  expect(manifest.costs).toMatchObject({ impact: 'own' })
  expect(manifest.costs['impact_curve']).toMatch(/^a=[\d.e-]+,b=[\d.e-]+,g=[\d.]+$/)
  // Whatever the name means later, the run is the same.
  await assay(folder, 'costs', 'fit', 'SOL-USDC', '--name', 'other')
  const verified = await assay(folder, 'runs', 'verify', String(result['run_id']))
  expect(verified.code, verified.err + verified.out).toBe(0)
})

it('notes sizes without a route, and stops where it is banned', { timeout: 120_000 }, async () => {
  pool.fault = ({ url }) =>
    Number(url.searchParams.get('amount')) > 20_000_000_000
      ? {
          status: 400,
          body: '{"error":"Could not find any route","errorCode":"COULD_NOT_FIND_ANY_ROUTE"}',
        }
      : undefined
  const own = scratch()
  const sizes = ['--sizes', '100,30000', '--rounds', '2']
  const report = await assayJson(own, 'record', 'SOL-USDC', ...sizes, ...fast())
  expect(report['failures']).toBeGreaterThan(0)
  pool.fault = ({ count }) =>
    count % 3 === 0 ? { status: 418, headers: { 'retry-after': '60' }, body: '{}' } : undefined
  const banned = await assay(own, 'record', 'SOL-USDC', ...sizes, ...fast())
  expect(banned.code).toBe(1)
  expect(banned.err).toContain('recording ended early: banned for a while (418)')
  pool.fault = () => undefined
})

it.each([
  ['a symbol without mint accounts', ['record', 'BTC-USDC'], 'BTC has no mint account'],
  ['sizes that are none', ['record', 'SOL-USDC', '--sizes', '100,x'], 'is not a list of sizes'],
  ['a market without quotes', ['costs', 'fit', 'ETH-USDC'], 'no quotes of ETH-USDC are recorded'],
  [
    'a preset that Assay brings',
    ['costs', 'fit', 'SOL-USDC', '--name', 'none'],
    'is a preset that Assay brings',
  ],
] as const)('refuses %s', { timeout: 60_000 }, async (_, args, text) => {
  const ran = await assay(folder, ...args)
  expect(ran.code).toBe(2)
  expect(ran.err).toContain(text)
})
