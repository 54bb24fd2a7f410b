import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { benchApi } from './api-bench.js'
import { compileCLoop, type CLoop } from './c-loop.js'
import { benchCli, benchLargeFile } from './cli-bench.js'
import { benchEngine, compareWithC } from './engine-bench.js'
import { benchEvidence, benchMillionSets, benchSpeedup, benchSweeps } from './sweep-bench.js'
import { benchStatistics } from './statistics-bench.js'
import { benchDashboard } from './dashboard-bench.js'
import { benchFeed } from './feed-bench.js'
import { benchFetch } from './fetch-bench.js'
import { benchSessions } from './session-bench.js'
import { benchTrading } from './trading-bench.js'
import { randomWalk } from './random-walk.js'

/** Measures, prints, and appends a line to the history. `--full` adds the largest real file. */
async function bench(): Promise<void> {
  const candles = randomWalk()
  const engine = benchEngine(candles)
  const compiled = compileCLoop()
  const c = typeof compiled === 'string' ? null : compareWithC(candles, compiled.program)
  const figures: Record<string, number | null> = {
    run_million_candles_per_s: round(candles.length / engine.runMs / 1000),
    run_best_million_candles_per_s: round(candles.length / engine.runBestMs / 1000),
    run_without_kernel_million_candles_per_s: round(candles.length / engine.byCoreMs / 1000),
    with_events_million_candles_per_s: round(candles.length / engine.withEventsMs / 1000),
    hash_ms: round(engine.hashMs),
    trades: engine.trades,
    ratio_to_c_loop: c && round(c.ratio),
    ratio_to_c_with_averages: c && round(c.ratioWithAverages),
    c_loop_ms: c && c.loopMs,
    c_with_averages_ms: c && round(c.withAveragesMs),
    ...benchTrading(candles),
    ...(await benchCli(candles)),
    ...benchStatistics(),
    ...(await benchFetch()),
    ...(await benchFeed()),
    ...(await benchSessions(candles)),
    ...(await benchApi()),
    ...(await benchDashboard(candles)),
    ...(await benchEvidence()),
    ...(await sweepFigures(c)),
    ...(process.argv.includes('--full') ? await benchLargeFile() : {}),
    ...(process.argv.includes('--full') ? await benchSpeedup() : {}),
    ...(process.argv.includes('--full') ? await benchMillionSets() : {}),
  }
  if (typeof compiled === 'string') {
    process.stderr.write(`the C loop was left out: ${compiled}\n`)
  }
  for (const [name, value] of Object.entries(figures)) {
    process.stdout.write(`${name.padEnd(36)} ${value === null ? '–' : round(value)}\n`)
  }
  const line = {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.versions.node,
    machine: `${cpus().length} x ${cpus()[0]!.model.trim()}`,
    figures,
  }
  appendFileSync(join(import.meta.dirname, 'history.jsonl'), `${JSON.stringify(line)}\n`)
}

/** Sweeps, and how one core of a sweep compares with the C loop with its averages. */
async function sweepFigures(c: CLoop | null): Promise<Record<string, number> | null> {
  const figures = await benchSweeps()
  if (figures === null || c === null) return figures
  const perCore = figures['sweep_two_workers_million_per_s']! / 2
  return { ...figures, sweep_ratio_to_c_per_core: perCore / (1000 / c.withAveragesMs) }
}

const round = (value: number): number => Number(value.toPrecision(4))

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

await bench()
