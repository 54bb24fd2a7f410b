import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { trueSeries } from '../data/sources/stand-in.js'
import { assay, assayJson, scratch } from './assay.js'

const MINUTE = 60_000
const SINCE = Date.UTC(2026, 2, 2)
const COUNT = 700
const series = trueSeries({ since: SINCE, count: COUNT })
const at = (k: number): string => new Date(SINCE + k * MINUTE).toISOString()

/** The package as its documentation has it: exchanges by id, rows of numbers, classes of errors. */
function install(folder: string): void {
  const at = join(folder, 'node_modules/ccxt')
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'package.json'), '{"name":"ccxt","version":"4.5.99","main":"main.cjs"}')
  const rows = series.map(({ time, open, high, low, close, volume }) =>
    [time, open, high, low, close, volume].map(Number),
  )
  writeFileSync(
    join(at, 'main.cjs'),
    `
    class BaseError extends Error {}
    class ExchangeError extends BaseError {}
    class BadSymbol extends ExchangeError {}
    class NetworkError extends BaseError {}
    class RequestTimeout extends NetworkError {}
    class Exchange {
      rateLimit = 1
      has = { fetchOHLCV: true }
      timeframes = { '1m': '1min', '1h': '1hour', '1d': '1day' }
      calls = 0
    }
    class testex extends Exchange {
      name = 'Test exchange'
      features = { spot: { fetchOHLCV: { limit: 200 } } }
      async fetchOHLCV(symbol, timeframe, since, limit, params) {
        if (++this.calls === 2) throw new RequestTimeout('testex timed out')
        if (symbol !== 'SOL/USDC') throw new BadSymbol('testex does not have market symbol ' + symbol)
        const rows = ${JSON.stringify(rows)}
        return rows.filter(([t]) => t >= since && t <= params.until).slice(0, limit)
      }
    }
    class tradesonly extends Exchange { has = { fetchOHLCV: false } }
    module.exports = { exchanges: ['testex', 'tradesonly'], testex, tradesonly, version: 'x' }
    `,
  )
}

const fetchFrom = (source: string, ...more: string[]): string[] => [
  ...['data', 'fetch', 'SOL-USDC', '--source', source, '--timeframe', '1m', '--rate', '0'],
  ...['--since', at(0), '--until', at(COUNT), ...more],
]

it('fetches through the package where it is installed, under a name of its own', async () => {
  const folder = scratch()
  install(folder)
  const [fetched] = (await assayJson(folder, ...fetchFrom('ccxt:testex'))) as unknown as Record<
    string,
    unknown
  >[]
  expect(fetched).toMatchObject({ source: 'ccxt-testex', market: 'SOL/USDC', failures: [] })
  const list = (await assayJson(folder, 'data', 'list')) as unknown as Record<string, unknown>[]
  expect(list).toMatchObject([
    {
      source: 'ccxt-testex',
      count: COUNT,
      fetched: { adapter: 'ccxt-testex 1 (ccxt 4.5.99)' },
    },
  ])
  const csv = await assay(
    folder,
    'data',
    'export',
    '--symbol',
    'SOL-USDC@ccxt-testex',
    '--timeframe',
    '1m',
  )
  expect(csv.out.trim().split('\n')).toHaveLength(COUNT + 1)
  const again = await assayJson(folder, 'data', 'sync', 'SOL-USDC@ccxt-testex', '--dry-run')
  expect(JSON.stringify(again)).toContain('ccxt-testex')
  const rows = await assayJson(folder, 'sql', 'select distinct path from fetches')
  expect(JSON.stringify(rows)).toContain('ccxt')
}, 60_000)

it('says how to get it where it is absent, and what it does not have', async () => {
  const bare = await assay(scratch(), ...fetchFrom('ccxt:kucoin'))
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('npm install ccxt')])
  const folder = scratch()
  install(folder)
  const refused: readonly (readonly [string[], string])[] = [
    [fetchFrom('ccxt:testx'), 'did you mean ccxt:testex?'],
    [fetchFrom('ccxt:tradesonly'), 'has no candles through ccxt'],
    [fetchFrom('ccxt:testex', '--source-url', 'http://127.0.0.1:1'), 'at no other address'],
    [
      [
        'data',
        'fetch',
        'BTC-USDT',
        '--source',
        'ccxt:testex',
        '--timeframe',
        '1m',
        '--since',
        at(0),
      ],
      'Test exchange through ccxt has no market BTC/USDT',
    ],
    [
      ['data', 'fetch', 'SOL-USDC', '--source', 'ccxt:testex', '--timeframe', '1d'],
      'Test exchange through ccxt has no 1d candles',
    ],
  ]
  for (const [args, text] of refused) {
    const { code, err } = await assay(folder, ...args)
    expect([code, err], args.join(' ')).toEqual([2, expect.stringContaining(text)])
  }
}, 60_000)
