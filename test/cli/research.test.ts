import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as research from '../../src/cli/research.js'
import { flagsOf } from '../../src/cli/research-flags.js'
import { assayJson, scratch } from './assay.js'

let folder: string
let market: { symbol: string; timeframe: string }
const before = { home: process.env['ASSAY_HOME'], url: process.env['DATABASE_URL'] }

beforeAll(async () => {
  folder = scratch()
  process.env['ASSAY_HOME'] = `${folder}/.assay`
  process.env['DATABASE_URL'] = ''
  market = await research.sample()
})

afterAll(() => {
  for (const [name, value] of [
    ['ASSAY_HOME', before.home],
    ['DATABASE_URL', before.url],
  ] as const) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

describe('the research API', () => {
  it('gives the run that the command gives, with its curves', async () => {
    const run = await research.backtest({
      ...market,
      strategy: 'ma_crossover',
      params: { fast_ma: 8 },
    })
    const flags = ['--symbol', market.symbol, '--timeframe', market.timeframe, '--report', 'none']
    const same = await assayJson(folder, 'backtest', 'ma_crossover', ...flags, '--set', 'fast_ma=8')
    expect(run.result_hash).toBe(same['result_hash'])
    expect(run.metrics).toEqual(same['metrics'])
    expect(run.report).toBeNull()
    expect(run.equity.time.length).toBe(run.manifest.candles)
    expect(run.daily.equity.at(-1)).toBeCloseTo(run.metrics['final_equity']!, 6)
    const psr = research.stats.psr(run.daily.return)
    expect(psr['sharpe_annual']).toBeCloseTo(run.metrics['sharpe']!, 10)
    const again = await research.backtest({ ...market, strategy: 'ma_crossover' })
    const { counts } = await research.compare(run.run_id, again.run_id)
    expect(counts['extra']! + counts['missing']!).toBeGreaterThan(0)
  })

  it('gives candles as columns, cut to a range', async () => {
    const { time, close, volume } = await research.candles(market.symbol, market.timeframe, {
      from: '2024-02-01',
      to: new Date(Date.UTC(2024, 1, 2)),
    })
    expect(time.length).toBe(24)
    expect([close.length, volume.length]).toEqual([24, 24])
    expect(time[0]).toBe(Date.UTC(2024, 1, 1))
  })

  it('refuses what the command refuses, and options that there are not', async () => {
    const wrong = { ...market, strategy: 'ma_crossover', feeBps: -1 }
    await expect(research.backtest(wrong)).rejects.toMatchObject({ code: 'INVALID_SETTING' })
    const slip = { ...market, strategy: 'ma_crossover', slippageBsp: 5 }
    await expect(research.backtest(slip)).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'did you mean slippageBps?',
    })
    const none = research.candles('NONE-USDC', '1h')
    await expect(none).rejects.toMatchObject({ code: 'NO_CANDLES' })
  })

  it('refuses returns that are none', () => {
    expect(() => research.stats.psr([])).toThrow('there are no returns')
    expect(() => research.stats.psr([0.01, NaN])).toThrow('is no return')
    expect(() => research.stats.dsr({ a: [0.01, 0.02], b: [0.01] })).toThrow('has 1 returns')
    expect(() => research.stats.psr([0.01], { confidense: 0.9 })).toThrow('no option "confidense"')
    expect(research.stats.psr([0.01, 0.02])).toMatchObject({ value: null, n: 2 })
  })
})

describe('options as flags', () => {
  const allowed = ['symbol', 'set', 'grid', 'stop-loss', 'from', 'anchored', 'objective']

  it('are what the command line would have read', () => {
    const options = {
      symbol: 'A',
      params: { fast_ma: 5 },
      grid: { fast_ma: '5:10:1', slow_ma: [20, 30] },
      stopLoss: 0.02,
      from: new Date(0),
      anchored: true,
      objective: ['sharpe', 'cagr'],
    }
    expect(flagsOf(options, allowed)).toEqual({
      symbol: 'A',
      set: ['fast_ma=5'],
      grid: ['fast_ma=5:10:1', 'slow_ma=20,30'],
      'stop-loss': '0.02',
      from: '1970-01-01T00:00:00.000Z',
      anchored: true,
      objective: ['sharpe', 'cagr'],
    })
  })

  it('leave out what was not given', () => {
    expect(flagsOf({ symbol: undefined, stopLoss: null, anchored: false }, allowed)).toEqual({})
  })
})
