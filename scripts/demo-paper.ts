import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DAY_MS, formatTime, MINUTE_MS } from '../src/core/candles/time.js'
import { syntheticCandles } from '../src/core/candles/synthetic.js'

/** A promoted strategy trades a day of synthetic candles on paper: from candles to the last line, in a home of its own. */
const ASSAY = fileURLToPath(new URL('../bin/assay.js', import.meta.url))
const START = Date.UTC(2026, 0, 5)
/** A day of candles passes in so many seconds. */
const SECONDS = 3

const folder = mkdtempSync(join(tmpdir(), 'assay-demo-'))
const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1m']
const day = ['--from', formatTime(START + DAY_MS), '--to', formatTime(START + 2 * DAY_MS)]

try {
  writeCandles(join(folder, 'candles.csv'))
  await assay('data', 'import', 'candles.csv', ...market)
  await assay('backtest', 'ma_crossover', ...market, ...day, ...settings(), '--report', 'none')
  const reason = 'a demonstration on synthetic candles, which are evidence of nothing'
  await assay('promote', 'latest', '--to', 'paper', '--paths', '100', '--override', reason)
  const speed = String(DAY_MS / 1000 / SECONDS)
  await assay(
    'paper',
    '--promotion',
    'latest',
    '--feed',
    'replay',
    '--speed',
    speed,
    ...day,
    '--report',
    'none',
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function settings(): string[] {
  const params = ['--fast-ma', '15', '--slow-ma', '60', '--min-volume', '0']
  return [...params, '--stop-loss', '0.02', '--position-size', '50%', '--fee-bps', '2']
}

/** Two days of a seeded generator, as a file that anybody could import. */
function writeCandles(path: string): void {
  const terms = { seed: 11, start: START, price: 150, volatility: 0.0012, decimals: 4 }
  const { length, time, open, high, low, close, volume } = syntheticCandles({
    ...terms,
    length: 2 * (DAY_MS / MINUTE_MS),
    timeframeMs: MINUTE_MS,
  })
  const rows = Array.from({ length }, (_, i) =>
    [formatTime(time[i]!), open[i], high[i], low[i], close[i], volume[i]].join(','),
  )
  writeFileSync(path, ['time,open,high,low,close,volume', ...rows, ''].join('\n'))
}

async function assay(...args: readonly string[]): Promise<void> {
  process.stdout.write(
    `\n$ assay ${args.map(arg => (arg.includes(' ') ? `'${arg}'` : arg)).join(' ')}\n`,
  )
  const child = spawn(process.execPath, [ASSAY, ...args], {
    cwd: folder,
    env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '', REDIS_URL: '' },
    stdio: 'inherit',
  })
  const code = await new Promise<number | null>(done => child.once('exit', done))
  if (code !== 0) throw new Error(`assay ${args[0]!} ended with ${code}`)
}
