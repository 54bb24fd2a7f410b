import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as research from '../../src/app/research/research.js'
import { DAY_MS, HOUR_MS, formatTime } from '../../src/core/candles/time.js'
import { metricsOfReturns } from '../../src/core/statistics/samples/segment-moments.js'
import { randomCandles } from '../core/indicators/random-candles.js'
import { assay, assayJson, scratch } from './assay.js'

const folder = scratch()
const MARKET = ['--symbol', 'SYNTH-A', '--timeframe', '1h']
const GRID = ['--grid', 'fast_ma=3:9:3', '--grid', 'slow_ma=12:36:12']
const PLAN = ['--groups', '6', '--purge', '2d', '--embargo', '1d']
const before = { home: process.env['ASSAY_HOME'], url: process.env['DATABASE_URL'] }

const run = async (...args: string[]): Promise<research.CrossValidationResult> =>
  (await assayJson(folder, 'cross-validate', 'ma_crossover', ...MARKET, ...args)) as never

beforeAll(async () => {
  process.env['ASSAY_HOME'] = join(folder, '.assay')
  process.env['DATABASE_URL'] = ''
  const { open, high, low, close, volume } = randomCandles({ seed: 5, length: 2500 })
  const rows = Array.from(open, (price, i) => {
    // A hole of ten days, in which there is nothing to hold and nothing to learn.
    const hours = i < 1200 ? i : i + 240
    const time = formatTime(Date.UTC(2023, 0, 1) + hours * HOUR_MS)
    return [time, price, high[i], low[i], close[i], volume[i]].join(',')
  })
  const file = join(folder, 'a.csv')
  writeFileSync(file, ['time,open,high,low,close,volume', ...rows, ''].join('\n'))
  const { code, err } = await assay(folder, 'data', 'import', file, ...MARKET)
  expect(code, err).toBe(0)
}, 60_000)

afterAll(() => {
  for (const [name, value] of [
    ['ASSAY_HOME', before.home],
    ['DATABASE_URL', before.url],
  ] as const) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  rmSync(folder, { recursive: true, force: true })
})

