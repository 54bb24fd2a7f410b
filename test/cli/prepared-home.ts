import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '../../src/data/embedded/folder-lock.js'
import { assayJson, assayProcess, scratch } from './assay.js'
import { importMarkets } from './sweep-candles.js'

/** A scratch folder after `assay demo`: its home holds the sample, and one run of it. */
export function demoFolder(): Promise<string> {
  return prepared('demo', async folder => {
    const { code, err } = await assayProcess(folder, 'demo')
    if (code !== 0) throw new Error(`assay demo exited with ${code}: ${err}`)
  })
}

/** A scratch folder whose home holds two random markets. */
export function marketsFolder(): Promise<string> {
  return prepared('markets', importMarkets)
}

/** As `demoFolder`, with a sweep, a promotion, and a paper session that has ended and its settings. */
export function tradedFolder(): Promise<string> {
  return prepared('traded', async folder => {
    cpSync(await demoFolder(), folder, { recursive: true })
    const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
    const range = ['--from', '2024-02-01', '--to', '2024-04-01']
    const grid = ['--grid', 'fast_ma=5:15:5', '--grid', 'slow_ma=40,60', '--report', 'none']
    const words = ['--paths', '100', '--override', 'a test of what is shown']
    const stops = ['--stop-loss', '0.05', '--report', 'none']
    const promotion = ['promote', 'latest', '--to', 'paper', ...words]
    const replay = ['--feed', 'replay', '--speed', 'max', ...range, '--report', 'none']
    await assayJson(folder, 'sweep', 'ma_crossover', ...market, ...range, ...grid)
    await assayJson(folder, 'backtest', 'ma_crossover', ...market, ...stops)
    const { promotion_id: id } = await assayJson(folder, ...promotion)
    await assayJson(folder, 'paper', '--promotion', String(id), ...replay)
  })
}

const LONGEST_MS = 120_000

/** A copy of a folder that the first to ask makes, once a run of the tests. */
async function prepared(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const original = join(process.env['ASSAY_TEST_SHARED']!, name)
  const release = await lockFolder(`${original}.lock`, { waitMs: LONGEST_MS })
  try {
    if (!existsSync(original)) {
      const draft = `${original}.draft`
      mkdirSync(draft)
      await make(draft)
      renameSync(draft, original)
    }
  } finally {
    release()
  }
  const folder = scratch()
  cpSync(original, folder, { recursive: true })
  return folder
}
