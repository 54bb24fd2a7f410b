import { importedKey } from '../../../src/core/candles/symbols.js'
import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../src/data/import/tables/options.js'
import { expectRead, importKit, type MadeCandle, refusal, walk } from './import-kit.js'

const kit = importKit()
let files = 0
const HOUR = 3_600_000
const made = walk(30)
const key = { symbol: 'SOL-USDT', timeframe: '1h' }

const run = async (content: unknown, options: Partial<ImportOptions> = {}) => {
  await kit.library.remove(importedKey(options.key ?? key))
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return kit.run(kit.write(`answer-${files++}.json`, text), { key, ...options })
}
const newestFirst = [...made].reverse()
const money = (c: MadeCandle): string => (Number(c.volume) * Number(c.close)).toFixed(4)
const prices = (c: MadeCandle): string[] => [c.open, c.high, c.low, c.close]
const numbers = (c: MadeCandle) => ({
  open: Number(c.open),
  high: Number(c.high),
  low: Number(c.low),
  close: Number(c.close),
  volume: Number(c.volume),
})
const NAMES = ['open', 'high', 'low', 'close', 'volume'] as const

describe('what pandas writes', { shuffle: false }, () => {
  const column = (name: (typeof NAMES)[number]) =>
    Object.fromEntries(made.map(c => [c.time, numbers(c)[name]]))
  const shapes: Readonly<Record<string, unknown>> = {
    records: made.map(c => ({ time: c.time, ...numbers(c) })),
    values: made.map(c => [c.time, ...Object.values(numbers(c))]),
    'columns by time': Object.fromEntries(NAMES.map(name => [name, column(name)])),
    'columns by a running index': Object.fromEntries(
      (['time', ...NAMES] as const).map(name => [
        name,
        Object.fromEntries(
          made.map((c, i) => [i, name === 'time' ? c.time / 1000 : numbers(c)[name]]),
        ),
      ]),
    ),
    'index by time': Object.fromEntries(made.map(c => [c.time, numbers(c)])),
    'index by a running index': Object.fromEntries(
      made.map((c, i) => [i, { time: c.time, ...numbers(c) }]),
    ),
    'split by time': {
      columns: NAMES,
      index: made.map(c => c.time),
      data: made.map(c => Object.values(numbers(c))),
    },
    'split by a running index': {
      columns: ['time', ...NAMES],
      index: made.map((_, i) => i),
      data: made.map(c => [c.time, ...Object.values(numbers(c))]),
    },
    table: {
      schema: { fields: [{ name: 'index', type: 'datetime' }], pandas_version: '1.4.0' },
      data: made.map(c => ({ index: new Date(c.time).toISOString(), ...numbers(c) })),
    },
    lines: made.map(c => JSON.stringify({ time: c.time, ...numbers(c) })).join('\n'),
  }
  it.each(Object.entries(shapes))('is read in the orientation %s', async (_, content) => {
    expectRead((await run(content)).candles, made)
  })

  it("has Python's NaN, which is no volume, and no price", async () => {
    const row = (c: MadeCandle, i: number): string =>
      `[${c.time}, ${i === 9 ? 'NaN, NaN, NaN, NaN, NaN' : `${prices(c).join(', ')}, ${i === 3 ? 'NaN' : c.volume}`}]`
    const { candles, report } = await run(`[${made.map(row).join(', ')}]`)
    expect(candles.length).toBe(29)
    expect(candles.volume[3]).toBe(0)
    expect(report.files[0]!.findings).toMatchObject([{ code: 'rows_without_prices', count: 1 }])
  })
})