describe('assay cross-validate', () => {
  it('joins what single runs of the picks made on the days of each path', async () => {
    const found = await run(...GRID, ...PLAN, '--stop-loss', '0.05')
    expect(found).toMatchObject({ groups: 6, test_groups: 2, purge: '2d', embargo: '1d' })
    expect(found.combinations).toHaveLength(15)
    expect(found.paths).toHaveLength(5)
    const groups = found.group_list
    expect(groups.reduce((sum, { days }) => sum + days, 0)).toBe(found.days)
    const daily = new Map<number, ReadonlyMap<number, number>>()
    for (const { trial, run_id: runId, params } of found.picks) {
      const alone = await research.backtest({
        ...{ strategy: 'ma_crossover', symbol: 'SYNTH-A', timeframe: '1h' },
        ...{ params, stopLoss: 0.05, decideFrom: found.decide_from },
      })
      expect(alone.run_id).toBe(runId)
      const { time, return: returns } = alone.daily
      daily.set(trial, new Map(time.map((day, k) => [day, returns[k]!])))
    }
    for (const path of found.paths) {
      const joined = path.combinations.flatMap((combination, group) => {
        const { tested, trial } = found.combinations[combination]!
        expect(tested).toContain(group)
        const [from, to] = [Date.parse(groups[group]!.from), Date.parse(groups[group]!.to)]
        return [...daily.get(trial!)!]
          .filter(([day]) => day >= from && day < to && !isInHole(day))
          .map(([, value]) => value)
      })
      expect(joined).toHaveLength(found.days)
      const wanted = metricsOfReturns(Float64Array.from(joined), 365)
      expect(path.sharpe).toBeCloseTo(wanted.sharpe!, 9)
      expect(path.total_return).toBeCloseTo(wanted.totalReturn!, 12)
      expect(path.max_drawdown).toBeCloseTo(wanted.maxDrawdown!, 12)
    }
    const sharpes = found.paths.map(({ sharpe }) => sharpe!).sort((a, b) => a - b)
    expect(found.median_sharpe).toBe(sharpes[2])
  }, 60_000)

  it('begins where the slowest set begins to decide, and leaves out days without candles', async () => {
    const found = await run(...GRID, ...PLAN)
    expect(found.from).toBe(`${found.decide_from!.slice(0, 10)}T00:00:00Z`)
    expect(found['days_without_candles']).toBe(10)
    const span = (Date.parse(found.to) - Date.parse(found.from)) / DAY_MS
    expect(found.days + 10).toBe(span)
    for (const { tested, training_days: days } of found.combinations) {
      const tests = tested.reduce((sum, group) => sum + found.group_list[group]!.days, 0)
      expect(days).toBeLessThanOrEqual(found.days - tests - 2)
    }
  })

  it('stores its sets as a sweep, which the ledger counts and a validation takes', async () => {
    const found = await run(...GRID, ...PLAN)
    const swept = (await assayJson(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...GRID, '--report', 'none'],
    )) as unknown as { sweep_id: string; trials: readonly { number: number; run_id: string }[] }
    expect(found.sweep_id).toBe(swept.sweep_id)
    for (const { trial, run_id: runId } of found.picks) {
      expect(swept.trials.find(({ number }) => number === trial)!.run_id).toBe(runId)
    }
    const { out } = await assay(
      folder,
      ...['validate', found.sweep_id, '--paths', '200', '--report', 'none', '--json'],
    )
    const { checks } = JSON.parse(out) as {
      checks: readonly { name: string; value: number | null; note: string }[]
    }
    const check = checks.find(({ name }) => name === 'cross_validation')!
    expect(check.value).toBeNull()
    expect(check.note).toMatch(/9 trials over these days are too few/)
  }, 60_000)

  it('prints the same whatever the number of workers, and gives the same to a program', async () => {
    const call = ['cross-validate', 'ma_crossover', ...MARKET, ...GRID, ...PLAN]
    const [one, two] = [
      await assay(folder, ...call, '--workers', '1'),
      await assay(folder, ...call, '--workers', '2'),
    ]
    expect(one.out).toBe(two.out)
    expect(one.out).toMatch(/15 combinations, 5 paths, purge 2d, embargo 1d, best by sharpe/)
    expect(one.out).toMatch(/out of sample, 5 paths +5% +median +95% +hold/)
    expect(one.out).toMatch(/10 days without a candle are in no group/)
    expect(one.out.split('\n').filter(line => line.length > 88)).toEqual([])
    const result = await run(...GRID, ...PLAN)
    const same = await research.crossValidate({
      ...{ strategy: 'ma_crossover', symbol: 'SYNTH-A', timeframe: '1h' },
      ...{ grid: { fast_ma: '3:9:3', slow_ma: '12:36:12' } },
      ...{ groups: 6, purge: '2d', embargo: '1d' },
    })
    expect(same).toEqual(result)
  }, 60_000)

  it('picks by other objectives of daily returns, and by mixes of them', async () => {
    const calm = await run(...GRID, ...PLAN, '--objective', 'max_drawdown')
    for (const { score_in_sample: score, in_sample: inSample } of calm.combinations) {
      expect(score).toBe(0 - inSample!['max_drawdown']!)
    }
    const mixed = await run(...GRID, ...PLAN, '--objective', 'cagr - 2 * max_drawdown')
    for (const { score_in_sample: score, in_sample: inSample } of mixed.combinations) {
      expect(score).toBeCloseTo(inSample!['cagr']! - 2 * inSample!['max_drawdown']!, 12)
    }
  })

  it('says that a search which learns has seen the days that are tested', async () => {
    const search = ['--method', 'tpe', '--trials', '12', '--seed', '3']
    const guided = await run(...GRID, ...PLAN, ...search)
    expect(guided['notes']).toContainEqual(expect.stringMatching(/^--method tpe looked for sets/))
    const blind = await run(...GRID, ...PLAN, '--method', 'sobol', '--trials', '5')
    expect(blind).toMatchObject({ trials_total: 5 })
    expect(JSON.stringify(blind['notes'])).not.toContain('looked for sets')
  })

  it('says what is missing where no set has a score on the days that it is picked on', async () => {
    const found = await run(...GRID, ...PLAN, '--objective', 'log(0 - volatility)')
    expect(found).toMatchObject({ median_sharpe: null, picks: [], without_pick: 15 })
    expect(found.reason).toMatch(/no trial has a score in training/)
    const { out, code } = await assay(
      folder,
      ...['cross-validate', 'ma_crossover', ...MARKET, ...GRID, ...PLAN],
      ...['--objective', 'log(0 - volatility)'],
    )
    expect(code).toBe(0)
    expect(out).toMatch(/no trial has a score in training/)
    expect(out).not.toMatch(/NaN|Infinity|undefined/)
  })

  it.each([
    ['one group', ['--groups', '1'], /--groups is "1".* from 2 to 100/],
    ['a half group', ['--groups', '2.5'], /--groups is "2.5".* whole number/],
    ['no group to train on', ['--groups', '4', '--test-groups', '4'], /at most 3 can be tested/],
    ['too many combinations', ['--groups', '30', '--test-groups', '9'], /14307150 combinations/],
    ['more groups than days', ['--groups', '90'], /10\d days are too few for 90 groups.* 180/],
    ['a purge that leaves nothing', ['--purge', '60d'], /leave 0 of 10\d days to train on/],
    ['a purge of hours', ['--purge', '36h'], /--purge is "36h".* whole days/],
    ['an embargo of nothing known', ['--embargo', 'x'], /--embargo is "x"/],
    ['an objective of trades', ['--objective', 'profit_factor'], /reads profit_factor/],
    ['an unknown objective', ['--objective', 'sharp'], /there is no metric "sharp"/],
    ['several objectives', ['--objective', 'sharpe', '--objective', 'cagr'], /given 2 times/],
    ['sets without trades enough', ['--min-trades', '9999'], /0 of 9 sets have as many trades/],
    ['too many sets', ['--max-trials', '5'], /--max-trials is 5/],
  ])('refuses %s', async (_, args, message) => {
    const { code, out, err } = await assay(
      folder,
      ...['cross-validate', 'ma_crossover', ...MARKET, ...GRID, ...args],
    )
    expect(err).toMatch(message)
    expect(err.trim().split('\n').length).toBeGreaterThan(1)
    expect(code).toBe(2)
    expect(out).toBe('')
  })

  it.each([
    ['one set', [...MARKET, '--grid', 'fast_ma=5'], /one set is no choice/],
    ['nothing that varies', MARKET, /nothing is varied/],
    ['several symbols', ['--symbol', 'A,B', '--timeframe', '1h', ...GRID], /takes one/],
    [
      'returns beyond its memory',
      [...MARKET, '--grid', 'fast_ma=2:200:1', '--grid', 'slow_ma=201:400:1', '--grid'].concat([
        'risk.stop_loss=0.0001:0.01:0.0001',
        '--max-trials',
        '9999999',
      ]),
      /GB, but 1 GB is held at most/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { code, out, err } = await assay(folder, 'cross-validate', 'ma_crossover', ...args)
    expect(err).toMatch(message)
    expect(code).toBe(2)
    expect(out).toBe('')
  })

  it('is refused by the research API as by the command', async () => {
    const wrong = { strategy: 'ma_crossover', symbol: 'SYNTH-A', timeframe: '1h', testGroups: 0 }
    await expect(research.crossValidate(wrong)).rejects.toMatchObject({ code: 'INVALID_SETTING' })
    const slip = { strategy: 'ma_crossover', symbol: 'SYNTH-A', timeframe: '1h', groop: 5 }
    await expect(research.crossValidate(slip)).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'did you mean groups?',
    })
  })
})

function isInHole(day: number): boolean {
  const from = Date.UTC(2023, 0, 1) + 1200 * HOUR_MS
  return day >= from && day < from + 240 * HOUR_MS
}
