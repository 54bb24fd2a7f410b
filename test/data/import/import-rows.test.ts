import { importedKey } from '../../../src/core/candles/symbols.js'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../src/data/import/tables/options.js'
import {
  csvOf,
  expectRead,
  importKit,
  isoOf,
  type MadeCandle,
  pricesOf,
  refusal,
  walk,
} from './import-kit.js'

const kit = importKit()
let files = 0
const DAY = 86_400_000
const made = walk(30)
const days = walk(30, { stepMs: DAY })
const key = { symbol: 'SOL-USDT', timeframe: '1h' }
const daily = { symbol: 'SOL-EUR', timeframe: '1d' }
const HEADER = 'time,open,high,low,close,volume'
const plain = csvOf(made, HEADER, c => `${c.time},${pricesOf(c)}`)

const run = async (content: string | Uint8Array, options: Partial<ImportOptions> = {}) => {
  await kit.library.remove(importedKey(options.key ?? key))
  return kit.run(kit.write(`rows-${files++}.csv`, content), { key, ...options })
}
const notesOf = async (content: string | Uint8Array, options: Partial<ImportOptions> = {}) =>
  (await run(content, options)).report.files[0]!.notes.join('. ')

describe('numbers', { shuffle: false }, () => {
  const date = (c: MadeCandle): string => isoOf(c.time).slice(0, 10)
  const table = (
    style: (text: string) => string,
    { separator = ';', header = 'Date;Open;High;Low;Close;Volume', list = days } = {},
  ): string =>
    csvOf(list, header.replaceAll(';', separator), c =>
      [date(c), c.open, c.high, c.low, c.close, c.volume]
        .map((cell, i) => (i === 0 ? cell : style(cell)))
        .join(separator),
    )
  const grouped = (text: string, mark: string, point: string): string => {
    const [whole, decimals] = text.split('.') as [string, string]
    return `${whole.replace(/\B(?=(\d{3})+$)/g, mark)}${point}${decimals}`
  }

  it('have their decimals after a comma where the file shows it, and it is named', async () => {
    const text = table(cell => cell.replace('.', ','))
    expectRead((await run(text, { key: daily })).candles, days)
    expect(await notesOf(text, { key: daily })).toMatch(/decimals are after a comma/)
    const quoted = table(cell => `"${cell.replace('.', ',')}"`, { separator: ',' })
    expectRead((await run(quoted, { key: daily })).candles, days)
  })

  const dear = walk(30, { stepMs: DAY, price: 42_000 })
  it.each([
    ['German', '.', ','],
    ['English', ',', '.'],
    ['French', '\u202f', ','],
    ['Swiss', '’', '.'],
    ['spaced', ' ', '.'],
  ])('have marks between thousands: %s', async (_, mark, point) => {
    const text = table(cell => grouped(cell, mark, point), { list: dear })
    expectRead((await run(text, { key: daily })).candles, dear)
  })

  it('with a mark that may be either are asked about, and both flags work', async () => {
    const whole = dear.map(c => {
      const cut = (text: string): string => text.slice(0, text.indexOf('.'))
      return { ...c, open: cut(c.open), high: cut(c.high), low: cut(c.low), close: cut(c.close) }
    })
    for (const [mark, options] of [
      ['.', { separator: ';', header: 'Datum;Open;High;Low;Close' }],
      [',', { separator: ';', header: 'Date;Open;High;Low;Close' }],
    ] as const) {
      const text = csvOf(whole, options.header, c =>
        [
          date(c),
          ...[c.open, c.high, c.low, c.close].map(p => grouped(`${p}.0`, mark, mark).slice(0, -2)),
        ].join(';'),
      )
      const error = await refusal(run(text, { key: daily }))
      expect(error.code).toBe('IMPORT_AMBIGUOUS')
      expect(error.hint).toContain(`--decimal ${mark}`)
      expect(error.hint).toContain(`--thousands ${mark}`)
      const thousands = await run(text, { key: daily, thousands: mark })
      expectRead(thousands.candles, whole, { hasVolume: false })
      const decimals = await run(text, { key: daily, decimal: mark })
      expect(decimals.candles.open[0]).toBeCloseTo(Number(whole[0]!.open) / 1000, 9)
    }
  })

  it('with three decimals in a file of commas are what they are', async () => {
    const yen = days.map(c => ({
      ...c,
      open: `${c.open}1`,
      high: `${c.high}9`,
      low: `${c.low}1`,
      close: `${c.close}1`,
    }))
    const text = csvOf(yen, 'Date,Open,High,Low,Close', c =>
      [date(c), c.open, c.high, c.low, c.close].join(','),
    )
    expectRead((await run(text, { key: daily })).candles, yen, { hasVolume: false })
  })

  it('with both kinds of decimals are refused', async () => {
    const text = table(cell => cell).replace(/;(\d+)\.(\d\d);/, ';$1,$2;')
    const error = await refusal(run(text, { key: daily }))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.hint).toMatch(/--decimal/)
  })

  it('have currencies, K and M, and lose no digit', async () => {
    const text = csvOf(days, 'Date,Price,Open,High,Low,Vol.,Change %', c =>
      [date(c), `$${c.close}`, `€${c.open}`, `${c.high} USD`, c.low, '131.64K', '-0.10%'].join(','),
    )
    const { candles } = await run(text, { key: daily })
    expectRead(candles, days, { hasVolume: false })
    expect(candles.volume[0]).toBe(131_640)
    const large = csvOf(days, 'Date,Price,Open,High,Low,Vol.', c =>
      [date(c), c.close, c.open, c.high, c.low, '1.2345678M'].join(','),
    )
    expect((await run(large, { key: daily })).candles.volume[0]).toBe(1_234_567.8)
  })
})