describe('records', { shuffle: false }, () => {
  it('have the names of all of them', async () => {
    const list = made.map((c, i) => {
      const { volume, ...rest } = numbers(c)
      return i === 0 ? { time: c.time, ...rest } : { time: c.time, ...rest, volume }
    })
    const { candles } = await run(list)
    expect([candles.volume[0], candles.volume[1]]).toEqual([0, Number(made[1]!.volume)])
  })

  it('keep every digit of their numbers', async () => {
    const long = '0.123456789012345678901'
    const text = made.map(c => `[${c.time},${long},${long},${long},${long},1.10]`).join(',')
    const file = kit.write('digits.json', `[${text}]`)
    const digits = { symbol: 'DIGITS', timeframe: '1h' }
    await kit.run(file, { key: digits, columns: 'time,open,high,low,close,volume' })
    for await (const page of (await kit.library.repository()).rows(importedKey(digits))) {
      expect(page[0]).toMatchObject({ open: long, volume: '1.10' })
    }
  })

  it('may be lines of cells, lists one after the other, or of a database', async () => {
    const cells = (c: MadeCandle): string => JSON.stringify([c.time, ...prices(c), c.volume])
    expectRead((await run(made.map(cells).join('\n'))).candles, made)
    const two = [made.slice(0, 15), made.slice(15)].map(part => `[${part.map(cells).join()}]`)
    expectRead((await run(two.join('\n'))).candles, made)
    const decimal = (text: string) => ({ $numberDecimal: text })
    const mongo = made.map(c =>
      JSON.stringify({
        _id: { $oid: 'a' },
        time: { $date: new Date(c.time).toISOString() },
        ...Object.fromEntries(NAMES.map(name => [name, decimal(c[name])])),
      }),
    )
    expectRead((await run(mongo.join('\n'))).candles, made)
  })

  it('of a stream of candles count those that are closed', async () => {
    const event = (c: MadeCandle, x: boolean): string =>
      JSON.stringify({
        e: 'kline',
        E: c.time + 5,
        s: 'SOLUSDT',
        k: {
          ...{ t: c.time, T: c.time + HOUR - 1, s: 'SOLUSDT', i: '1h', f: 1, L: 2 },
          ...{ o: c.open, c: c.close, h: c.high, l: c.low, v: c.volume, n: 3, x },
          ...{ q: money(c), V: '1', Q: '1', B: '0' },
        },
      })
    const { candles, report } = await run(
      made.flatMap(c => [event(c, false), event(c, true)]).join('\n'),
    )
    expectRead(candles, made)
    expect(report.files[0]!.findings).toMatchObject([{ code: 'unfinished', count: 30 }])
  })
})

