import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../src/core/candles/time.js'
import { assay, assayJson } from './assay.js'
import { marketsFolder } from './prepared-home.js'
import { MARKET } from './sweep-candles.js'

type Metrics = Readonly<Record<string, number | null>>

interface WalkForward {
  readonly folds: readonly {
    readonly train_from: string
    readonly train_to: string
    readonly test_from: string
    readonly test_to: string
    readonly params: Readonly<Record<string, number>> | null
    readonly in_sample: Metrics | null
    readonly out_of_sample: Metrics
    readonly test_score: number | null
    readonly note: string | null
  }[]
  readonly stitched: {
    readonly metrics: Metrics
    readonly equity: readonly { readonly time: string; readonly equity: number }[]
    readonly trades: readonly { readonly pnl: number }[]
  }
  readonly efficiency: number | null
  readonly warnings: readonly string[]
  readonly report: string | null
  readonly drift: readonly { readonly name: string; readonly values: readonly unknown[] }[]
}

const folder = await marketsFolder()
const GRID = ['--grid', 'fast_ma=3:9:3', '--grid', 'slow_ma=12:36:12']
const WINDOWS = ['--train', '40d', '--test', '15d', '--purge', '2d', '--embargo', '1d']

const run = async (...args: string[]): Promise<WalkForward> =>
  (await assayJson(folder, 'walk-forward', 'ma_crossover', ...MARKET, ...args)) as never

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('assay walk-forward', () => {
  it('picks in training, tests on what follows, and carries the equity on', async () => {
    const { folds, stitched, drift } = await run(...GRID, ...WINDOWS, '--stop-loss', '0.05')
    expect(folds).toHaveLength(4)
    let capital = 10_000
    for (const [k, fold] of folds.entries()) {
      expect(Date.parse(fold.test_from) - Date.parse(fold.train_to)).toBe(3 * 24 * HOUR_MS)
      if (k > 0) expect(fold.test_from).toBe(folds[k - 1]!.test_to)
      const { params } = fold
      const flags = [
        ...['--fast-ma', `${params!['fast_ma']}`, '--slow-ma', `${params!['slow_ma']}`],
        ...['--stop-loss', '0.05', '--report', 'none'],
      ]
      const test = (await assayJson(
        folder,
        ...['backtest', 'ma_crossover', ...MARKET, ...flags, '--capital', String(capital)],
        ...['--from', fold.test_from, '--to', fold.test_to],
      )) as unknown as { metrics: Metrics }
      expect(test.metrics).toEqual(fold.out_of_sample)
      capital = test.metrics['final_equity']!
    }
    expect(stitched.metrics['final_equity']).toBe(capital)
    expect(stitched.equity.at(-1)!.equity).toBe(capital)
    const profit = stitched.trades.reduce((sum, { pnl }) => sum + pnl, 0)
    expect(profit).toBeCloseTo(capital - 10_000, 6)
    expect(drift.map(({ name, values }) => [name, values.length])).toEqual([
      ['fast_ma', 4],
      ['slow_ma', 4],
    ])
  })

  it('picks the best of a sweep over the training', async () => {
    const { folds } = await run(...GRID, ...WINDOWS)
    const { train_from: from, train_to: to, params, in_sample: inSample } = folds[1]!
    const { best } = (await assayJson(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...GRID, '--report', 'none'],
      ...['--from', from, '--to', to],
    )) as unknown as { best: { params: unknown; metrics: Metrics } }
    expect(best.params).toEqual(params)
    expect(best.metrics).toEqual(inSample)
  })

  it('makes the best set of any training a run, over the candles of that training', async () => {
    const { folds } = await run(...GRID, ...WINDOWS)
    const best = (await assayJson(
      folder,
      'sweeps',
      'best',
      'latest',
      '--report',
      'none',
    )) as never as {
      manifest: { from: string }
      trial: number
    }
    const starts = folds.map(({ train_from: from }) => Date.parse(from))
    const at = starts.indexOf(Date.parse(best.manifest.from))
    expect(at, 'of a training').toBeGreaterThanOrEqual(0)
    expect(at, 'nine sets a training').toBe(Math.floor(best.trial / 9))
  })

  it('begins every training at the start where it is anchored', async () => {
    const { folds } = await run(...GRID, '--train', '40d', '--test', '15d', '--anchored')
    expect(new Set(folds.map(fold => fold.train_from)).size).toBe(1)
    expect(folds.map(fold => fold.train_to)).toEqual(folds.map(fold => fold.test_from))
  })

  it('stays out of a test where no set had a score, and says so', async () => {
    const { folds, stitched, efficiency } = await run(
      ...[...GRID, ...WINDOWS, '--min-trades', '9999'],
    )
    for (const fold of folds) {
      expect(fold.params).toBeNull()
      expect(fold.in_sample).toBeNull()
      expect(fold.out_of_sample['trades']).toBe(0)
      expect(fold.note).toMatch(/no set had a score/)
    }
    expect(stitched.metrics['final_equity']).toBe(10_000)
    expect(stitched.metrics['sharpe']).toBeNull()
    expect(efficiency).toBeNull()
  })

  it('prints in and out of sample side by side', async () => {
    const { out, code } = await assay(
      folder,
      ...['walk-forward', 'ma_crossover', ...MARKET, ...GRID, ...WINDOWS],
    )
    expect(code).toBe(0)
    expect(out).toMatch(/in: return +Sharpe +out: return +Sharpe +trades/)
    expect(out).toMatch(/efficiency/)
  })

  it('writes its page among the reports, elsewhere, or nowhere, and tells where', async () => {
    const command = ['walk-forward', 'ma_crossover', ...MARKET, ...GRID, ...WINDOWS]
    const usual = await assay(folder, ...command)
    const path = /^report {2}(.*)$/m.exec(usual.out)![1]!
    expect(path).toMatch(/reports\/walk-forward-[0-9a-f]{16}\.html$/)
    expect(readFileSync(path, 'utf8')).toContain('>Joined tests</h2>')
    const page = join(folder, 'own.html')
    const own = await run(...GRID, ...WINDOWS, '--report', page)
    expect(own.report).toBe(page)
    expect(own.warnings).toEqual([
      expect.stringMatching(/annualised from 60 days: from fewer than 90/),
      expect.stringMatching(/synthetic/),
    ])
    expect(usual.out).toMatch(/^! The candles are synthetic/m)
    expect(existsSync(page)).toBe(true)
    expect((await run(...GRID, ...WINDOWS, '--report', 'none')).report).toBeNull()
    const taken = await assay(folder, ...command, '--report', join(folder, 'SYNTH-A.csv'))
    expect(taken.err).toMatch(/exists and is not an HTML file/)
    expect(readFileSync(join(folder, 'SYNTH-A.csv'), 'utf8')).toMatch(/^time,open/)
  })

  it('scores each test by the objective of its training', async () => {
    const { folds } = await run(...GRID, ...WINDOWS, '--report', 'none')
    for (const fold of folds) expect(fold.test_score).toBe(fold.out_of_sample['sharpe'])
    const own = await run(...GRID, ...WINDOWS, '--report', 'none', '--objective', 'max_drawdown')
    for (const fold of own.folds) {
      expect(fold.test_score).toBe(0 - fold.out_of_sample['max_drawdown']!)
    }
  })

  it.each([
    ['windows longer than the data', ['--train', '300d', '--test', '30d'], /need 330d/],
    ['no training', ['--test', '30d'], /--train is missing/],
    ['a length of 0', ['--train', '0d', '--test', '30d'], /--train is "0d"/],
    [
      'a purge as long as the training',
      ['--train', '20d', '--test', '5d', '--purge', '20d'],
      /leaves nothing/,
    ],
    ['several symbols', ['--train', '20d', '--test', '5d', '--symbol', 'A,B'], /takes one/],
  ])('refuses %s', async (_, args, message) => {
    const market = args.includes('--symbol') ? ['--timeframe', '1h'] : MARKET
    const { code, out, err } = await assay(
      folder,
      ...['walk-forward', 'ma_crossover', ...market, ...GRID, ...args],
    )
    expect(err).toMatch(message)
    expect(code).toBe(2)
    expect(out).toBe('')
  })
})
