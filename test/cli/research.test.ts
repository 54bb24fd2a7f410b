import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as research from '../../src/app/research/research.js'
import { listOption, timeOption } from '../../src/app/options/options.js'
import { checkedOptions } from '../../src/app/research/research-options.js'
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
    const slip = { confidense: 0.9 } as object
    expect(() => research.stats.psr([0.01], slip)).toThrow('no option "confidense"')
    expect(research.stats.psr([0.01, 0.02])).toMatchObject({ value: null, n: 2 })
  })
})

describe('options', () => {
  it('say a list as texts or as a record, and a time as text or date', () => {
    const grid = { fast_ma: '5:10:1', slow_ma: [20, 30] }
    expect(listOption({ grid }, 'grid')).toEqual(['fast_ma=5:10:1', 'slow_ma=20,30'])
    expect(listOption({ objective: 'sharpe' }, 'objective')).toEqual(['sharpe'])
    expect(timeOption({ from: new Date(5) }, 'from')).toBe(5)
    expect(timeOption({ from: '1970-01-02' }, 'from')).toBe(86_400_000)
  })

  it('may be there without a value, whatever they are called', () => {
    const none = { symbol: undefined, stopLoss: null, anchored: false }
    expect(checkedOptions(none, ['symbol'])).toBe(none)
    expect(() => checkedOptions({ simbol: 'A' }, ['symbol'])).toThrow('no option "simbol"')
  })
})
