import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, REPOSITORY } from './assay.js'
import { marketsFolder } from './prepared-home.js'
import { MARKET, QUIET } from './sweep-candles.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

const STRATEGY = join(REPOSITORY, 'docs/examples/other_market.ts')
const IMPORT = ['--symbol', 'BTC-USDT', '--timeframe', '1h']
const END = ['--to', '2023-03-01']
const LEADERS = ['--grid', 'leader=20:60:20']

let folder: string
const run = (...flags: string[]): Promise<Json> =>
  assayJson(folder, 'backtest', STRATEGY, ...MARKET, ...QUIET, ...END, ...flags)

beforeAll(async () => {
  folder = await marketsFolder()
  await importOther(folder)
})

/** Stores candles of the other market: the first 2,000 hours of SYNTH-B. */
async function importOther(folder: string, change = (text: string): string => text): Promise<void> {
  const rows = readFileSync(join(folder, 'SYNTH-B.csv'), 'utf8').split('\n').slice(0, 2001)
  const file = join(folder, 'btc.csv')
  writeFileSync(file, change(`${rows.join('\n')}\n`))
  const { code, err } = await assay(folder, 'data', 'import', file, ...IMPORT, '--replace')
  expect(code, err).toBe(0)
}

describe('a strategy that reads another market', () => {
  it('is refused before its run where the candles are not stored, by name', async () => {
    const bare = await marketsFolder()
    const { code, err } = await assay(bare, 'backtest', STRATEGY, ...MARKET, ...QUIET)
    expect(code).toBe(2)
    expect(err).toMatch(/other_market reads BTC-USDT 1h for its indicator btc, but no candles of/)
    expect(err).toMatch(/assay data import FILE --symbol BTC-USDT --timeframe 1h/)
  })

  it('runs where they are, and its manifest says what was read', async () => {
    const { manifest, run_id: id, trades } = await run()
    expect(trades.length).toBeGreaterThan(3)
    expect(manifest.references).toEqual([
      {
        symbol: 'BTC-USDT',
        timeframe: '1h',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        // What closes after the run is not read: 59 days of January and February.
        candles: 59 * 24,
        first: '2023-01-01T00:00:00Z',
      },
    ])
    const verified = await assay(folder, 'runs', 'verify', id)
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/^verified/)])
    expect((await run('--set', 'leader=20'))['result_hash']).not.toBe((await run())['result_hash'])
  })

  it('sweeps, walks forward, trades in a portfolio and is proved as it runs alone', async () => {
    const swept: Json = await assayJson(
      folder,
      ...['sweep', STRATEGY, ...MARKET, ...QUIET, ...END, ...LEADERS, '--workers', '2'],
      ...['--align', 'own'],
    )
    const { params, run_id: best } = swept['best']
    expect((await run('--set', `leader=${params.leader}`))['run_id']).toBe(best)
    const walked: Json = await assayJson(
      folder,
      ...['walk-forward', STRATEGY, ...MARKET, ...QUIET, ...LEADERS],
      ...['--train', '30d', '--test', '15d', '--to', '2023-03-10'],
    )
    expect(walked['folds'].length).toBeGreaterThan(0)
    const config = join(folder, 'portfolio.json')
    const coin = { active_strategy: STRATEGY }
    writeFileSync(config, JSON.stringify({ 'SYNTH-A': coin, 'SYNTH-B': coin }))
    const both: Json = await assayJson(
      folder,
      ...['portfolio', '--config', config, '--timeframe', '1h', ...QUIET, ...END],
    )
    expect(both['manifest'].symbols[1].references[0].symbol).toBe('BTC-USDT')
    expect((await assay(folder, 'runs', 'verify', both['run_id'])).code).toBe(0)
    for (const market of [MARKET, []]) {
      const { code, out } = await assay(folder, 'check', STRATEGY, ...market, '--samples', '4')
      expect(code, out).toBe(0)
    }
  })

  it('is verified over the candles that it read, and told where they are others', async () => {
    const other = await marketsFolder()
    await importOther(other)
    const flags = [...MARKET, ...QUIET, ...END]
    const { run_id: id }: Json = await assayJson(other, 'backtest', STRATEGY, ...flags)
    await importOther(other, text => {
      const [head, ...rows] = text
        .trim()
        .split('\n')
        .map(row => row.split(','))
      const turned = rows.map(([time], i) => [time, ...rows[rows.length - 1 - i]!.slice(1)])
      return [head!, ...turned].map(row => `${row.join(',')}\n`).join('')
    })
    const { code, err } = await assay(other, 'runs', 'verify', id)
    expect(code).toBe(1)
    expect(err).toMatch(/the candles of BTC-USDT 1h have changed/)
  })

  it('is refused in a sweep where a parameter chooses the market', async () => {
    const path = join(folder, 'chooser.ts')
    writeFileSync(
      path,
      `import { choice, defineStrategy, FLAT, on, sma } from 'assay'
export default defineStrategy({
  name: 'chooser', description: 'Reads one of two markets', templates: {},
  params: { market: choice(['BTC-USDT', 'SYNTH-B'], 'What it reads') },
  indicators: ({ market }) => ({ line: on({ symbol: market }, sma(2)) }),
  decide: () => FLAT,
})
`,
    )
    const flags = [...MARKET, ...QUIET, '--grid', 'market=BTC-USDT,SYNTH-B']
    const { code, err } = await assay(folder, 'sweep', path, ...flags)
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/reads SYNTH-B 1h, which was not loaded/),
    ])
  })
})
