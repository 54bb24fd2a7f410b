import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { HOUR_MS, formatTime } from '../../src/core/candles/time.js'
import { assay, assayJson, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

interface Run {
  readonly run_id: string
  readonly result_hash: string
  readonly manifest: {
    readonly symbol: string
    readonly signals: { readonly file: string; readonly hash: string; readonly time_label: string }
    readonly strategies: readonly { readonly name: string }[]
    readonly keep_open: boolean
    readonly symbols: readonly {
      readonly market: { readonly shortable: boolean }
      readonly strategies: readonly { readonly risk_settings: { readonly stop_loss: number } }[]
    }[]
  }
  readonly legs: readonly { readonly symbol: string; readonly weight: number }[]
  readonly trades: readonly {
    readonly symbol?: string
    readonly side: string
    readonly entry_time: string
    readonly exit_time: string
    readonly exit_reason: string
    readonly entry_tag: string | null
    readonly fills: readonly { readonly price: number }[]
  }[]
  readonly bounds: unknown
  readonly report: string | null
}

const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const EXAMPLE = join(REPOSITORY, 'docs/examples/signals.csv')
let folder: string
let files = 0

/** Writes lines as a file of decisions and gives its path. */
function signalsFile(...lines: readonly string[]): string {
  const path = join(folder, `signals-${files++}.csv`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const run = async (...args: string[]): Promise<Run> =>
  (await assayJson(folder, 'backtest', ...args)) as unknown as Run

async function refused(...args: string[]): Promise<string> {
  const { code, out, err } = await assay(folder, 'backtest', ...args, '--report', 'none')
  expect([code, out], err).toEqual([2, ''])
  expect(err).toMatch(/^error: .*\n {2}\S/)
  return err
}

async function importFlat(symbol: string, prices: readonly number[]): Promise<void> {
  const lines = prices.map((price, i) =>
    [formatTime(Date.UTC(2024, 0, 1) + i * HOUR_MS), price, price, price, price, 1e6].join(','),
  )
  const file = join(folder, `${symbol}.csv`)
  writeFileSync(file, ['time,open,high,low,close,volume', ...lines, ''].join('\n'))
  const ran = await assay(folder, 'data', 'import', file, '--symbol', symbol, '--timeframe', '1h')
  expect(ran.code, ran.err).toBe(0)
}

const TWO = [
  'time,symbol,exposure,tag',
  '2024-01-01T01:00:00Z,B-USD,-1,down',
  '2024-01-01T02:00:00Z,A-USD,1,up',
  '2024-01-01T04:00:00Z,B-USD,0,',
]

beforeAll(async () => {
  folder = await demoFolder()
  await importFlat('A-USD', [100, 110, 120, 130, 140, 150])
  await importFlat('B-USD', [50, 49, 48, 47, 46, 45])
}, 60_000)

describe('assay backtest --signals', () => {
  it('runs the example of the docs, as itself and as JSON lines', async () => {
    const made = await run('--signals', EXAMPLE, ...MARKET, '--bounds')
    expect(made.manifest).toMatchObject({
      symbol: 'SYNTH-USDC',
      signals: { file: EXAMPLE, time_label: 'close' },
      strategies: [{ name: 'signals' }],
    })
    expect(made.trades.map(({ entry_tag }) => entry_tag)).toEqual(['breakout', 'dip'])
    expect(made.trades[0]).toMatchObject({ side: 'long', entry_time: '2024-01-01T21:00:00Z' })
    expect(made.trades.every(({ fills }) => fills.length === 2)).toBe(true)
    expect(made.bounds).not.toBeNull()
    const rows: Record<string, string>[] = parse(readFileSync(EXAMPLE), { columns: true })
    const lines = join(folder, 'signals.jsonl')
    writeFileSync(lines, rows.map(row => JSON.stringify(row)).join('\n'))
    const same = await run('--signals', lines, ...MARKET, '--report', 'none')
    expect(same.result_hash).toBe(made.result_hash)
    expect(readFileSync(made.report!, 'utf8')).toContain('breakout')
  })

  it('prints a summary, keeps events, and takes times that are opens', async () => {
    const closes = signalsFile('time,exposure', '2024-01-02T01:00:00Z,1', '2024-01-03T01:00Z,0')
    const opens = signalsFile('time,exposure', '2024-01-02T00:00:00Z,1', '2024-01-03,0')
    const a = await run('--signals', closes, ...MARKET, '--report', 'none')
    const b = await run('--signals', opens, ...MARKET, '--report', 'none', '--time-label', 'open')
    expect(b.result_hash).toBe(a.result_hash)
    expect(b.manifest.signals.time_label).toBe('open')
    expect(a.trades).toHaveLength(1)
    const { out, code } = await assay(
      folder,
      'backtest',
      '--signals',
      closes,
      ...MARKET,
      '--events',
    )
    expect(code).toBe(0)
    expect(out).toMatch(/^signals {2}SYNTH-USDC 1h/)
    expect(out).toMatch(/^events [^]*assay runs events/m)
  })

  it('takes the symbol from a file that has one', async () => {
    const file = signalsFile('time,symbol,exposure', '2024-01-01T01:00:00Z,A-USD,1')
    const made = await run('--signals', file, '--timeframe', '1h', '--report', 'none')
    expect(made.manifest.symbol).toBe('A-USD')
  })

  it('can be verified, drawn, validated and compared, until the file has changed', async () => {
    const file = join(folder, 'mine.csv')
    cpSync(EXAMPLE, file)
    const { run_id: id } = await run('--signals', file, ...MARKET)
    expect((await assayJson(folder, 'runs', 'verify', id))['verified']).toBe(true)
    const page = join(folder, 'again.html')
    expect(await assayJson(folder, 'report', id, '--report', page)).toMatchObject({ report: page })
    const verdict = await assay(folder, 'validate', id, '--report', 'none', '--paths', '100')
    expect(verdict.code, verdict.err).toBe(3)
    expect(verdict.out).toContain('made elsewhere')
    const against = await assayJson(folder, 'compare', id, id)
    expect(against['counts']).toMatchObject({ equal: 2, changed: 0 })

    writeFileSync(file, readFileSync(file, 'utf8').replace('breakout', 'breakdown'))
    for (const again of [
      ['runs', 'verify', id],
      ['report', id],
      ['validate', id],
    ]) {
      const { code, err } = await assay(folder, ...again)
      expect(code).toBe(2)
      expect(err).toMatch(
        /mine\.csv" has changed: its SHA-256 was [0-9a-f]{64}, it is [0-9a-f]{64}/,
      )
    }
  })
})

describe('assay backtest --signals with several symbols', () => {
  it('runs them on one account, each by the flags', async () => {
    const flags = ['--shortable', '--keep-open', '--stop-loss', '0.5']
    const made = await run('--signals', signalsFile(...TWO), '--timeframe', '1h', ...flags)
    expect(made.manifest).toMatchObject({ symbol: 'A-USD+B-USD', keep_open: true })
    for (const { market, strategies } of made.manifest.symbols) {
      expect(market.shortable).toBe(true)
      expect(strategies[0]!.risk_settings.stop_loss).toBe(0.5)
    }
    expect(made.legs).toMatchObject([
      { symbol: 'A-USD', weight: 0.5 },
      { symbol: 'B-USD', weight: 0.5 },
    ])
    expect(made.trades).toMatchObject([
      { symbol: 'B-USD', side: 'short', entry_tag: 'down', exit_time: '2024-01-01T04:00:00Z' },
    ])
    expect(existsSync(made.report!)).toBe(true)
    const file = made.manifest.signals.file
    const { out } = await assay(folder, 'backtest', '--signals', file, '--timeframe', '1h')
    expect(out).toMatch(/portfolio {2}2 symbols, 2 legs, 1h/)
  })

  it('weighs them as a configuration says', async () => {
    const config = join(folder, 'weights.json')
    const allocation = { method: 'fixed', weights: { 'A-USD': 0.7, 'B-USD': 0.2 } }
    writeFileSync(config, JSON.stringify({ account: { allocation } }))
    const file = signalsFile(...TWO)
    const made = await run('--signals', file, '--timeframe', '1h', '--config', config)
    expect(made.legs.map(({ weight }) => weight)).toEqual([0.7, 0.2])
    expect((await assayJson(folder, 'runs', 'verify', made.run_id))['verified']).toBe(true)
  })

  it('is verified, and its page made anew, until the file has changed', async () => {
    const file = signalsFile(...TWO)
    const { run_id: id } = await run('--signals', file, '--timeframe', '1h', '--shortable')
    expect((await assayJson(folder, 'runs', 'verify', id))['verified']).toBe(true)
    expect((await assayJson(folder, 'report', id))['report']).not.toBeNull()
    writeFileSync(file, 'nothing of the kind')
    const { code, err } = await assay(folder, 'runs', 'verify', id)
    expect([code, err]).toEqual([2, expect.stringContaining('has changed: its SHA-256 was')])
  })

  it('refuses what is told of one symbol, and a symbol that is not in the run', async () => {
    const file = ['--signals', signalsFile(...TWO), '--timeframe', '1h']
    for (const flag of ['--bounds', '--events', '--cards']) {
      expect(await refused(...file, flag)).toContain(`${flag} is for a run of one symbol`)
    }
    expect(await refused(...file, '--symbol', 'A-USD')).toMatch(/line 2.*no symbol of this run/)
  })
})

describe('assay backtest --signals refuses', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown column', ['time,expsure', '2024-01-02,1'], /line 1.*"expsure" is not known/],
    [
      'a time that stands twice',
      ['time,exposure', '2024-01-02,1', '2024-01-02T00:00:00Z,0'],
      /line 3.*is the time of line 2 too/,
    ],
    [
      'a time that is no close',
      ['time,exposure', '2024-01-02,1', '2024-01-02T00:30:00Z,0'],
      /line 3.*is no close of SYNTH-USDC 1h/,
    ],
    [
      'exits beside exposure 0',
      ['time,exposure,stop_loss', '2024-01-02,0,0.1'],
      /line 2.*beside exposure 0/,
    ],
    ['an exposure of 2', ['time,exposure', '2024-01-02,2'], /line 2.*is not from -1 to 1/],
    ['an empty file', [''], /is empty/],
  ]
  it.each(cases)('%s', async (_, lines, message) => {
    expect(await refused('--signals', signalsFile(...lines), ...MARKET)).toMatch(message)
  })

  it('a strategy or its parameters beside it', async () => {
    const file = ['--signals', EXAMPLE, ...MARKET]
    expect(await refused('ma_crossover', ...file)).toMatch(/"ma_crossover", and --signals are both/)
    expect(await refused(...file, '--set', 'fast_ma=5')).toContain('--set is for a strategy')
    expect(await refused(...file, '--template', 'x')).toContain('--template is for a strategy')
  })

  it('a file that is not there, an unknown label, a label alone, and no symbol', async () => {
    const missing = await refused('--signals', 'nowhere.csv', ...MARKET)
    expect(missing).toContain('cannot open "nowhere.csv": it does not exist')
    const label = await refused('--signals', EXAMPLE, ...MARKET, '--time-label', 'end')
    expect(label).toContain('--time-label is "end", but it must be close or open')
    expect(await refused('ma_crossover', ...MARKET, '--time-label', 'open')).toContain('--signals')
    expect(await refused('--signals', EXAMPLE, '--timeframe', '1h')).toContain(
      '--symbol is missing',
    )
    expect(await refused(...MARKET)).toContain('no strategy is named')
  })
})
