import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assay, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

const found = spawnSync('python3', ['-c', 'import pandas'], { stdio: 'ignore' })
const isThere = found.status === 0
const SCRIPT = join(REPOSITORY, 'docs/examples/pandas_bridge.py')

describe('the bridge to Python', () => {
  it.skipIf(!isThere)(
    `runs decisions of pandas, and gives it the trades${isThere ? '' : ' (skipped: no python3 with pandas)'}`,
    { timeout: 120_000 },
    async () => {
      const folder = await demoFolder()
      const { status, stdout, stderr } = spawnSync('python3', [SCRIPT], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          ASSAY: `"${process.execPath}" "${join(REPOSITORY, 'bin/assay.js')}"`,
          ASSAY_HOME: join(folder, '.assay'),
          DATABASE_URL: '',
        },
      })
      expect(status, stderr).toBe(0)
      const [, decisions, trades, fills, pnl] =
        /^(\d+) decisions, (\d+) trades, (\d+) fills, pnl (-?[\d.]+)$/m.exec(stdout)!.map(Number)
      expect(decisions).toBeGreaterThan(100)
      expect(fills).toBe(2 * trades!)
      const shown = JSON.parse((await assay(folder, 'runs', 'show', 'latest', '--json')).out) as {
        trades: unknown[]
        metrics: { final_equity: number; max_drawdown: number }
      }
      expect(shown.trades.length).toBe(trades)
      const { final_equity: final, max_drawdown: drawdown } = shown.metrics
      expect(stdout).toContain(
        `final equity ${final.toFixed(2)}, max drawdown ${drawdown.toFixed(4)}`,
      )
      expect(10_000 + pnl!).toBeCloseTo(final, 1)
    },
  )
})
