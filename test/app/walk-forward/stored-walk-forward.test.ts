import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { walkForwardOf } from '../../../src/app/walk-forward/stored-walk-forward.js'
import { withWorkspace } from '../../../src/app/workspace/compose.js'
import type { Manifest } from '../../../src/backtest/run/record/manifest.js'
import type { FoundWalkForward } from '../../../src/backtest/validation/walk-forward-check.js'
import { assayJson } from '../../cli/assay.js'
import { demoFolder } from '../../cli/prepared-home.js'
import { QUIET } from '../../quiet-output.js'

const RUN = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--stop-loss', '0.05']
let folder: string
let run: Manifest
const before = process.env['ASSAY_HOME']

beforeAll(async () => {
  folder = await demoFolder()
  const study = [
    '--grid',
    'fast_ma=5,10',
    '--grid',
    'slow_ma=40',
    '--train',
    '60d',
    '--test',
    '30d',
  ]
  await assayJson(folder, 'walk-forward', 'ma_crossover', ...RUN, ...study, '--report', 'none')
  const params = ['--fast-ma', '10', '--slow-ma', '40', '--report', 'none']
  const made: unknown = await assayJson(folder, 'backtest', 'ma_crossover', ...RUN, ...params)
  run = (made as { manifest: Manifest }).manifest
  process.env['ASSAY_HOME'] = join(folder, '.assay')
}, 120_000)
afterAll(() => {
  if (before === undefined) delete process.env['ASSAY_HOME']
  else process.env['ASSAY_HOME'] = before
  rmSync(folder, { recursive: true, force: true })
})

describe('a walk-forward that was stored', () => {
  it('is evidence of a run whose set it could choose, with its terms, over the same candles', async () => {
    await withWorkspace(QUIET, async workspace => {
      const found = await walkForwardOf(workspace, run)
      expect(found).toMatchObject({ kind: 'found', count: 1 })
      if (found.kind !== 'found') return
      const { days, folds, probability } = found.figures
      expect(days).toBe(30 * folds)
      expect(folds).toBeGreaterThan(2)
      expect(probability).toBeGreaterThan(0)
      expect(probability).toBeLessThan(1)
    })
  })

  it('is none of another run, and the first thing that differs is named', async () => {
    const [own] = run.strategies
    const other = (change: object): Manifest => ({
      ...run,
      strategies: [{ ...own!, ...change }],
    })
    const cases: readonly (readonly [Manifest, RegExp])[] = [
      [other({ params: { ...own!.params, fast_ma: 11 } }), /were not among its choices/],
      [other({ source_hash: '0'.repeat(64) }), /the source of the strategy differs/],
      [
        other({ risk_settings: { ...own!.risk_settings, stop_loss: 0.1 } }),
        /risk.stop_loss differs/,
      ],
      [{ ...run, costs: { ...run.costs, fee_bps: 1 } }, /cost.fee_bps differs/],
      [{ ...run, execution_model: 1 }, /rules of version 2/],
      [{ ...run, to: run.from }, /which the run does not cover/],
      [other({ name: 'rsi_reversion' }), /no walk-forward of rsi_reversion on SYNTH-USDC 1h/],
    ]
    await withWorkspace(QUIET, async workspace => {
      for (const [manifest, reason] of cases) {
        const found: FoundWalkForward = await walkForwardOf(workspace, manifest)
        expect(found).toMatchObject({
          kind: 'none',
          reason: expect.stringMatching(reason) as string,
        })
      }
      const database = await workspace.database()
      await database.query(`update walk_forwards set data_hash = 'other ' || data_hash`)
      const { reason } = (await walkForwardOf(workspace, run)) as { readonly reason: string }
      expect(reason).toMatch(/the candles have changed since/)
      await database.query(`update walk_forwards set data_hash = replace(data_hash, 'other ', '')`)
    })
  })
})
