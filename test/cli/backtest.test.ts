import { execFile } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, assayWith, scratch } from './assay.js'
import { demoFolder } from './prepared-home.js'

const RUN = [
  'backtest',
  'ma_crossover',
  '--symbol',
  'SYNTH-USDC',
  '--timeframe',
  '1h',
  '--report',
  'none',
]
let folder: string

beforeAll(async () => {
  folder = await demoFolder()
})

interface Result {
  run_id: string
  result_hash: string
  manifest: Record<string, unknown> & { strategies: Record<string, unknown>[] }
  metrics: Record<string, number | null>
  trades: Record<string, number | string | boolean>[]
  warnings: string[]
}

const run = (...more: string[]): Promise<Result> =>
  assayJson(folder, ...RUN, ...more) as unknown as Promise<Result>

describe('assay backtest', () => {
  it('prints one object whose metrics and trades say the same', async () => {
    const { metrics, trades, warnings } = await run('--template', 'aggressive')
    const profit = trades.reduce((sum, trade) => sum + Number(trade['pnl']), 0)
    expect(metrics['final_equity']).toBeCloseTo(10_000 + profit, 6)
    expect(metrics['trades']).toBe(trades.length)
    expect(metrics['fees_paid']).toBeCloseTo(
      trades.reduce((sum, trade) => sum + Number(trade['fees']), 0),
      6,
    )
    expect(trades[0]!['entry_time']).toMatch(/^2024-01-\d\dT\d\d:00:00Z$/)
    expect(warnings.join()).toMatch(/synthetic/)
  })

  it('gives the same bytes again, in another time zone and locale', async () => {
    const first = await assay(folder, ...RUN, '--json')
    const again = await assayWith(
      { TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      folder,
      ...RUN,
      '--json',
    )
    expect(again.out).toBe(first.out)
  })

  it('takes parameters as --set, as flags of their own, and from a template, the later over the earlier', async () => {
    const set = await run('--set', 'fast_ma=7', '--set', 'slow_ma=33')
    const flags = await run('--fast-ma', '7', '--slow-ma=33')
    expect(flags.result_hash).toBe(set.result_hash)
    const over = await run('--template', 'aggressive', '--set', 'fast_ma=7')
    expect(over.manifest.strategies[0]).toMatchObject({
      params: { fast_ma: 7, slow_ma: 21, min_volume: 500_000 },
    })
  })

  it('takes a configuration file, flags over it', async () => {
    const config = join(folder, 'config.json')
    writeFileSync(
      config,
      JSON.stringify({
        'SYNTH-USDC': {
          active_strategy: 'ma_crossover',
          parameters: { template: 'aggressive', custom_params: { fast_ma: 9, slow_ma: 21 } },
          risk_settings: {
            position_size: 100,
            stop_loss: 0.02,
            trailing_stop: { active: true, distance: 0.03 },
          },
        },
      }),
    )
    const file = await run('--config', config)
    expect(file.manifest.strategies[0]).toMatchObject({
      params: { fast_ma: 9 },
      risk_settings: { position_size: 100, stop_loss: 0.02, trailing_stop: 0.03 },
    })
    const over = await run('--config', config, '--stop-loss', '0.05', '--fast-ma', '8')
    expect(over.manifest.strategies[0]).toMatchObject({
      params: { fast_ma: 8 },
      risk_settings: { stop_loss: 0.05 },
    })
  })

  it('runs several strategies on one coin, each with its share', async () => {
    const config = join(folder, 'several.json')
    writeFileSync(
      config,
      JSON.stringify({
        'SYNTH-USDC': {
          active_strategy: ['ma_crossover', 'rsi_reversion'],
          parameters: {
            ma_crossover: { template: 'conservative' },
            rsi_reversion: { custom_params: { period: 7 } },
          },
        },
      }),
    )
    const result = (await assayJson(
      folder,
      'backtest',
      '--config',
      config,
      '--timeframe',
      '1h',
      '--report',
      'none',
    )) as unknown as Result
    expect(new Set(result.trades.map(trade => trade['strategy']))).toEqual(
      new Set(['ma_crossover', 'rsi_reversion']),
    )
    const { strategies } = result.manifest
    expect(strategies.map(strategy => strategy['weight'])).toEqual([0.5, 0.5])
  })

  it('lays templates of a JSON file over those in code', async () => {
    const file = join(folder, 'templates.json')
    writeFileSync(
      file,
      JSON.stringify({
        ma_crossover: { mine: { fast_ma: 3, slow_ma: 8 }, aggressive: { slow_ma: 22 } },
      }),
    )
    const mine = await run('--templates-file', file, '--template', 'mine')
    expect(mine.manifest.strategies[0]).toMatchObject({
      template: 'mine',
      params: { fast_ma: 3, slow_ma: 8 },
    })
    const laid = await run('--templates-file', file, '--template', 'aggressive')
    expect(laid.manifest.strategies[0]).toMatchObject({ params: { fast_ma: 10, slow_ma: 22 } })
  })

  it('selects by open time, earlier candles warming the indicators', async () => {
    const { manifest, trades } = await run('--from', '2024-06-01', '--to', '2024-07-01')
    expect(manifest).toMatchObject({
      from: '2024-06-01T00:00:00Z',
      to: '2024-06-30T23:00:00Z',
      candles: 720,
      decide_from: '2024-06-01T00:00:00Z',
    })
    expect(trades.every(trade => String(trade['entry_time']) >= '2024-06-01')).toBe(true)
  })

  it('states every cost, the defaults included', async () => {
    const { out } = await assay(folder, ...RUN)
    expect(out).toMatch(/fee 10 bps, slippage 5 bps, tx cost 0, impact none, fill next_open/)
    expect(
      Math.max(...out.split('\n').map(line => line.length)),
      'the summary fits 80 columns',
    ).toBeLessThanOrEqual(80)
  })

  it('stores events in a chain that shows when one is changed', async () => {
    const { out } = await assay(folder, ...RUN, '--events')
    expect(out).toMatch(/events {2}1 settings\.changed, \d+ signal, \d+ trade\.executed/)
    const again = await run('--events')
    const stored = await assay(folder, 'runs', 'events', again.run_id)
    expect([stored.code, stored.err]).toEqual([
      0,
      expect.stringMatching(/all [\d,]+ events verified/),
    ])
    const events = stored.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { seq: number; type: string; reason: string | null })
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, k) => k))
    expect(events[0]!.type).toBe('settings.changed')
    const exits = events.filter(({ type, reason }) => type === 'trade.executed' && reason !== null)
    expect(exits).toHaveLength(again.trades.length)
  })

  it('prints both bounds', async () => {
    const { out } = await assay(
      folder,
      ...RUN,
      '--stop-loss',
      '0.01',
      '--take-profit',
      '0.01',
      '--bounds',
    )
    expect(out).toMatch(/pessimistic/i)
    expect(out).toMatch(/optimistic/i)
  })

  it('writes the page where it is told', async () => {
    const page = join(folder, 'page.html')
    const { code } = await assay(folder, ...RUN.slice(0, -2), '--report', page)
    expect(code).toBe(0)
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i)
  })
})

