import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { RunRecord } from '../../src/core/ports/research/runs.js'
import type { SweepRecord } from '../../src/core/ports/research/sweeps.js'
import { openDatabase } from '../../src/data/store/database.js'
import { createRunRepository } from '../../src/data/store/runs/run-repository.js'
import { createSweepRepository } from '../../src/data/store/sweeps/sweep-repository.js'
import { assay } from './assay.js'
import { demoFolder } from './prepared-home.js'

const SWEEP: SweepRecord = {
  sweepId: 'dddd000000000001',
  createdAt: '2024-01-01T00:00:00Z',
  status: 'stopped',
  strategy: 'ma_crossover',
  symbol: 'SYNTH-USDC',
  timeframe: '1h',
  objective: 'sharpe',
  manifest: { schema_version: 2, fields: [{ base: 7 }] },
  trialsTotal: 0,
  trialsFailed: 0,
  sweepHash: null,
  seconds: 0,
  candleEvaluations: 0,
}

let folder: string

beforeAll(async () => {
  folder = await demoFolder()
  await assay(folder, 'runs', 'list')
  const database = await openDatabase({ folder: join(folder, '.assay') })
  const runs = createRunRepository(database)
  const { manifest, ...run } = (await runs.latest())!
  const whole = manifest as Record<string, object>
  const save = (runId: string, changed: Partial<RunRecord>) =>
    runs.save({ ...run, manifest, createdAt: '2020-01-01T00:00:00Z', ...changed, runId })
  const costs = { ...whole['costs'], slippage_bps: 'some' }
  await save('aaaa000000000001', { manifest: { ...whole, costs } })
  await save('aaaa000000000002', { manifest: { ...whole, schema_version: 2 } })
  await save('aaaa000000000003', { manifest: 'nothing' })
  await save('aaaa000000000004', { trades: [{ side: 'up' }] })
  await save('aaaa000000000005', { metrics: { sharpe: 'high' } })
  await save('aaaa000000000006', {})
  const cut = `update runs set trades = decode('ff', 'hex') where run_id = 'aaaa000000000006'`
  await database.query(cut, [])
  await createSweepRepository(database).save(SWEEP)
  await database.close()
}, 120_000)

it.each([
  [['runs', 'verify', 'aaaa000000000001'], 'costs.slippage_bps is "some": expected number'],
  [['trace', 'aaaa000000000001'], 'the manifest of run aaaa000000000001 cannot be read'],
  [['report', 'aaaa000000000001'], 'costs.slippage_bps is "some"'],
  [['validate', 'aaaa000000000001'], 'costs.slippage_bps is "some"'],
  [['runs', 'verify', 'aaaa000000000002'], 'schema_version is 2: expected 1'],
  [['trace', 'aaaa000000000003'], 'it is "nothing"'],
  [['compare', 'latest', 'aaaa000000000004'], 'trade 1 of run aaaa000000000004 cannot be read'],
  [
    ['runs', 'compare', 'latest', 'aaaa000000000005'],
    'the metrics of run aaaa000000000005 cannot be read: sharpe is "high"',
  ],
  [['runs', 'show', 'aaaa000000000006'], 'run aaaa000000000006 cannot be read: its trades'],
  [['sweep', '--resume', 'dddd000000000001'], 'the plan of sweep dddd000000000001 cannot be read'],
  [['sweeps', 'show', 'dddd000000000001', '--json'], 'fields.0.base is 7'],
])('%j names record, field and value, and is no bug', async (args, words) => {
  const { code, out, err } = await assay(folder, ...args)
  expect(err).toContain(words)
  expect(err).toContain('damaged')
  expect(err).not.toContain('a bug in Assay')
  expect({ code, out }).toEqual({ code: 2, out: '' })
})

it('lists damaged runs among the others', async () => {
  const { code, out } = await assay(folder, 'runs', 'list')
  expect(code).toBe(0)
  expect(out).toMatch(/aaaa00000000 .*–.*\n/)
})

it('shows what is stored of a damaged run all the same', async () => {
  const { code, out } = await assay(folder, 'runs', 'show', 'aaaa000000000001', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ manifest: { costs: { slippage_bps: 'some' } } })
})
