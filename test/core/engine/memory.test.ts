import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const SCRIPT = `
import { Engine } from './src/core/engine/engine.ts'
import { ColumnFolds } from './src/core/engine/columns.ts'
import { HOLD } from './src/core/strategy/intent.ts'
import { EquityCurve } from './src/core/engine/curves/equity-curve.ts'
import { SoloRun } from './src/core/fast/solo-run.ts'
import { benchSpec } from './test/bench/engine-bench.ts'
import { randomWalk } from './test/bench/random-walk.ts'
const candles = randomWalk(500_000)
const traded = benchSpec()
const silent = { ...traded, legs: traded.legs.map(leg => ({ ...leg, strategy: { ...leg.strategy, decide: () => HOLD } })) }
const folds = new ColumnFolds(traded.legs, candles)
folds.advance(candles.length)
const byStep = engine => { for (let i = 0; i < candles.length; i++) engine.advance() }
const bySolo = engine => new SoloRun(engine).run(0, candles.length, folds.complete)
function measure(spec, run) {
  let [bytes, trades] = [Infinity, 0]
  // The least of the rounds: a busy machine compiles late, and uncompiled code boxes its numbers.
  for (let round = 0; round < 10; round++) {
    const market = { candles, detail: null, first: 0, decideFrom: folds.complete }
    const engine = new Engine(spec, [{ ...market, legs: spec.legs, columns: folds.columns }], {
      curve: new EquityCurve(new Float64Array(candles.length)),
    })
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    run(engine)
    bytes = Math.min(bytes, process.memoryUsage().heapUsed - before)
    trades = engine.trades.length
  }
  return { bytes, trades }
}
const of = run => ({ silent: measure(silent, run).bytes, ...measure(traded, run) })
console.log(JSON.stringify([of(byStep), of(bySolo)]))
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
    const room = ['--max-semi-space-size=256', '--min-semi-space-size=256']
    // Compiled when it is due, however busy the machine.
    const flags = ['--expose-gc', '--no-concurrent-recompilation', ...room]
    const out = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    const ways = JSON.parse(out) as Readonly<Record<string, number>>[]
    expect(ways).toHaveLength(2)
    for (const { silent, bytes, trades } of ways) {
      // A boxed number at every candle would be 16; what is left is boxed before the loop is compiled.
      expect(silent! / 500_000, 'bytes a candle where nothing is said').toBeLessThan(2)
      expect(trades).toBeGreaterThan(10_000)
      expect(bytes).toBeGreaterThan(0)
      // Two intents, two fills and the trade itself.
      expect(bytes! / trades!, 'bytes a trade').toBeLessThan(700)
    }
  },
)