describe('stored runs', () => {
  it('verify: the same manifest gives the same hash', async () => {
    const { run_id: id } = await run('--fast-ma', '4')
    const { code, out } = await assay(folder, 'runs', 'verify', id)
    expect([code, out]).toEqual([0, expect.stringMatching(/^verified/)])
  })

  it('are listed, shown and compared', async () => {
    const [a, b] = [await run('--fast-ma', '5'), await run('--fast-ma', '6')]
    const list = (await assayJson(folder, 'runs', 'list')) as unknown as { run_id: string }[]
    expect(list.map(row => row.run_id)).toEqual(expect.arrayContaining([a.run_id, b.run_id]))
    const compared = await assayJson(folder, 'runs', 'compare', a.run_id, b.run_id)
    expect(compared).toMatchObject({ same_result: false })
    expect(JSON.stringify(compared['settings'])).toMatch(/fast_ma/)
    const shown = await assayJson(folder, 'runs', 'show', a.run_id)
    expect(shown['trades']).toEqual(a.trades)
  })

  it('have a page made again', async () => {
    const { run_id: id } = await run('--fast-ma', '4')
    const page = join(folder, 'again.html')
    expect((await assay(folder, 'report', id, '--report', page)).code).toBe(0)
    expect(existsSync(page)).toBe(true)
  })

  it('that are not there are said not to be', async () => {
    const { code, err } = await assay(folder, 'runs', 'show', 'nothing')
    expect([code, err]).toEqual([2, expect.stringMatching(/there is no run "nothing"/)])
  })
})

