import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normal, seededRng } from '../../src/core/random.js'
import { HOUR_MS, formatTime } from '../../src/core/candles/time.js'
import { assay, assayJson, scratch } from './assay.js'

interface Check {
  readonly name: string
  readonly value: number | null
  readonly passed: boolean | null
  readonly fatal: boolean
  readonly n: number
  readonly formula: string
  readonly note: string
}

interface Verdict {
  readonly verdict: 'pass' | 'weak' | 'fail'
  readonly reasons: readonly string[]
  readonly checks: readonly Check[]
  readonly trials: { readonly ledger: number; readonly independent: number }
}

const folder = scratch()
const COSTS = ['--fee-bps', '2', '--slippage-bps', '1', '--position-size', '50%']
const GRID = ['--grid', 'fast_ma=5:20:5', '--grid', 'slow_ma=25:75:25']

/** Hourly candles of three years; a drift that turns every few days is the planted edge. */
function csvOf(seed: number, edge: number): string {
  const rng = seededRng(seed)
  const rows = ['time,open,high,low,close,volume']
  let [price, drift, left] = [100, edge, 0]
  for (let i = 0; i < 8760 * 3; i++) {
    if (left-- <= 0) {
      drift = -drift
      left = 60 + Math.floor(rng.next() * 120)
    }
    const open = price
    price *= Math.exp(drift + 0.004 * normal(rng))
    const high = Math.max(open, price) * (1 + 0.001 * rng.next())
    const low = Math.min(open, price) * (1 - 0.001 * rng.next())
    const time = formatTime(Date.UTC(2021, 0, 1) + i * HOUR_MS)
    const figures = [open, high, low, price].map(value => value.toFixed(4))
    rows.push([time, ...figures, 1e6 + Math.floor(1e6 * rng.next())].join(','))
  }
  return `${rows.join('\n')}\n`
}

const sweeps = new Map<string, Promise<string>>()

/** The sweep of a symbol, run by the first test that asks. */
function sweepOf(symbol: string): Promise<string> {
  const known = sweeps.get(symbol) ?? sweepNow(symbol)
  sweeps.set(symbol, known)
  return known
}

async function sweepNow(symbol: string): Promise<string> {
  const swept = (await assayJson(
    folder,
    ...['sweep', 'ma_crossover', '--symbol', symbol, '--timeframe', '1h', ...GRID, ...COSTS],
    ...['--report', 'none', '--top', '1'],
  )) as unknown as { sweep_id: string }
  return swept.sweep_id
}

async function validate(reference: string, ...args: string[]): Promise<Verdict & { code: number }> {
  const { out, code } = await assay(
    folder,
    ...['validate', reference, '--json', '--paths', '1000', '--report', 'none', ...args],
  )
  return { ...(JSON.parse(out) as Verdict), code: code! }
}

const answer = ({ checks }: Verdict, name: string): Check =>
  checks.find(check => check.name === name)!

beforeAll(async () => {
  for (const [symbol, seed, edge] of [
    ['EDGE-USD', 1, 0.0005],
    ['NOISE-USD', 2, 0],
    ['CHANCE-USD', 3, 0],
  ] as const) {
    const file = join(folder, `${symbol}.csv`)
    writeFileSync(file, csvOf(seed, edge))
    const { code, err } = await assay(
      folder,
      ...['data', 'import', file, '--symbol', symbol, '--timeframe', '1h'],
    )
    expect(code, err).toBe(0)
  }
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('assay validate', () => {
  it('passes a planted edge, with exit code 0', async () => {
    const verdict = await validate(await sweepOf('EDGE-USD'))
    expect(verdict.reasons.join('\n')).toMatch(/all \d+ questions with an answer passed/)
    expect([verdict.verdict, verdict.code]).toEqual(['pass', 0])
    expect(answer(verdict, 'cross_validation')).toMatchObject({ value: 1, passed: true })
    expect(answer(verdict, 'capacity')).toMatchObject({ value: null, passed: null })
    expect(answer(verdict, 'capacity').note).toMatch(/no impact curve is known for EDGE-USD/)
    for (const check of verdict.checks.filter(({ value }) => value !== null)) {
      expect(check.formula.length, check.name).toBeGreaterThan(5)
      expect(check.note.length, check.name).toBeGreaterThan(10)
      expect(check.n, check.name).toBeGreaterThanOrEqual(0)
    }
  }, 60_000)

  it.each(['NOISE-USD', 'CHANCE-USD'])(
    'does not pass the best set on %s, with exit code 3',
    async symbol => {
      const verdict = await validate(await sweepOf(symbol))
      expect(verdict.verdict).not.toBe('pass')
      expect(verdict.code).toBe(3)
      expect(answer(verdict, 'deflated_sharpe').passed).toBe(false)
      expect(answer(verdict, 'reproducible').passed).toBe(true)
      expect(answer(verdict, 'no_lookahead').passed).toBe(true)
    },
    60_000,
  )

  it('counts every trial of the ledger against a single run', async () => {
    const market = ['--symbol', 'NOISE-USD', '--timeframe', '1h']
    const args = ['backtest', 'supertrend', ...market, ...COSTS, '--report', 'none']
    const run = (await assayJson(folder, ...args)) as unknown as { run_id: string }
    const alone = await validate(run.run_id)
    expect(alone.trials.ledger).toBe(1)
    expect(answer(alone, 'backtest_overfitting')).toMatchObject({ value: null, passed: null })
    expect(answer(alone, 'backtest_overfitting').note).toMatch(/too few for a cross-validation/)
    await assayJson(
      folder,
      ...['sweep', 'supertrend', ...market, '--grid', 'period=5:24:1', ...COSTS, '--align', 'own'],
      ...['--report', 'none', '--top', '1'],
    )
    const among = await validate(run.run_id)
    expect(among.trials.ledger).toBe(20)
    expect(answer(among, 'backtest_overfitting').value).not.toBeNull()
    expect(answer(among, 'deflated_sharpe').value!).toBeLessThan(
      answer(alone, 'deflated_sharpe').value!,
    )
  }, 60_000)

  it('says the same twice, and writes a page whose one script is its theme button', async () => {
    const sweepId = await sweepOf('NOISE-USD')
    const page = join(folder, 'verdict.html')
    const args = ['validate', sweepId, '--paths', '500', '--report', page]
    const [first, again] = [await assay(folder, ...args), await assay(folder, ...args)]
    expect(first.out).toBe(again.out)
    expect(first.out).toMatch(/^(WEAK|FAIL)/m)
    const text = readFileSync(page, 'utf8')
    expect(text.match(/<script/g)).toHaveLength(1)
    expect(text).toContain('id="theme"')
    expect(text).not.toMatch(/https?:\/\//)
    expect(text).toContain('deflated_sharpe')
    expect(text).toContain('<svg')
  }, 60_000)

  it.each([
    ['an unknown name', ['nope'], /there is no run "nope"/],
    ['a name of nothing', [], /missing: a run or a sweep/],
    ['too few paths', ['latest', '--paths', '3'], /--paths is "3"/],
  ])('refuses %s', async (_, args, message) => {
    const { code, err, out } = await assay(folder, 'validate', ...args)
    expect(err).toMatch(message)
    expect(code).toBe(2)
    expect(out).toBe('')
  })
})
