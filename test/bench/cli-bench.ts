import { execFile, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Candles } from '../../src/core/candles/candles.js'
import { median } from './engine-bench.js'

const run = promisify(execFile)
const ASSAY = resolve(import.meta.dirname, '../../bin/assay.js')

interface Timed {
  readonly seconds: number
  /** Highest resident memory of the process, MB. */
  readonly peakMb: number
}

/** Runs `assay` as a user does, process start included. */
export function assay(home: string, ...args: string[]): Promise<Timed> {
  return assayAt(home, '', ...args)
}

/** As `assay`, on the database of a server; an empty address means the embedded one. */
export async function assayAt(home: string, url: string, ...args: string[]): Promise<Timed> {
  const start = performance.now()
  const child = spawn(process.execPath, [ASSAY, ...args], {
    env: { ...process.env, ASSAY_HOME: home, DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peakKb = 0
  const poll = setInterval(() => {
    const status = join('/proc', String(child.pid), 'status')
    if (!existsSync(status)) return
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] ?? 0))
  }, 20)
  const code = await new Promise<number | null>(done => child.on('close', done))
  clearInterval(poll)
  if (code !== 0) throw new Error(`assay ${args.join(' ')} exited with ${code}`)
  return { seconds: (performance.now() - start) / 1000, peakMb: Math.round(peakKb / 1000) }
}

/** What `assay` prints. */
export async function assayOutput(home: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, ASSAY_HOME: home, DATABASE_URL: '' }
  const { stdout } = await run(process.execPath, [ASSAY, ...args], { env, maxBuffer: 1e9 })
  return stdout
}

async function medianSeconds(rounds: number, work: () => Promise<Timed>): Promise<number> {
  const seconds: number[] = []
  for (let k = 0; k < rounds; k++) seconds.push((await work()).seconds)
  return median(seconds)
}

/** Start-up, and a backtest over a million stored candles with its cache warm. */
export async function benchCli(candles: Candles): Promise<Record<string, number>> {
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const file = join(home, 'walk.csv')
  await writeCsv(file, candles)
  const data = ['--symbol', 'SYNTH-USDC', '--timeframe', '1m']
  const imported = await assay(home, 'data', 'import', file, ...data)
  const backtest =
    (...more: string[]) =>
    () =>
      assay(
        home,
        'backtest',
        'ma_crossover',
        ...data,
        '--template',
        'aggressive',
        '--min-volume',
        '0',
        '--stop-loss',
        '0.02',
        '--trailing-stop',
        '0.03',
        ...more,
      )
  await backtest()()
  return {
    help_s: await medianSeconds(5, () => assay(home, '--help')),
    import_million_s: imported.seconds,
    import_million_peak_mb: imported.peakMb,
    backtest_million_s: await medianSeconds(5, backtest()),
    backtest_million_no_page_s: await medianSeconds(5, backtest('--report', 'none')),
  }
}

/** The largest real file: import, import again, backtest over all of it. Null where it is absent. */
export async function benchLargeFile(): Promise<Record<string, number> | null> {
  const folder = process.env['ASSAY_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
  const file = resolve(folder, 'btc-usd_bitfinex-spot_1m_2013-2021.csv.gz')
  if (!existsSync(file)) return null
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const data = ['--symbol', 'BTC-USD', '--timeframe', '1m']
  const first = await assay(home, 'data', 'import', file, ...data)
  const second = await assay(home, 'data', 'import', file, ...data)
  const backtest = () =>
    assay(home, 'backtest', 'ma_crossover', ...data, '--template', 'aggressive')
  await backtest()
  return {
    import_3260186_s: first.seconds,
    import_3260186_peak_mb: first.peakMb,
    import_again_s: second.seconds,
    backtest_3260186_s: await medianSeconds(3, backtest),
  }
}

export async function writeCsv(file: string, candles: Candles): Promise<void> {
  const stream = createWriteStream(file)
  stream.write('time,open,high,low,close,volume\n')
  const { time, open, high, low, close, volume } = candles
  for (let i = 0; i < candles.length; i++) {
    const row = [time[i], open[i], high[i], low[i], close[i], volume[i]].join(',')
    if (!stream.write(`${row}\n`))
      await new Promise<void>(done => stream.once('drain', () => done()))
  }
  await new Promise<void>(done => stream.end(done))
}