describe('bad input', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown strategy', ['backtest', 'ma_crosover'], /did you mean ma_crossover/],
    [
      'an unknown symbol',
      ['backtest', 'ma_crossover', '--symbol', 'SYNTH-USD', '--timeframe', '1h'],
      /did you mean SYNTH-USDC/,
    ],
    ['an unknown timeframe', [...RUN.slice(0, 4), '--timeframe', '1x'], /timeframe "1x"/],
    [
      'a timeframe that is not stored',
      [...RUN.slice(0, 4), '--timeframe', '5m'],
      /no candles of SYNTH-USDC 5m/,
    ],
    ['an unknown template', [...RUN, '--template', 'agressive'], /did you mean aggressive/],
    ['an unknown parameter', [...RUN, '--set', 'fats_ma=3'], /did you mean fast_ma/],
    [
      'a parameter out of range',
      [...RUN, '--fast-ma', '0'],
      /fast_ma is "0", but it must lie from 1 to 500/,
    ],
    ['a parameter that is no number', [...RUN, '--fast-ma', 'ten'], /fast_ma is "ten"/],
    [
      'fast not below slow',
      [...RUN, '--fast-ma', '30', '--slow-ma', '20'],
      /must be below slow_ma/,
    ],
    ['a stop of 150 %', [...RUN, '--stop-loss', '1.5'], /--stop-loss is "1.5"/],
    ['a stop in percent', [...RUN, '--stop-loss', '2%'], /0.02 is 2 %/],
    ['an impossible date', [...RUN, '--from', '2024-02-30'], /does not exist in the calendar/],
    ['a time without zone', [...RUN, '--from', '2024-02-03 10:00'], /time zone/],
    [
      'an empty range',
      [...RUN, '--from', '2030-01-01'],
      /no candle of SYNTH-USDC 1h lies in the range/,
    ],
    ['an inverted range', [...RUN, '--from', '2024-03-01', '--to', '2024-02-01'], /is not before/],
    ['an unknown flag', [...RUN, '--stop-los', '0.1'], /did you mean --stop-loss/],
    [
      'a flag given twice',
      [...RUN, '--capital', '1', '--capital', '2'],
      /--capital was given 2 times/,
    ],
    ['no symbol', ['backtest', 'ma_crossover', '--timeframe', '1h'], /--symbol is missing/],
    [
      'an unknown impact preset',
      [...RUN, '--impact', 'sol-usdc-clam'],
      /did you mean sol-usdc-calm/,
    ],
    ['a detail that does not divide', [...RUN, '--detail', '7m'], /does not divide/],
    ['a missing configuration', [...RUN, '--config', 'none.json'], /does not exist/],
    ['capital of nothing', [...RUN, '--capital', '0'], /--capital is "0"/],
  ]
  for (const [name, args, message] of cases) {
    it(`${name} is refused with exit 2, one message, and no stack trace`, async () => {
      const { code, out, err } = await assay(folder, ...args)
      expect(err).toMatch(message)
      expect(code).toBe(2)
      expect(out).toBe('')
      expect(err).not.toMatch(/\n\s+at /)
    })
  }

  it('a strategy that throws is named, with what it threw', async () => {
    const file = join(folder, 'throws.ts')
    writeFileSync(
      file,
      `import { defineStrategy, HOLD } from 'assay'
export default defineStrategy({ name: 'throws', description: 'Throws in the middle', params: {}, templates: {}, indicators: () => ({}), initial: () => ({ i: 0 }),
  decide(now, state) { state.i += 1; if (state.i > 100) throw new Error('boom at a hundred'); return HOLD } })`,
    )
    const { code, err } = await assay(folder, 'backtest', file, ...RUN.slice(2))
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(
        /strategy throws threw at the candle of \S+: boom at a hundred\n {2}at .*throws\.\w+:\d+:\d+\)/,
      ),
    ])
  })

  it('a strategy that returns NaN is named, with the candle', async () => {
    const file = join(folder, 'nan.ts')
    writeFileSync(
      file,
      `import { defineStrategy, long } from 'assay'
export default defineStrategy({ name: 'nan', description: 'Divides by zero', params: {}, templates: {}, indicators: () => ({}), initial: () => ({}), decide: () => long(0 / 0) })`,
    )
    const { code, err } = await assay(folder, 'backtest', file, ...RUN.slice(2))
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(
        /strategy nan asked for exposure NaN at the candle of 2024-01-01T00:00:00Z/,
      ),
    ])
  })

  it('a strategy file that imports the file system is refused', async () => {
    const file = join(folder, 'impure.ts')
    writeFileSync(file, `import { readFileSync } from 'node:fs'\nexport default readFileSync`)
    const { code, err } = await assay(folder, 'backtest', file, ...RUN.slice(2))
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/imports "node:fs", which is not allowed/),
    ])
  })

  it('a strategy file with a syntax error names the line', async () => {
    const file = join(folder, 'syntax.ts')
    writeFileSync(file, `const a = 1\nconst b = = 2\n`)
    const { code, err } = await assay(folder, 'backtest', file, ...RUN.slice(2))
    expect([code, err]).toEqual([2, expect.stringMatching(/syntax\.ts:2/)])
  })
})

