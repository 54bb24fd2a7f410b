import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { parquetReadObjects, asyncBufferFromFile } from 'hyparquet'
import { beforeAll, describe, expect, it } from 'vitest'
import { snakeCase } from '../../src/core/canonical.js'
import { METRIC_FORMULAS } from '../../src/core/metrics/metric-formulas.js'
import { assay, assayJson, type Ran } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Row = Record<string, string>

const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
const DATA = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']

let folder: string
let single: Record<string, unknown> & { readonly trades: readonly Record<string, unknown>[] }
let portfolioId: string
let quietId: string

const exported = (run: string, ...args: string[]): Promise<Ran> =>
  assay(folder, 'runs', 'export', run, ...args)

const csvOf = async (run: string, what: string): Promise<Row[]> => {
  const { code, out, err } = await exported(run, '--what', what)
  expect([code, err]).toEqual([0, ''])
  return parse<Row>(out, { columns: true })
}

const runOf = async (...args: string[]) =>
  (await assayJson(folder, ...args)) as unknown as typeof single & { readonly run_id: string }

beforeAll(async () => {
  folder = await demoFolder()
  const file = join(folder, 'other.csv')
  await assay(folder, 'data', 'export', ...DATA, '--output', file)
  const other = ['--symbol', 'OTHER-USDC', '--timeframe', '1h']
  expect((await assay(folder, 'data', 'import', file, ...other)).code).toBe(0)
  single = await runOf('backtest', 'ma_crossover', ...MARKET, '--events')
  const none = ['--to', '2024-01-02', '--fast-ma', '50', '--slow-ma', '200']
  quietId = (await runOf('backtest', 'ma_crossover', ...MARKET, ...none)).run_id
  const config = join(folder, 'portfolio.json')
  const part = { active_strategy: 'ma_crossover' }
  writeFileSync(config, JSON.stringify({ 'SYNTH-USDC': part, 'OTHER-USDC': part }))
  const both = ['portfolio', '--config', config, '--timeframe', '1h', '--report', 'none']
  portfolioId = (await runOf(...both)).run_id
}, 120_000)

const id = (): string => single['run_id'] as string

