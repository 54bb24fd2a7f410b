import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/data/embedded/folder-lock.js'
import { assay } from './assay.js'
import { demoFolder } from './prepared-home.js'

const folder = await demoFolder()
const home = join(folder, '.assay')
const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('lists beside a process that holds the database', () => {
  it('are those of its last state, with what was made beside it, and wait for nobody', async () => {
    const sweep = ['sweep', 'ma_crossover', ...MARKET, '--grid', 'fast_ma=5,6']
    expect((await assay(folder, ...sweep)).code).toBe(0)
    const before = await assay(folder, 'runs', 'list', '--json')
    const swept = await assay(folder, 'sweeps', 'list', '--json')
    expect((JSON.parse(swept.out) as unknown[]).length).toBe(1)
    const release = await lockFolder(join(home, 'database.lock'))
    try {
      const held = await assay(folder, 'runs', 'list', '--json')
      expect([held.code, held.out]).toEqual([0, before.out])
      expect(held.err).toMatch(
        /^another process works with the database: this list is of \d{4}-\d\d-\d\d [\d:]+ UTC, with the backtests made since$/m,
      )
      const sweeps = await assay(folder, 'sweeps', 'list', '--json')
      expect([sweeps.code, sweeps.out]).toEqual([0, swept.out])
      const run = await assay(folder, 'backtest', 'ma_crossover', ...MARKET, '--fast-ma', '7')
      expect(run.code, run.err).toBe(0)
      const more = await assay(folder, 'runs', 'list', '--json')
      const listed = JSON.parse(more.out) as { run_id: string }[]
      expect(listed.length).toBe((JSON.parse(before.out) as unknown[]).length + 1)
      expect((await assay(folder, 'runs', 'list', '--limit', '1')).out).toContain(listed[0]!.run_id)
    } finally {
      release()
    }
    const after = await assay(folder, 'runs', 'list', '--json')
    expect(after.err).not.toContain('another process')
    expect((JSON.parse(after.out) as unknown[]).length).toBe(2)
  })
})