/** What `npx tsc` does in a project, with the types that a user gets and every file of them checked. */
const compile = (project: string): Promise<unknown> =>
  promisify(execFile)(
    process.execPath,
    [join(project, 'node_modules/.bin/tsc'), '-p', project, '--skipLibCheck', 'false'],
    { cwd: project },
  )

describe('a project of one’s own', () => {
  it('is made, runs without a build step, and type-checks', async () => {
    const place = scratch()
    expect((await assay(place, 'init', 'mine')).code).toBe(0)
    const project = join(place, 'mine')
    cpSync(join(folder, '.assay'), join(project, '.assay'), { recursive: true })
    const file = 'strategies/my_strategy.ts'
    const result = (await assayJson(
      project,
      'backtest',
      file,
      '--symbol',
      'SYNTH-USDC',
      '--timeframe',
      '1h',
      '--fast',
      '5',
      '--report',
      'none',
    )) as unknown as Result
    expect(result.trades.length).toBeGreaterThan(10)
    expect(result.manifest.strategies[0]).toMatchObject({
      name: 'my_strategy',
      file,
      params: { fast: 5 },
    })
    const { code } = await assay(project, 'runs', 'verify', result.run_id)
    expect(code).toBe(0)
    await compile(project)
    writeFileSync(
      join(project, 'study.ts'),
      `import { backtest, type SearchOptions, sweep } from 'assay/research'
const { metrics } = await backtest({ strategy: 'ma_crossover', symbol: 'SYNTH-USDC', stopLoss: 0.1 })
const search: SearchOptions = { strategy: 'ma_crossover', grid: { fast_ma: [5, 10] } }
export const found: readonly (number | null | undefined)[] = [
  metrics['sharpe'],
  (await sweep(search)).best?.score,
]
`,
    )
    await compile(project)
    writeFileSync(
      join(project, 'wrong.ts'),
      `import { crossedAbove } from 'assay'\ncrossedAbove()\n`,
    )
    writeFileSync(
      join(project, 'worse.ts'),
      `import { backtests } from 'assay/research'\nbacktests()\n`,
    )
    await expect(compile(project)).rejects.toMatchObject({
      stdout: expect.stringMatching(
        /no exported member .*backtests[^]*no exported member .*crossedAbove/,
      ),
    })
  })

  it('is not written over', async () => {
    const place = scratch()
    await assay(place, 'init')
    const { code, err } = await assay(place, 'init')
    expect([code, err]).toEqual([2, expect.stringMatching(/exists already; nothing was written/)])
  })
})