describe('assay runs export', () => {
  it('writes the trades of a run, with their times in UTC and their numbers whole', async () => {
    const rows = await csvOf(id(), 'trades')
    expect(rows.length).toBe(single.trades.length)
    rows.forEach((row, k) => {
      const { fills: _, ...trade } = single.trades[k]!
      expect(row).toMatchObject(
        Object.fromEntries(Object.entries(trade).map(([name, v]) => [name, String(v ?? '')])),
      )
      expect([row['trade'], row['symbol']]).toEqual([String(k + 1), 'SYNTH-USDC'])
    })
  })

  it('writes the fills of a run, each with the number of its trade', async () => {
    const rows = await csvOf(id(), 'fills')
    const fills = single.trades.flatMap(({ fills }, k) =>
      (fills as Record<string, unknown>[]).map(fill => ({ trade: k + 1, ...fill })),
    )
    expect(rows.map(({ symbol: _, strategy: __, ...row }) => row)).toEqual(
      fills.map(fill =>
        Object.fromEntries(Object.entries(fill).map(([name, v]) => [name, String(v ?? '')])),
      ),
    )
  })

  it('writes the equity of a run at every candle, ending in what it ended with', async () => {
    const rows = await csvOf(id(), 'equity')
    expect(rows[0]).toEqual({ time: '2024-01-01T00:00:00Z', equity: '10000' })
    const metrics = single['metrics'] as Record<string, number>
    expect(Number(rows.at(-1)!['equity'])).toBe(metrics['final_equity'])
  })

  it('writes the metrics of a run as --json has them, in the order of their page', async () => {
    const rows = await csvOf(id(), 'metrics')
    const metrics = single['metrics'] as Record<string, number | null>
    expect(Object.fromEntries(rows.map(({ metric, value }) => [metric, value]))).toEqual(
      Object.fromEntries(Object.entries(metrics).map(([name, v]) => [name, String(v ?? '')])),
    )
    expect(rows.map(({ metric }) => metric)).toEqual(Object.keys(METRIC_FORMULAS).map(snakeCase))
  })

  it('writes the events of a run, their payload as JSON', async () => {
    const rows = await csvOf(id(), 'events')
    const { out } = await assay(folder, 'runs', 'events', id())
    const lines = out.trim().split('\n')
    expect(rows.length).toBe(lines.length)
    const [seq, time, type] = [rows[5]!['seq'], rows[5]!['time'], rows[5]!['type']]
    const payload = JSON.parse(rows[5]!['payload']!) as object
    expect(JSON.parse(lines[5]!)).toMatchObject({ seq: Number(seq), time, type, ...payload })
    const json = await exported(id(), '--what', 'events', '--json')
    expect((JSON.parse(json.out) as { payload: object }[])[5]!.payload).toEqual(payload)
  })

  it.each(['trades', 'fills', 'equity', 'metrics', 'events'])(
    'writes the same %s as JSON and as Parquet, with timestamps in Parquet',
    async what => {
      const file = join(folder, `${what}.parquet`)
      const json = join(folder, `${what}.json`)
      for (const output of [file, json]) {
        expect(await exported(id(), '--what', what, '--output', output)).toEqual({
          code: 0,
          out: '',
          err: '',
        })
      }
      const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) })
      const texts = rows.map(row =>
        Object.fromEntries(Object.entries(row).map(([name, v]) => [name, plain(v)])),
      )
      const wanted = JSON.parse(readFileSync(json, 'utf8')) as Record<string, unknown>[]
      expect(texts).toEqual(
        wanted.map(row =>
          what === 'events' ? { ...row, payload: JSON.stringify(row['payload']) } : row,
        ),
      )
    },
  )

  it('works on portfolios, whose rows name their symbols', async () => {
    for (const what of ['trades', 'fills']) {
      const symbols = new Set((await csvOf(portfolioId, what)).map(row => row['symbol']))
      expect([...symbols].sort()).toEqual(['OTHER-USDC', 'SYNTH-USDC'])
    }
    expect((await csvOf(portfolioId, 'equity')).length).toBeGreaterThan(1000)
    expect((await csvOf(portfolioId, 'metrics')).length).toBeGreaterThan(20)
  })

  it('writes a header alone where there is nothing, and says so', async () => {
    const { code, out, err } = await exported(quietId)
    expect([code, out.split('\n').length]).toEqual([0, 2])
    expect(out).toMatch(/^trade,symbol,/)
    expect(err).toBe(`run ${quietId} has no trades: what was written is a header without rows\n`)
    const json = await exported(quietId, '--json')
    expect([json.code, json.out]).toEqual([0, '[]\n'])
    const file = join(folder, 'quiet.parquet')
    expect((await exported(quietId, '--output', file)).code).toBe(0)
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(file) })).toEqual([])
  })

  it('writes over a file only with --force, by its older name too', async () => {
    const file = join(folder, 'mine.csv')
    writeFileSync(file, 'mine')
    const refused = await exported(id(), '--output', file)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/exists\n {2}.*--force/)
    expect(readFileSync(file, 'utf8')).toBe('mine')
    for (const flag of ['--force', '--yes']) {
      expect((await exported(id(), '--out', file, flag)).code).toBe(0)
    }
    expect(readFileSync(file, 'utf8')).toMatch(/^trade,/)
  })

  it.each([
    [['nope'], /there is no run "nope"\n {2}assay runs list/],
    [['latest', '--what', 'trade'], /--what "trade" is not known\n {2}did you mean trades\?/],
    [['latest', '--format', 'xlsx'], /--format "xlsx" is not known\n.*csv, json or parquet/],
    [['latest', '--format', 'parquet'], /needs a file\n.*--output FILE/],
    [['latest', '--json', '--format', 'csv'], /exclude each other/],
    [['latest', '--output', 'none/x.csv'], /cannot open "none\/x.csv"/],
    [['latest', '--output', 'a-folder', '--force'], /"a-folder" is a folder/],
    [['latest', '--what', 'events'], /has no stored events\n.*--events/],
    [[], /missing: a run/],
  ])('refuses %j', async (args, message) => {
    mkdirSync(join(folder, 'a-folder'), { recursive: true })
    const { code, out, err } = await assay(folder, 'runs', 'export', ...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  it('refuses the equity of a run whose candles have changed', async () => {
    const file = join(folder, 'moved.csv')
    const moved = ['--symbol', 'MOVED-USDC', '--timeframe', '1h']
    await assay(folder, 'data', 'export', ...DATA, '--output', file)
    await assay(folder, 'data', 'import', file, ...moved)
    const run = await runOf('backtest', 'ma_crossover', ...moved, '--report', 'none')
    writeFileSync(file, 'time,open,high,low,close,volume\n2024-01-05T00:00:00Z,90,95,80,85,5\n')
    const changed = await assay(folder, 'data', 'import', file, ...moved, '--replace')
    expect(changed.code, changed.err).toBe(0)
    const { code, out, err } = await exported(run.run_id, '--what', 'equity')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/the data of run .* is not stored any more\n.*the candles have changed/)
  })
})

/** A value of Parquet as JSON has it. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  return typeof value === 'bigint' ? Number(value) : (value ?? null)
}
