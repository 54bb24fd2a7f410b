import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const SCRIPT = `
import { Engine } from './src/core/engine/engine.ts'
import { ColumnFolds } from './src/core/engine/columns.ts'
import { EquityCurve } from './src/core/engine/equity-curve.ts'
import { benchSpec } from './test/bench/engine-bench.ts'
import { randomWalk } from './test/bench/random-walk.ts'
const candles = randomWalk(500_000)
const spec = benchSpec()
const folds = new ColumnFolds(spec.legs, candles)
folds.advance(candles.length)
let bytes = 0
let trades = 0
for (let round = 0; round < 6; round++) {
  const market = { candles, detail: null, first: 0, decideFrom: folds.complete }
  const engine = new Engine(spec, [{ ...market, legs: spec.legs, columns: folds.columns }], {
    curve: new EquityCurve(new Float64Array(candles.length)),
  })
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < candles.length; i++) engine.advance()
  bytes = process.memoryUsage().heapUsed - before
  trades = engine.trades.length
}
console.log(JSON.stringify({ bytes, trades }))
`

it(
  'a run allocates nothing per candle: only its trades take memory',
  { timeout: 120_000 },
  async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'assay-test-')), 'allocation.mjs')
    await build({
      stdin: { contents: SCRIPT, resolveDir: join(import.meta.dirname, '../../..'), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      outfile: file,
    })
    // A young generation that is never collected during the run, so that the heap's growth is all it allocates.
    const flags = ['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256']
    const out = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    const { bytes, trades } = JSON.parse(out) as { bytes: number; trades: number }
    expect(trades).toBeGreaterThan(10_000)
    expect(bytes / trades, 'bytes a trade').toBeLessThan(300)
    expect(bytes / 500_000, 'bytes a candle, trades and all').toBeLessThan(8)
  },
)
