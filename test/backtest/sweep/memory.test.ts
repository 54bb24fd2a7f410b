import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

/** A thousand runs in one process; resident memory after each hundred, MB. */
const SCRIPT = `
import { runBacktest } from './src/backtest/run/replay/backtest.ts'
import { Scratch } from './src/core/fast/scratch.ts'
import { benchSpec } from './test/bench/engine-bench.ts'
import { randomWalk } from './test/bench/random-walk.ts'
const candles = randomWalk(20_000)
const spec = benchSpec()
for (const scratch of [undefined, new Scratch()]) {
  const resident = []
  for (let k = 1; k <= 1000; k++) {
    const { metrics } = runBacktest({ spec, candles, first: 0, ...(scratch && { scratch }) })
    if (!(metrics.trades > 100)) throw new Error('no trades')
    if (k % 100 === 0) {
      globalThis.gc()
      resident.push(process.memoryUsage().rss / 1e6)
    }
  }
  console.log(JSON.stringify(resident))
}
`

it('a thousand runs in one process reach a plateau of memory', { timeout: 120_000 }, async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'assay-test-')), 'runs.mjs')
  await build({
    stdin: { contents: SCRIPT, resolveDir: join(import.meta.dirname, '../../..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: file,
  })
  const out = execFileSync(process.execPath, ['--expose-gc', file], { encoding: 'utf8' })
  for (const line of out.trim().split('\n')) {
    const resident = JSON.parse(line) as number[]
    const [early, late] = [Math.max(...resident.slice(2, 5)), Math.max(...resident.slice(-3))]
    expect(late - early, `MB from 500 to 1,000 runs: ${line}`).toBeLessThan(25)
  }
})
