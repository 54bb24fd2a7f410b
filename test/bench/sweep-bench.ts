import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { assay, assayOutput } from './cli-bench.js'
import { median } from './engine-bench.js'
import { measureTradeBootstrap } from './stress-bench.js'

const DATA = process.env['ASSAY_DATA'] ?? join(import.meta.dirname, '../../../shared/data')

interface Swept {
  readonly seconds: number
  readonly candle_evaluations: number
}

const FINE = ['--symbol', 'SOL-USDT', '--timeframe', '5m']
/** Over the first 100,000 of them, with both stops, fees and all metrics. */
const STOPPED = [
  ...[...FINE, '--to', '2023-07-14T05:20:00Z', '--min-trades', '0'],
  ...['--stop-loss', '0.02', '--trailing-stop', '0.03'],
]

/** A home with two years of 5m candles; null where the candles are absent. */
async function fineHome(): Promise<string | null> {
  const file = resolve(DATA, 'sol-usdt_binance-spot_5m_2022-2023.csv.gz')
  if (!existsSync(file)) return null
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  await assay(home, 'data', 'import', file, ...FINE)
  return home
}

async function sweep(home: string, ...args: string[]): Promise<Swept> {
  const all = ['sweep', 'ma_crossover', ...args, '--report', 'none', '--top', '1', '--json']
  return JSON.parse(await assayOutput(home, ...all)) as Swept
}

/**
 * Sweeps over real candles, as `assay sweep` reports them: evaluation from the first set to the
 * last, threads started within it. Null where the candles are absent.
 */
export async function benchSweeps(): Promise<Record<string, number> | null> {
  const coarse = resolve(DATA, 'sol-usdt_binance-spot_1h.csv.gz')
  const home = existsSync(coarse) ? await fineHome() : null
  if (home === null) return null
  const hourly = ['--symbol', 'SOL-USDT', '--timeframe', '1h']
  await assay(home, 'data', 'import', coarse, ...hourly)
  const thousand = (workers: string): Promise<Swept> =>
    sweep(
      home,
      ...[...STOPPED, '--workers', workers],
      ...['--grid', 'fast_ma=5:29:1', '--grid', 'slow_ma=30:225:5'],
    )
  const rates = { one: [] as number[], two: [] as number[] }
  for (let round = 0; round < 3; round++) {
    rates.one.push(rateOf(await thousand('1')))
    rates.two.push(rateOf(await thousand('2')))
  }
  const year = await sweep(
    home,
    ...[...hourly, '--from', '2024-01-01', '--to', '2024-12-31', '--workers', '2'],
    ...['--grid', 'fast_ma=1:100:1', '--grid', 'slow_ma=101:200:1'],
  )
  return {
    sweep_one_worker_million_per_s: median(rates.one),
    sweep_two_workers_million_per_s: median(rates.two),
    sweep_two_workers_best_million_per_s: Math.max(...rates.two),
    sweep_speedup_of_two: median(rates.two) / median(rates.one),
    sweep_10000_sets_of_a_year_s: year.seconds,
  }
}

/**
 * What a second worker gives to a sweep of 19,600 sets over 100,000 candles: over one that is done within two
 * seconds, starting threads and compiling in each of them are a large part.
 */
export async function benchSpeedup(): Promise<Record<string, number> | null> {
  const home = await fineHome()
  if (home === null) return null
  const grid = ['--grid', 'fast_ma=5:104:1', '--grid', 'slow_ma=105:300:1']
  const one = await sweep(home, ...STOPPED, ...grid, '--workers', '1')
  const two = await sweep(home, ...STOPPED, ...grid, '--workers', '2')
  return {
    sweep_19600_sets_s: two.seconds,
    sweep_19600_sets_speedup_of_two: one.seconds / two.seconds,
  }
}

/** A grid of a million sets over a month of candles: how long, and how much memory. */
export async function benchMillionSets(): Promise<Record<string, number> | null> {
  const file = resolve(DATA, 'sol-usdt_binance-spot_1d.csv')
  if (!existsSync(file)) return null
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  await assay(home, 'data', 'import', file, '--symbol', 'SOL-USDT', '--timeframe', '1d')
  const ran = await assay(
    home,
    ...[
      'sweep',
      'ma_crossover',
      '--symbol',
      'SOL-USDT',
      '--timeframe',
      '1d',
      '--from',
      '2024-01-01',
    ],
    ...['--to', '2024-03-01', '--grid', 'fast_ma=1:10:1', '--grid', 'slow_ma=11:20:1'],
    ...['--grid', 'risk.stop_loss=0.001:0.1:0.001', '--grid', 'risk.take_profit=0.001:0.1:0.001'],
    ...['--min-trades', '0', '--report', 'none', '--top', '1', '--json'],
  )
  return { sweep_million_sets_s: ran.seconds, sweep_million_sets_peak_mb: ran.peakMb }
}

function rateOf({ seconds, candle_evaluations: evaluations }: Swept): number {
  return evaluations / seconds / 1e6
}

/** The evidence of a strategy over a year of 5m candles: walk-forward of 20 folds of 400 sets, and proof. */
export async function benchEvidence(): Promise<Record<string, number> | null> {
  const home = await fineHome()
  if (home === null) return null
  const walked = await assay(
    home,
    ...['walk-forward', 'ma_crossover', ...FINE, '--to', '2023-08-01', '--train', '85d'],
    ...['--test', '14d', '--purge', '2d', '--grid', 'fast_ma=5:24:1', '--grid', 'slow_ma=30:125:5'],
    ...['--min-trades', '0', '--json'],
  )
  const proved = await assay(home, 'check', 'ma_crossover', ...FINE, '--json')
  return {
    walk_forward_20_folds_400_sets_s: walked.seconds,
    proof_123119_candles_s: proved.seconds,
    trade_bootstrap_10000_paths_s: measureTradeBootstrap(),
  }
}
