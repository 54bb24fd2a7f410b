import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const BLOCK = /(<!-- real run: .* -->\n\n```text\n)([\s\S]*?)(```\n\n<!-- end of real run -->)/

/** The README's run on real candles, made now: the figures that its two commands print, without what stands below them. */
export function realRun(dataFolder: string): string {
  const home = mkdtempSync(join(tmpdir(), 'assay-readme-'))
  const assay = (...args: string[]): string =>
    execFileSync(process.execPath, [join(ROOT, 'bin/assay.js'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ASSAY_HOME: home, DATABASE_URL: '', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const market = ['--symbol', 'SOL-USDC', '--timeframe', '1h']
  assay('data', 'import', join(dataFolder, 'sol-usdc_binance-spot_1h.csv.gz'), ...market)
  const out = assay(
    'backtest',
    'ma_crossover',
    ...market,
    '--template',
    'aggressive',
    '--report',
    'none',
  )
  return `${out.trim().split('\n\nexit ')[0]}\n`
}

/** The block as the README has it. */
export function recordedRun(): string {
  return BLOCK.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))![2]!
}

if (process.argv[1]?.endsWith('docs-readme.ts')) {
  const file = join(ROOT, 'README.md')
  const text = realRun(process.env['ASSAY_DATA'] ?? process.argv[2]!)
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      BLOCK,
      (_, head: string, _old, tail: string) => head + text + tail,
    ),
  )
}