describe('answers of services, as saved', { shuffle: false }, () => {
  const strings = (c: MadeCandle, ...rest: (string | number)[]): string[] =>
    [c.time, ...prices(c), ...rest].map(String)
  const seconds = (c: MadeCandle): number => c.time / 1000
  const last = made[29]!
  const bybit = (category: string, volumes: (c: MadeCandle) => string[], time = 1) => ({
    retCode: 0,
    result: { symbol: 'SOLUSDT', category, list: newestFirst.map(c => strings(c, ...volumes(c))) },
    time,
  })
  const named = (c: MadeCandle) => ({ o: c.open, h: c.high, l: c.low, c: c.close })
  const whole: Readonly<Record<string, unknown>> = {
    Binance: made.map(c => [
      ...[c.time, ...prices(c), c.volume, c.time + HOUR - 1, money(c), 9, '1', '1', '0'],
    ]),
    'Bybit, spot': bybit('spot', c => [c.volume, money(c)]),
    'Bybit, inverse: contracts of a dollar': bybit('inverse', c => [money(c), c.volume]),
    'OKX, spot': {
      code: '0',
      msg: '',
      data: newestFirst.map(c => strings(c, c.volume, money(c), money(c), '1')),
    },
    'OKX, swap: contracts, coins, money': {
      code: '0',
      msg: '',
      data: newestFirst.map(c =>
        strings(c, Math.round(Number(c.volume) * 7), c.volume, money(c), '1'),
      ),
    },
    'Kraken: the weighted average before the volume': {
      error: [],
      result: {
        SOLUSDT: made.map(c => [seconds(c), ...prices(c), c.close, c.volume, 5]),
        last: seconds(last),
      },
    },
    'Coinbase: low, high, open, close': newestFirst.map(c => [
      ...[seconds(c), Number(c.low), Number(c.high), Number(c.open), Number(c.close)],
      Number(c.volume),
    ]),
    'Coinbase Advanced': {
      candles: newestFirst.map(({ time, ...c }) => ({ start: String(time / 1000), ...c })),
    },
    Gate: made.map(c => [
      ...[String(seconds(c)), money(c), c.close, c.high, c.low, c.open, c.volume, 'true'],
    ]),
    KuCoin: {
      code: '200000',
      data: newestFirst.map(c =>
        [seconds(c), c.open, c.close, c.high, c.low, c.volume, money(c)].map(String),
      ),
    },
    Deribit: {
      jsonrpc: '2.0',
      result: {
        ticks: made.map(c => c.time),
        ...Object.fromEntries(NAMES.map(name => [name, made.map(c => Number(c[name]))])),
        cost: made.map(c => Number(money(c))),
        status: 'ok',
      },
    },
    HTX: {
      ch: 'market.solusdt.kline.60min',
      status: 'ok',
      ts: 1,
      data: newestFirst.map(c => ({
        ...{ id: seconds(c), ...numbers(c), volume: undefined },
        ...{ amount: Number(c.volume), vol: Number(money(c)), count: 9 },
      })),
    },
    Birdeye: {
      success: true,
      data: {
        items: made.map(c => ({
          ...{ ...named(c), v: c.volume, unixTime: seconds(c) },
          ...{ address: 'So11', type: '1H', currency: 'usd' },
        })),
      },
    },
    'Birdeye, with dollars beside': {
      success: true,
      data: {
        items: made.map(c => ({
          ...{ ...named(c), v: c.volume, v_usd: money(c), unix_time: seconds(c) },
          ...{ address: 'So11', type: '1H', currency: 'usd' },
        })),
      },
    },
    Hyperliquid: made.map(c => ({
      ...{ t: c.time, T: c.time + HOUR - 1, s: 'SOL', i: '1h', ...named(c), v: c.volume, n: 5 },
    })),
    Yahoo: {
      chart: {
        result: [
          {
            meta: { symbol: 'SOL-USD', currency: 'USD' },
            timestamp: made.map(seconds),
            indicators: {
              quote: [
                Object.fromEntries(NAMES.map(name => [name, made.map(c => Number(c[name]))])),
              ],
            },
          },
        ],
        error: null,
      },
    },
    'Alpha Vantage': {
      'Meta Data': { '2. Symbol': 'SOL' },
      'Time Series (60min)': Object.fromEntries(
        newestFirst.map(c => [
          `${new Date(c.time).toISOString()}`,
          Object.fromEntries(NAMES.map((name, i) => [`${i + 1}. ${name}`, c[name]])),
        ]),
      ),
    },
    'Upbit: the money first in the name of the market': made.map(c => ({
      market: 'USDT-SOL',
      candle_date_time_utc: new Date(c.time).toISOString().slice(0, 19),
      candle_date_time_kst: new Date(c.time + 9 * HOUR).toISOString().slice(0, 19),
      ...{ opening_price: c.open, high_price: c.high, low_price: c.low, trade_price: c.close },
      timestamp: c.time + HOUR - 12_345,
      candle_acc_trade_price: money(c),
      candle_acc_trade_volume: c.volume,
    })),
  }
  it.each(Object.entries(whole))('%s', async (_, content) => {
    expectRead((await run(content)).candles, made)
  })

  it('GeckoTerminal counts dollars, with its answer around the list and without', async () => {
    const list = newestFirst.map(c => [seconds(c), ...prices(c).map(Number), Number(money(c))])
    const { candles, report } = await run({
      data: { id: 'a', type: 'ohlcv_request_response', attributes: { ohlcv_list: list } },
      meta: { base: { symbol: 'SOL' }, quote: { symbol: 'USDT' } },
    })
    expectRead(candles, made, { hasVolume: false })
    expect(candles.volume[0]).toBeCloseTo(Number(made[0]!.volume), 4)
    expect(report.files[0]!.notes.join()).toMatch(/GeckoTerminal counts volume in money/)
    const error = await refusal(run(list))
    expect(error.hint).toMatch(/--quote-volume for money/)
    const converted = await run(list, { quoteVolume: true })
    expect(converted.candles.volume[0]).toBeCloseTo(Number(made[0]!.volume), 4)
    const coins = await run(list, { columns: 'time,open,high,low,close,volume' })
    expect(coins.candles.volume[0]).toBe(Number(money(made[0]!)))
  })

  it('CoinGecko names the close, in lists of a time and four prices', async () => {
    const list = made.map(c => [c.time + HOUR, ...prices(c).map(Number)])
    const error = await refusal(run(list))
    expect(error.hint).toMatch(/--time-label close/)
    expectRead((await run(list, { timeLabel: 'close' })).candles, made, { hasVolume: false })
    const market = await refusal(run({ prices: [[1, 2]], total_volumes: [[1, 2]] }))
    expect(market.message).toMatch(/single prices, not candles/)
  })

  it('what is not finished is left out: by a flag, by the last one, by the time of the answer', async () => {
    const unfinished: unknown[] = [
      {
        code: '0',
        data: newestFirst.map((c, i) =>
          strings(c, c.volume, money(c), money(c), i === 0 ? '0' : '1'),
        ),
      },
      {
        error: [],
        result: {
          SOLUSDT: made.map(c => [seconds(c), ...prices(c), c.close, c.volume, 5]),
          last: seconds(made[28]!),
        },
      },
      bybit('spot', c => [c.volume, money(c)], last.time + 5 * 60_000),
      made.map((c, i) =>
        [seconds(c), money(c), c.close, c.high, c.low, c.open, c.volume, i < 29].map(String),
      ),
    ]
    for (const content of unfinished) {
      const { candles, report } = await run(content)
      expectRead(candles, made.slice(0, -1))
      expect(report.files[0]!.findings).toMatchObject([{ code: 'unfinished', count: 1 }])
    }
  })

  it('another market or interval than asked for is refused', async () => {
    const other = { key: { symbol: 'ETH-USDT', timeframe: '1h' } }
    expect((await refusal(run(whole['Bybit, spot'], other))).message).toMatch(/it says "SOLUSDT"/)
    const four = { key: { symbol: 'SOL-USDT', timeframe: '4h' } }
    expect((await refusal(run(whole['HTX'], four))).message).toMatch(/looks like 1h/)
  })

  it('several lists are named', async () => {
    const list = made.map(c => [seconds(c), ...prices(c), c.close, c.volume, 5])
    const error = await refusal(run({ error: [], result: { SOLUSD: list, XBTUSD: list, last: 1 } }))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.message).toMatch(/result\.SOLUSD, result\.XBTUSD/)
  })

  it.each([
    [{ code: -1121, msg: 'Invalid symbol.' }, /"Invalid symbol\."/],
    [{ error: ['EQuery:Unknown asset pair'] }, /"EQuery:Unknown asset pair"/],
    [{ retCode: 10001, retMsg: 'Not supported symbols', result: {} }, /"Not supported symbols"/],
    [{ status: { error_code: 429, error_message: 'Rate limit' } }, /"Rate limit"/],
    [{ errors: [{ status: '404', title: 'Not Found' }] }, /"Not Found"/],
    [['error', 10020, 'limit: invalid'], /limit: invalid/],
    [{ s: 'no_data' }, /without candles/],
    [[], /empty list/],
    ['[{"time": 1, "open": 2', /ends too early/],
    ['[[1,2,3,4,5,6],', /ends too early/],
    ["[{'time': 1, 'open': 2}]", /Python's own notation/],
    ['{"a": 1 "b": 2}', /was not expected at byte/],
  ])('an error is called by its name: %j', async (content, message) => {
    const error = await refusal(run(content))
    expect(error.code).toBe('IMPORT_FORMAT')
    expect(error.message).toMatch(message)
  })
})
