import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PoolStandIn } from '../data/sources/pool-stand-in.js'
import { assay, assayJson, assayWith, scratch } from './assay.js'

const SOL = 'So11111111111111111111111111111111111111112'
const began = Date.now()
let requests = 0
let reply: { readonly status: number; readonly headers?: Record<string, string> } | undefined
let prices: Server
let pool: PoolStandIn
let address: string

beforeAll(async () => {
  pool = await new PoolStandIn().start()
  prices = createServer((request, response) => {
    requests++
    const slot = 405_000_000 + Math.floor((Date.now() - began) / 400)
    const isPrice = request.url!.startsWith('/price/v3?ids=')
    response.writeHead(reply?.status ?? (isPrice ? 200 : 404), {
      'content-type': 'application/json',
      ...reply?.headers,
    })
    response.end(
      JSON.stringify({
        [SOL]: { usdPrice: 142.5 + (requests % 5) / 100, blockId: slot, decimals: 9 },
      }),
    )
  })
  await new Promise<void>(resolve => prices.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(prices.address() as AddressInfo).port}`
})
afterAll(async () => {
  prices.closeAllConnections()
  prices.close()
  await pool.stop()
})

const WATCH = [
  'data',
  'watch',
  'SOL-USDC',
  '--timeframe',
  '1s',
  '--source',
  'jupiter',
  '--rate',
  '0',
]
const fast = (): string[] => [...WATCH, '--poll', '0.2', '--source-url', address]

it(
  'builds candles of polled prices, kept apart and marked, warned of, and replayed with quotes',
  { timeout: 60_000 },
  async () => {
    const folder = scratch()
    const watched = await assayJson(folder, 'data', 'list')
    expect(watched).toEqual([])
    const live = await assay(folder, ...fast(), '--store', '--candles', '2', '--json')
    expect(live.code, live.err).toBe(0)
    const lines = live.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(lines.filter(({ kind }) => kind === 'candle')).toHaveLength(2)
    expect(live.err).toMatch(/SOL-USDC@jupiter: \d+ prices, \d+ too late, 0 rejected/)
    const list = (await assayJson(folder, 'data', 'list')) as unknown as Record<string, unknown>[]
    expect(list).toMatchObject([
      { symbol: 'SOL-USDC', source: 'jupiter', timeframe: '1s', count: 2 },
    ])
    expect(list[0]!['fetched']).toMatchObject({ adapter: 'jupiter 1' })
    const question =
      'select count(*) as n, count(slot) as slots, min(price) as least from polled_prices'
    const [kept] = (await assayJson(folder, 'sql', question)) as unknown as Record<
      string,
      unknown
    >[]
    const told = Number(/: (\d+) prices/.exec(live.err)![1])
    expect(
      Number(kept!['n']),
      'prices of the candle under way are kept too',
    ).toBeGreaterThanOrEqual(told)
    expect(kept).toMatchObject({ slots: kept!['n'] })
    expect(Number(kept!['least'])).toBeGreaterThanOrEqual(142.5)
    const run = ['backtest', 'buy_and_hold', '--symbol', 'SOL-USDC', '--timeframe', '1s']
    const report = await assayJson(folder, ...run, '--report', 'none')
    expect(JSON.stringify(report['warnings'])).toContain('were built of polled prices')
    const reach = ['--source-url', pool.address, '--rate', '0']
    const recorded = await assay(
      folder,
      'record',
      'SOL-USDC',
      '--sizes',
      '100,1000',
      '--rounds',
      '3',
      ...reach,
    )
    expect(recorded.code, recorded.err).toBe(0)
    const replay = ['data', 'watch', 'SOL-USDC', '--timeframe', '1s', '--replay', '--json']
    const { out, code, err } = await assay(folder, ...replay, '--quotes', '1000')
    expect(code, err).toBe(0)
    const kinds = out
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { kind: string }).kind)
    expect(kinds.filter(kind => kind === 'quote')).toHaveLength(3)
    expect(kinds.filter(kind => kind === 'candle')).toHaveLength(2)
    const none = await assay(folder, ...replay, '--quotes', '500')
    expect([none.code, none.err]).toEqual([
      2,
      expect.stringContaining('recorded are the sizes 100, 1000'),
    ])
    const sync = await assay(folder, 'data', 'sync')
    expect([sync.code, sync.err]).toEqual([2, expect.stringContaining('no candles were fetched')])
  },
)

it('gives two-way quotes between candles', { timeout: 60_000 }, async () => {
  const env = { ASSAY_SOURCE_URL_JUPITER: pool.address, JUPITER_API_KEY: 'a key' }
  pool.fault = ({ url }) =>
    url.pathname.startsWith('/price/')
      ? {
          status: 200,
          body: JSON.stringify({ [SOL]: { usdPrice: 142.5, blockId: pool.slot, decimals: 9 } }),
        }
      : undefined
  const watch = [...WATCH, '--poll', '0.2', '--quotes', '1000', '--candles', '1', '--json']
  const { code, out, err } = await assayWith(env, scratch(), ...watch)
  pool.fault = () => undefined
  expect(code, err).toBe(0)
  const quotes = out
    .split('\n')
    .filter(line => line.includes('"quote"'))
    .map(line => JSON.parse(line) as { bid: number; ask: number; size: number })
  expect(quotes.length).toBeGreaterThan(0)
  const cost = pool.trueCost(1000) / 10_000
  for (const { bid, ask, size } of quotes) {
    expect(size).toBe(1000)
    expect(ask).toBeCloseTo(142.5 * (1 + cost), 2)
    expect(bid).toBeCloseTo(142.5 * (1 - cost), 2)
  }
})

it('says what a source of prices cannot do', { timeout: 60_000 }, async () => {
  const folder = scratch()
  const refused: readonly (readonly [string[], string])[] = [
    [
      ['data', 'fetch', 'SOL-USDC', '--timeframe', '1m', '--source', 'jupiter'],
      'no candles of the past',
    ],
    [[...WATCH.slice(0, 5), '--store'], 'keeps candles that are built of polled prices'],
    [[...WATCH, '--since', '2026-01-01'], '--since does nothing for candles that are built'],
    [[...WATCH, '--then', 'binance'], '--then does nothing for candles that are built'],
    [[...WATCH.slice(0, 5), '--replay', '--store'], '--store does nothing for stored candles'],
    [[...WATCH.slice(0, 5), '--poll', '1'], '--poll does nothing for the candles of a source'],
    [['data', 'watch', 'BTC-USDC', ...WATCH.slice(3)], 'BTC has no mint account in the symbol map'],
  ]
  for (const [args, text] of refused) {
    const { code, err } = await assay(folder, ...args)
    expect([code, err], args.join(' ')).toEqual([2, expect.stringContaining(text)])
  }
})

it('leaves a host alone that asked for it, in another process and command too', async () => {
  const folder = scratch()
  reply = { status: 418, headers: { 'retry-after': '600' } }
  try {
    const banned = await assay(folder, ...fast())
    expect([banned.code, banned.err]).toEqual([
      1,
      expect.stringContaining('wants no more requests'),
    ])
    const before = requests
    const again = await assay(folder, ...fast())
    expect([again.code, again.err]).toEqual([
      1,
      expect.stringContaining('must not be asked before'),
    ])
    const record = await assay(folder, 'record', 'SOL-USDC', '--source-url', address)
    expect([record.code, record.err]).toEqual([
      1,
      expect.stringContaining('must not be asked before'),
    ])
    expect(requests).toBe(before)
  } finally {
    reply = undefined
  }
})