describe('whose rows they are', { shuffle: false }, () => {
  const two = walk(30, { price: 2200 })
  const row = (symbol: string) => (c: MadeCandle) => `${symbol},${c.time},${pricesOf(c)}`
  const long = (a: string, b: string, name = 'symbol'): string =>
    csvOf(made, `${name},${HEADER}`, row(a)) + two.map(row(b)).join('\n') + '\n'

  it.each([
    ['symbol', 'SOLUSDT', 'ETHUSDT'],
    ['ticker', 'X:SOLUSDT', 'X:ETHUSDT'],
    ['pair', 'SOL/USDT:USDT', 'ETH/USDT:USDT'],
    ['Name', 'Solana', 'Ethereum'],
    ['exchange', 'binance', 'kraken'],
    ['code', '600519', '600520'],
  ])('several under %s are refused, and --where chooses', async (name, a, b) => {
    const text = long(a, b, name)
    const error = await refusal(run(text))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.hint).toBe(`choose one: --where ${name}=${a}`)
    const first = await run(text, { where: [`${name}=${a}`] })
    expectRead(first.candles, made)
    expect(first.report.files[0]!.findings).toMatchObject([{ code: 'rows_left_out', count: 30 }])
    const other = { where: [`${name}=${b}`], key: { symbol: 'ETH-USDT', timeframe: '1h' } }
    expectRead((await run(text, other)).candles, two)
  })

  it('several, of which the second begins far down, are refused and chosen', async () => {
    const many = walk(9000, { stepMs: 60_000 })
    const text =
      csvOf(many, `symbol,${HEADER}`, row('SOLUSDT')) + two.map(row('ETHUSDT')).join('\n')
    const minute = { symbol: 'SOL-USDT', timeframe: '1m' }
    const error = await refusal(run(text, { key: minute }))
    expect(error.message).toMatch(
      /line 9002: "symbol" says "ETHUSDT", and "SOLUSDT" in the rows before/,
    )
    const where = { where: ['symbol=ETHUSDT'], key: { symbol: 'ETH-USDT', timeframe: '1h' } }
    expectRead((await run(text, where)).candles, two)
    const none = await refusal(run(text, { where: ['symbol=SOLUSD'], key: minute }))
    expect(none.message).toMatch(/did you mean "SOLUSDT"/)
  })

  it('another market is refused unless the user insists', async () => {
    const text = csvOf(made, `symbol,${HEADER}`, row('ETHUSDT'))
    const error = await refusal(run(text))
    expect(error.code).toBe('IMPORT_FORMAT')
    expect(error.message).toMatch(/does not hold SOL-USDT: its column "symbol" says "ETHUSDT"/)
    expect(error.hint).toMatch(/--symbol ETH-USDT.*--where symbol=ETHUSDT/)
    expectRead((await run(text, { where: ['symbol=ETHUSDT'] })).candles, made)
    const coin = csvOf(made, `base,counter,${HEADER}`, row('BTC,USDT'))
    expect((await refusal(run(coin))).message).toMatch(/its column "base" says "BTC"/)
  })

  it.each([
    'SOLUSDT',
    'SOL/USDT',
    'BINANCE:SOLUSDT',
    'SOL-USDT-SWAP',
    'sol_usdt',
    'SOLUSDT.P',
    'SOL',
  ])('"%s" is SOL-USDT', async name => {
    const { candles, report } = await run(csvOf(made, `symbol,${HEADER}`, row(name)))
    expectRead(candles, made)
    expect(report.files[0]!.findings).toEqual([])
  })

  it('another dollar is taken with a warning', async () => {
    const { report } = await run(csvOf(made, `ticker,${HEADER}`, row('X:SOLUSD')))
    expect(report.files[0]!.findings).toMatchObject([{ code: 'another_dollar' }])
  })

  it.each([
    ['interval', '4h', '4h'],
    ['timeframe', '240', '4h'],
    ['<PER>', '5', '5m'],
    ['granularity', 'ONE_DAY', '1d'],
  ])('another %s is refused', async (name, value, timeframe) => {
    const text = csvOf(made, `${name},${HEADER}`, row(value))
    const error = await refusal(run(text))
    expect(error.code).toBe('IMPORT_FORMAT')
    expect(error.hint).toContain(`--timeframe ${timeframe}`)
    expectRead((await run(text, { where: [`${name}=${value}`] })).candles, made)
  })

  it.each(['1h', '1H', '60', '60min', 'H1', 'PT1H', 'ONE_HOUR', '3600'])(
    'an interval of "%s" is an hour',
    async value => {
      expectRead((await run(csvOf(made, `interval,${HEADER}`, row(value)))).candles, made)
    },
  )

  it('two intervals are refused', async () => {
    const text = csvOf(made, `interval,${HEADER}`, (c, i) => row(i < 20 ? '1h' : '1m')(c))
    expect((await refusal(run(text))).hint).toBe('choose one: --where interval=1h')
  })

  it.each([
    ['complete', 'True', 'False'],
    ['confirm', '1', '0'],
    ['is_closed', 'true', 'false'],
    ['final', 'yes', 'no'],
    ['x', 'TRUE', 'FALSE'],
    ['partial', '0', '1'],
    ['is_forming', 'false', 'true'],
  ])('candles that are not finished by "%s" are left out and counted', async (name, yes, no) => {
    const text = csvOf(made, `${HEADER},${name}`, (c, i) =>
      [c.time, pricesOf(c), i < 29 ? yes : no].join(','),
    )
    const { candles, report } = await run(text)
    expectRead(candles, made.slice(0, -1))
    expect(report.files[0]!.findings).toMatchObject([{ code: 'unfinished', count: 1 }])
  })

  it('a flag that says neither ends the import', async () => {
    const text = csvOf(walk(9000), `${HEADER},complete`, (c, i) =>
      [c.time, pricesOf(c), i < 8990 ? 'true' : 'perhaps'].join(','),
    )
    expect((await refusal(run(text))).message).toMatch(/"complete" is "perhaps"/)
  })

  it('a condition that is none, or on no column, is refused', async () => {
    expect((await refusal(run(plain, { where: ['symbol'] }))).code).toBe('USAGE')
    const error = await refusal(run(plain, { where: ['symbol=A'] }))
    expect(error.hint).toMatch(/columns are time, open/)
  })
})

