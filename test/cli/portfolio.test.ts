import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, formatTime } from '../../src/core/candles/time.js'
import { STRATEGIES } from '../../strategies/index.js'
import { randomCandles } from '../core/indicators/random-candles.js'
import { assay, assayJson, REPOSITORY, scratch } from './assay.js'

interface Portfolio {
  readonly schema_version: number
  readonly run_id: string
  readonly result_hash: string
  readonly manifest: {
    readonly symbol: string
    readonly symbols: readonly { readonly symbol: string; readonly data: { hash: string } }[]
    readonly allocation: { readonly method: string; readonly rebalance: string }
  }
  readonly metrics: Readonly<Record<string, number | null>>
  readonly legs: readonly {
    readonly symbol: string
    readonly strategy: string
    readonly weight: number
    readonly metrics: Readonly<Record<string, number | null>>
    readonly contribution: { readonly pnl: number; readonly return: number }
  }[]
  readonly correlations: readonly (readonly (number | null)[])[]
  readonly trades: readonly Readonly<Record<string, unknown>>[]
  readonly weights: readonly { readonly time: string; readonly weights: readonly number[] }[]
  readonly warnings: readonly string[]
  readonly report: string | null
}

const folder = scratch()
const START = Date.UTC(2023, 0, 1)
let files = 0

const portfolio = async (...args: string[]): Promise<Portfolio> =>
  (await assayJson(folder, 'portfolio', '--timeframe', '1h', ...args)) as never

/** Writes a configuration file and gives its path. */
function configFile(value: unknown): string {
  const path = join(folder, `config-${files++}.json`)
  writeFileSync(path, JSON.stringify(value))
  return path
}

async function importMarket(symbol: string, seed: number, start: number, skip: number) {
  const { open, high, low, close, volume } = randomCandles({ seed, length: 2000 })
  const lines = Array.from(open, (price, i) =>
    [formatTime(start + i * HOUR_MS), price, high[i], low[i], close[i], volume[i]].join(','),
  ).filter((_, i) => i < skip || i >= skip + 24)
  const file = join(folder, `${symbol}.csv`)
  writeFileSync(file, ['time,open,high,low,close,volume', ...lines, ''].join('\n'))
  const ran = await assay(folder, 'data', 'import', file, '--symbol', symbol, '--timeframe', '1h')
  expect(ran.code, ran.err).toBe(0)
}

const MA = {
  active_strategy: 'ma_crossover',
  parameters: { custom_params: { fast_ma: 5, slow_ma: 20 } },
}
const SEVERAL = {
  active_strategy: ['donchian_breakout', 'ma_crossover', 'rsi_reversion'],
  risk_settings: { stop_loss: 0.05 },
}
const BOTH = { 'SYNTH-USDC': MA, 'SOL-USDC': SEVERAL }

