import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrialRecord } from '../../src/core/ports/research/sweeps.js'
import { openDatabase } from '../../src/data/store/database.js'
import { createSweepRepository } from '../../src/data/store/sweeps/sweep-repository.js'
import { encoded, failedTrial, sweepOf, trialsOf } from '../data/store/trial-maker.js'
import { assay, assayJson } from './assay.js'
import { demoFolder } from './prepared-home.js'

interface Ledger {
  readonly schema_version: 1
  readonly total_trials: number
  readonly entries: readonly Record<string, unknown>[]
}

const folder = await demoFolder()
const ledger = async (...flags: string[]): Promise<Ledger> =>
  (await assayJson(folder, 'ledger', ...flags)) as unknown as Ledger
const backtest = async (...flags: string[]): Promise<Record<string, never>> =>
  assayJson(folder, 'backtest', 'ma_crossover', ...RUN, '--report', 'none', ...flags)

const RUN = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const LONG = 'a_strategy_with_a_very_long_name+and_another_one+and_a_third'

/** Runs of the demo's candles, in the outbox or stored, and a sweep beside them. */
beforeAll(async () => {
  const database = await openDatabase({ folder: join(folder, '.assay') })
  const sweeps = createSweepRepository(database)
  const symbol = 'SWEPT/USDC.WITH-A-LONG-NAME'
  await sweeps.save(sweepOf('s1', { createdAt: '2024-02-03T04:05:06Z' }))
  const swept = [...trialsOf(20), failedTrial(20, 'thrown')]
  await sweeps.append(
    encoded(
      's1',
      swept.map((trial): TrialRecord => ({ ...trial, symbol })),
    ),
  )
  const other = trialsOf(3, 21).map(trial => ({ ...trial, symbol, strategy: LONG }))
  await sweeps.append(encoded('s1', other))
  await database.close()
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the ledger', { shuffle: false }, () => {
  it('counts single runs at once, the same run once', async () => {
    const before = await ledger('--symbol', 'SYNTH-USDC', '--strategy', 'ma_crossover')
    const countBefore = before.total_trials
    const first = await backtest('--set', 'fast_ma=7')
    const [entry] = (await ledger('--symbol', 'SYNTH-USDC', '--strategy', 'ma_crossover')).entries
    expect(entry!['trials']).toBe(countBefore + 1)
    expect(entry!['data_hash']).toBe(
      (first['manifest'] as unknown as { data: { hash: string } }).data.hash,
    )
    await backtest('--set', 'fast_ma=7')
    await backtest('--set', 'fast_ma=8')
    const again = await ledger('--symbol', 'SYNTH-USDC', '--strategy', 'ma_crossover')
    expect(again.total_trials, 'one repeated, one new').toBe(countBefore + 2)
    expect(again.entries[0]!['sharpe_variance']).toBeGreaterThan(0)
  }, 60_000)

  it('counts the trials of sweeps, with failed ones', async () => {
    const { schema_version, entries, total_trials } = await ledger('--timeframe', '5m')
    expect([schema_version, total_trials]).toEqual([1, 24])
    expect(entries.map(({ strategy }) => strategy)).toEqual([LONG, 'ma_crossover'])
    expect(entries[1]).toMatchObject({
      ...{ timeframe: '5m', trials: 21, failed: 1, sharpes: 20, data_hash: 'd'.repeat(64) },
      ...{ first: '2024-02-03T04:05:06Z', last: '2024-02-03T04:05:06Z' },
    })
  })

  it('is a table of at most 80 columns', async () => {
    const { code, out } = await assay(folder, 'ledger')
    expect(code).toBe(0)
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(out).toMatch(/dddddddd +ma_crossover +21 +2024-02-03 +2024-02-03/)
    expect(out).toMatch(/…/)
    expect(out).toMatch(/\n\d+ trials in all\nnext {4}assay runs list/)
  })

  it('says clearly where there are no trials', async () => {
    const { code, out } = await assay(folder, 'ledger', '--symbol', 'NONE', '--timeframe', '1d')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^no trials on NONE 1d are stored yet; assay backtest and assay sweep make them\nnext {4}assay demo/,
    )
    expect(await ledger('--symbol', 'NONE')).toEqual({
      schema_version: 1,
      total_trials: 0,
      entries: [],
    })
  })

  it('has no switch to turn it off, and tells a flag that it does not know', async () => {
    const { code, err } = await assay(folder, 'ledger', '--symbl', 'X')
    expect(code).toBe(2)
    expect(err).toMatch(/did you mean --symbol/)
    expect((await assay(folder, 'leger')).err).toMatch(/did you mean ledger/)
  })
})
