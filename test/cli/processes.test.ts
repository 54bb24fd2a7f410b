import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { assay, assayProcess, REPOSITORY, type Ran } from './assay.js'
import { demoFolder } from './prepared-home.js'

const folder = await demoFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const SWEEP = ['sweep', 'ma_crossover', ...KEY, '--grid', 'fast_ma=5,8', '--report', 'none']

/** Lines that are there only where the machine takes long. */
const SLOW = /^[#.]{24} |^storing the last sets$|^looking for sets: |^waiting for process /

/** Without the lines that tell when it was and how long it took. */
const timeless = ({ code, out, err }: Ran): Ran => {
  const kept = (text: string): string =>
    text
      .split('\n')
      .filter(line => !SLOW.test(line) && !/ made 20\d\d-|candles\/s$/.test(line))
      .join('\n')
  return { code, out: kept(out), err: kept(err) }
}

describe('a process of its own says what the function of its command says, and ends', () => {
  const cases: readonly (readonly [string, number, readonly string[]])[] = [
    ['that computes', 0, ['backtest', 'ma_crossover', ...KEY, '--report', 'page.html']],
    ['with an output larger than a pipe', 0, ['data', 'export', ...KEY]],
    ['that opens the database', 0, ['runs', 'verify', 'latest']],
    ['that starts threads, in vain', 1, [...SWEEP, '--min-trades', '99999', '--workers', '2']],
    ['that is misspelt', 2, ['backtst', 'ma_crossover']],
    ['that is refused by the database', 2, ['runs', 'show', 'nothing']],
    ['that finds a fault', 3, ['check', './peeks.ts', ...KEY, '--to', '2024-03-01']],
    ['that asks nobody', 2, ['data', 'remove', ...KEY]],
  ]
  writeFileSync(join(folder, 'peeks.ts'), peeking())

  it.each(cases)('%s, with exit code %i', async (_, code, args) => {
    const own = await assayProcess(folder, ...args)
    expect(own.code, own.err).toBe(code)
    expect(timeless(await assay(folder, ...args))).toEqual(timeless(own))
  })

  it('once for every code that docs/errors.md promises', () => {
    const promised = readFileSync(join(REPOSITORY, 'docs/errors.md'), 'utf8')
    const codes = [...promised.matchAll(/^\| `[A-Z_]+` +\| (\d) /gm)].map(([, code]) =>
      Number(code),
    )
    const shown = new Set(cases.map(([, code]) => code))
    expect(codes.filter(code => !shown.has(code))).toEqual([])
  })
})

/** A strategy whose indicator reads one candle ahead. */
function peeking(): string {
  return `import { defineStrategy, FLAT, long } from 'assay'
const peek = { key: 'peek', warmup: 0, start: () => ({ next: (c, i) => c.close[Math.min(i + 1, c.length - 1)] }) }
export default defineStrategy({
  name: 'peeks', description: 'Reads the next close', params: {}, templates: {},
  indicators: () => ({ line: peek }), initial: () => ({}),
  decide: ({ candle, indicators: { line } }) => (line.at(0) > candle.close.at(0) ? long(1) : FLAT),
})
`
}