beforeAll(async () => {
  await importMarket('SOL-USDC', 1, START, 500)
  await importMarket('SYNTH-USDC', 2, START + 10 * DAY_MS, 1900)
  await importMarket('FAR-USDC', 3, START + 400 * DAY_MS, 100)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('assay portfolio', () => {
  it('of one symbol gives the result of assay backtest, with one strategy and with several', async () => {
    for (const [symbol, coin] of [
      ['SYNTH-USDC', MA],
      ['SOL-USDC', SEVERAL],
    ] as const) {
      const account = { capital: 5000, risk_limits: { max_exposure: 0.9, max_daily_loss: 0.05 } }
      const args = ['--config', configFile({ [symbol]: coin, account }), '--fee-bps', '20']
      args.push('--from', '2023-01-25')
      const whole = await portfolio(...args)
      const backtest = (await assayJson(
        folder,
        ...['backtest', '--timeframe', '1h', '--report', 'none', ...args],
      )) as unknown as Portfolio
      expect(whole.trades.length).toBeGreaterThan(10)
      expect(whole.result_hash).toBe(backtest.result_hash)
      expect(whole.metrics).toEqual(backtest.metrics)
      expect(whole.trades.map(({ symbol: _symbol, ...trade }) => trade)).toEqual(backtest.trades)
    }
  })

  it('is what a paper session over the same candles gives, to the last digit, whatever strategy ships', async () => {
    const names = STRATEGIES.map(({ name }) => name)
    const file = configFile({
      'SOL-USDC': { ...SEVERAL, active_strategy: names.filter((_, k) => k % 2 === 0) },
      'SYNTH-USDC': { active_strategy: names.filter((_, k) => k % 3 !== 0) },
    })
    const args = ['--config', file, '--allocation', 'inverse-volatility', '--from', '2023-02-01']
    const whole = await portfolio(...args, '--report', 'none')
    const session = ['paper', '--timeframe', '1h', '--feed', 'replay', '--speed', 'max']
    const {
      session_id: _id,
      same_as_backtest: isSame,
      ...paper
    } = await assayJson(folder, ...session, ...args)
    expect(isSame).toBe(true)
    expect(paper).toEqual(whole)
    expect(whole.trades.length).toBeGreaterThan(100)
  })

  it('runs all symbols and strategies on one account, and tells each one’s part', async () => {
    const result = await portfolio('--config', configFile(BOTH))
    expect(result.schema_version).toBe(1)
    expect(result.manifest.symbol).toBe('SOL-USDC+SYNTH-USDC')
    expect(result.legs.map(({ symbol, strategy }) => `${symbol} ${strategy}`)).toEqual([
      'SOL-USDC donchian_breakout',
      'SOL-USDC ma_crossover',
      'SOL-USDC rsi_reversion',
      'SYNTH-USDC ma_crossover',
    ])
    const parts = result.legs.reduce((sum, leg) => sum + leg.contribution.return, 0)
    expect(parts).toBeCloseTo(result.metrics['total_return']!, 9)
    expect(new Set(result.trades.map(({ symbol }) => symbol))).toEqual(
      new Set(['SOL-USDC', 'SYNTH-USDC']),
    )
    expect(result.correlations).toHaveLength(4)
    expect(result.weights).toEqual([
      { time: '2023-01-01T00:00:00Z', weights: [0.25, 0.25, 0.25, 0.25] },
    ])
    expect(result.warnings.join('\n')).toMatch(/SYNTH-USDC: first candle at /)
    expect(result.warnings.join('\n')).toMatch(
      /SOL-USDC: 24 candles missing|SOL-USDC, SYNTH-USDC: 24 \/ \d+ candles missing|24 candles missing/,
    )
  })

  it('gives the same run for any order of sections, keys and strategies', async () => {
    const sorted = {
      ...BOTH,
      account: { capital: 9000, allocation: { method: 'kelly', kelly_cap: 0.3 } },
    }
    const reversed = {
      account: { allocation: { kelly_cap: 0.3, method: 'kelly' }, capital: 9000 },
      'sol-usdc': {
        risk_settings: { stop_loss: 0.05 },
        active_strategy: [...SEVERAL.active_strategy].reverse(),
      },
      'SYNTH-USDC': MA,
    }
    const [a, b] = [
      await portfolio('--config', configFile(sorted)),
      await portfolio('--config', configFile(reversed)),
    ]
    expect(b).toEqual(a)
  })

  it('prints at most 80 columns, the whole first, then the legs and their correlations', async () => {
    const { out, code } = await assay(
      folder,
      ...['portfolio', '--config', configFile(BOTH), '--timeframe', '1h'],
      ...['--allocation', 'volatility', '--max-drawdown', '0.3'],
    )
    expect(code).toBe(0)
    // The path of the page may be longer than a line.
    for (const line of out.split('\n').filter(text => !text.startsWith('report ')))
      expect(Array.from(line).length, line).toBeLessThanOrEqual(80)
    expect(out).toMatch(/portfolio {2}2 symbols, 4 legs, 1h, allocation volatility/)
    expect(out).toMatch(/ 4 SYNTH-USDC ma_crosso… /)
    expect(out).toMatch(/correlation by day/)
    expect(out).toMatch(/max drawdown 30\.00%/)
  })

  it('is stored, listed as portfolio, verified, counted once, and refused where a run of one symbol is needed', async () => {
    const path = configFile({ ...BOTH, account: { allocation: { rebalance: '1d' } } })
    const result = await portfolio('--config', path, '--allocation', 'inverse-volatility')
    await portfolio('--config', path, '--allocation', 'inverse-volatility')
    expect(result.manifest.allocation).toMatchObject({
      method: 'inverse-volatility',
      rebalance: '1d',
    })
    expect(result.weights.length).toBeGreaterThan(60)
    const runs = (await assayJson(folder, 'runs', 'list')) as unknown as Record<string, string>[]
    expect(runs.find(({ run_id: id }) => id === result.run_id)).toMatchObject({
      strategy: 'portfolio',
      symbol: 'SOL-USDC+SYNTH-USDC',
    })
    const verified = await assayJson(folder, 'runs', 'verify', result.run_id)
    expect(verified['verified']).toBe(true)
    const ledger = (await assayJson(
      folder,
      ...['ledger', '--symbol', 'SOL-USDC+SYNTH-USDC', '--strategy', 'portfolio'],
    )) as unknown as { readonly total_trials: number; readonly entries: readonly unknown[] }
    const own = runs.filter(({ symbol }) => symbol === 'SOL-USDC+SYNTH-USDC')
    expect(ledger.total_trials, 'repeated runs count once').toBe(own.length)
    const refused = await assay(folder, 'compare', result.run_id, result.run_id)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/is a portfolio, not a backtest/)
  })

  it('writes its page among the reports, elsewhere, or nowhere, and report writes it again', async () => {
    const command = ['portfolio', '--timeframe', '1h', '--config', configFile(BOTH)]
    const usual = await assay(folder, ...command)
    const path = /^report {2}(.*)$/m.exec(usual.out)![1]!
    const text = readFileSync(path, 'utf8')
    expect(text).toContain('SYNTH-USDC ma_crossover')
    const id = /run ([0-9a-f]{16})/.exec(usual.out)![1]!
    expect(path).toMatch(new RegExp(`reports/${id}\\.html$`))
    const again = join(folder, 'again.html')
    const written = await assayJson(folder, 'report', id, '--report', again)
    expect(written).toEqual({ run_id: id, report: again })
    // The database does not keep the order of a manifest's keys.
    const numbersOf = (page: string): string => page.slice(0, page.indexOf('>Manifest</h2>'))
    expect(numbersOf(readFileSync(again, 'utf8')) === numbersOf(text), 'the same page').toBe(true)
    const none = await portfolio(...command.slice(3), '--report', 'none')
    expect(none.report).toBeNull()
    const taken = await assay(folder, ...command, '--report', join(folder, 'SOL-USDC.csv'))
    expect(taken.code).toBe(2)
    expect(taken.err).toMatch(/exists and is not an HTML file/)
  })

  it('runs the example of the docs, with every method', async () => {
    const path = join(folder, 'portfolio.json')
    copyFileSync(join(REPOSITORY, 'docs/examples/portfolio.json'), path)
    expect(readFileSync(path, 'utf8')).toContain('inverse-volatility')
    const usual = await portfolio('--config', path)
    expect(usual.manifest.allocation.method).toBe('inverse-volatility')
    expect(usual.weights.at(-1)!.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 9)
    const fixed = await portfolio('--config', path, '--allocation', 'fixed')
    expect(fixed.legs.map(({ weight }) => weight)).toEqual([0.3, 0.2, 0.4])
    for (const method of ['equal', 'volatility', 'kelly']) {
      const { legs } = await portfolio(
        '--config',
        path,
        '--allocation',
        method,
        '--rebalance',
        '1d',
      )
      expect(legs).toHaveLength(3)
    }
  })
})

describe('assay portfolio refuses', () => {
  const allocated = (allocation: unknown): unknown => ({ ...BOTH, account: { allocation } })
  const cases: readonly (readonly [string, unknown, readonly string[], RegExp])[] = [
    ['a symbol that is not stored', { ...BOTH, 'BONK-USDC': MA }, [], /no candles of BONK-USDC 1h/],
    ['symbols without a time in common', { ...BOTH, 'FAR-USDC': MA }, [], /have no time in common/],
    [
      'a symbol without candles in the range',
      BOTH,
      ['--to', '2023-01-05'],
      /no candle of SYNTH-USDC/,
    ],
    ['two timeframes', BOTH, ['--timeframe', '1h,4h'], /names several; all of a portfolio has one/],
    [
      'weights above 1',
      allocated({ method: 'fixed', weights: { 'SOL-USDC': 0.6, 'SYNTH-USDC': 0.5 } }),
      [],
      /are 1\.1 in sum/,
    ],
    [
      'a leg without a fixed weight',
      allocated({ method: 'fixed', weights: { 'SOL-USDC': 0.6 } }),
      [],
      /no weight for SYNTH-USDC/,
    ],
    ['fixed weights that are not there', BOTH, ['--allocation', 'fixed'], /weights is missing/],
    [
      'a weight of an unknown symbol',
      allocated({ method: 'fixed', weights: { SOLUSDC: 0.6 } }),
      [],
      /"SOLUSDC", which is not in the portfolio/,
    ],
    [
      'a weight of an unknown strategy',
      allocated({ method: 'fixed', weights: { 'SOL-USDC': { ma: 0.6 }, 'SYNTH-USDC': 0 } }),
      [],
      /"ma", which is not/,
    ],
    ['a negative weight', allocated({ weights: { 'SOL-USDC': -1 } }), [], /weights/],
    [
      'a fraction of Kelly out of range',
      allocated({ kelly_fraction: 1.5 }),
      [],
      /kelly_fraction is "1\.5"/,
    ],
    [
      'no fraction of Kelly',
      allocated({ kelly_fraction: 0 }),
      [],
      /kelly_fraction is "0", but it must be above 0/,
    ],
    ['a cap out of range', allocated({ kelly_cap: 2 }), [], /kelly_cap is "2"/],
    [
      'a window of one day',
      allocated({ window_days: 1 }),
      [],
      /window_days is "1", but it must be above 1/,
    ],
    ['an unknown method', BOTH, ['--allocation', 'kely'], /--allocation "kely" is not known/],
    ['an unknown rebalance', BOTH, ['--rebalance', '2d'], /--rebalance "2d" is not known/],
    ['an unknown key', allocated({ metod: 'kelly' }), [], /unknown key "metod"/],
    ['a file without symbols', { account: {} }, [], /has no section for a symbol/],
  ]
  for (const [name, config, flags, message] of cases) {
    it(`${name}, with exit code 2`, async () => {
      const timeframe = flags.includes('--timeframe') ? [] : ['--timeframe', '1h']
      const { code, err, out } = await assay(
        folder,
        ...['portfolio', '--config', configFile(config), ...timeframe, ...flags],
      )
      expect(err).toMatch(message)
      expect(code).toBe(2)
      expect(out).toBe('')
    })
  }

  it('to run without a file', async () => {
    const { code, err } = await assay(folder, 'portfolio', '--timeframe', '1h')
    expect(code).toBe(2)
    expect(err).toMatch(/--config is missing/)
  })
})