describe('lines', { shuffle: false }, () => {
  const ends: readonly (readonly [string, string])[] = [
    ['\\r\\n', plain.replaceAll('\n', '\r\n')],
    ['\\r', plain.replaceAll('\n', '\r')],
    ['\\r\\n in the header alone', plain.replace('\n', '\r\n')],
    ['first \\n, then \\r\\n', plain.slice(0, 400) + plain.slice(400).replaceAll('\n', '\r\n')],
    ['first \\r\\n, then \\n', plain.slice(0, 400).replaceAll('\n', '\r\n') + plain.slice(400)],
    ['no end at the end', plain.trimEnd()],
    ['blank ones between', plain.replaceAll('\n', '\n\n')],
    ['a mark of bytes twice', `\uFEFF\uFEFF${plain}`],
    ['a mark of bytes within', plain.replace('\n170', '\n\uFEFF170')],
    ['a preamble of many', `${'Licence, of many words, and more\n'.repeat(60)}${plain}`],
    [
      'comments above and between',
      `# a, b, c\n# d\n${plain.replace('\n170', '\n# halt, from here\n170')}`,
    ],
    ['a header behind #', `# ${plain}`],
    ['a footer', `${plain}Total rows: 30`],
    ['the header again', `${plain}${HEADER}\n`],
  ]
  it.each(ends)('of all kinds are read: %s', async (_, text) => {
    expectRead((await run(text)).candles, made)
  })

  const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
  const utf32le = (text: string): Buffer =>
    Buffer.concat([...text].map(c => Buffer.from([c.charCodeAt(0), 0, 0, 0])))
  it.each([
    ['UTF-16', Buffer.from(`\uFEFF${plain}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(plain, 'utf16le')],
    ['UTF-16, the other way round', utf16be(`\uFEFF${plain}`)],
    ['UTF-32', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), utf32le(plain)])],
    [
      'gzip of two members',
      Buffer.concat([gzipSync(plain.slice(0, 300)), gzipSync(plain.slice(300))]),
    ],
  ])('of all encodings are read: %s', async (_, bytes) => {
    expectRead((await run(bytes)).candles, made)
  })

  it('after which bytes trail in a gzip file are read with a warning', async () => {
    for (const tail of ['GARBAGE GARBAGE', '\n', '1f8b']) {
      const { candles, report } = await run(Buffer.concat([gzipSync(plain), Buffer.from(tail)]))
      expectRead(candles, made)
      expect(report.files[0]!.findings).toMatchObject([
        { code: 'trailing_bytes', severity: 'warning' },
      ])
    }
    const zeros = await run(Buffer.concat([gzipSync(plain), Buffer.alloc(512)]))
    expect(zeros.report.files[0]!.findings).toEqual([])
    const second = gzipSync(plain)
    second[second.length - 6]! ^= 1
    const damaged = await refusal(run(Buffer.concat([gzipSync(plain), second])))
    expect(damaged.message).toMatch(/damaged or cut off gzip/)
  })

  it('cut off at the end are left out with a warning; cut short within they end the import', async () => {
    const { candles, report } = await run(plain.trimEnd().slice(0, -20))
    expectRead(candles, made.slice(0, -1))
    expect(report.files[0]!.findings).toMatchObject([{ code: 'cut_off', severity: 'warning' }])
    const rows = plain.trimEnd().split('\n')
    rows[20] = rows[20]!.split(',').slice(0, 3).join(',')
    expect((await refusal(run(`${rows.join('\n')}\n`))).message).toMatch(/line 21: low "" is not/)
  })

  it('shorter than the header lack what stands at the end, and are counted', async () => {
    const text = csvOf(made, `${HEADER},trades`, (c, i) =>
      i % 2 === 0
        ? `${c.time},${pricesOf(c)},5`
        : `${c.time},${c.open},${c.high},${c.low},${c.close}`,
    )
    const { candles, report } = await run(text)
    expectRead(candles, made, { hasVolume: false })
    expect([candles.volume[0], candles.volume[1]]).toEqual([Number(made[0]!.volume), 0])
    expect(report.files[0]!.findings).toMatchObject([{ code: 'short_rows', count: 15 }])
  })

  it.each(['null', 'NaN', 'nan', '', 'N/A', 'None', '-', '#N/A'])(
    'whose prices are all "%s" are passed over and counted',
    async nothing => {
      const text = csvOf(made, HEADER, (c, i) =>
        i === 12 ? [c.time, ...Array(5).fill(nothing)].join(',') : `${c.time},${pricesOf(c)}`,
      )
      const { candles, report } = await run(text)
      expectRead(
        candles,
        made.filter((_, i) => i !== 12),
      )
      expect(report.files[0]!.findings).toMatchObject([{ code: 'rows_without_prices', count: 1 }])
    },
  )
})
