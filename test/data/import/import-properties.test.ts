import { importedKey } from '../../../src/core/candles/symbols.js'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLUMNS } from '../../../src/core/candles/candles.js'
import { AppError } from '../../../src/core/errors.js'
import { formatTime } from '../../../src/core/candles/time.js'
import type { ImportOptions } from '../../../src/data/import/tables/options.js'
import { importKit } from './import-kit.js'

const MINUTE = 60_000
const kit = importKit()
let runs = 0

interface Cells {
  readonly time: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

/** A price in hundred-millionths, written out. */
const decimal = (units: number): string => (units / 1e8).toFixed(8)

/** What a candle does to the price before it, in millionths of it; never nothing at all. */
const move = fc.record({
  gap: fc.integer({ min: -3, max: 3 }),
  body: fc.integer({ min: 100, max: 9_000 }),
  isUp: fc.boolean(),
  top: fc.integer({ min: 10, max: 4_000 }),
  bottom: fc.integer({ min: 10, max: 4_000 }),
  volume: fc.integer({ min: 0, max: 1e15 }),
  minutes: fc.constantFrom(1, 1, 1, 1, 1, 2, 5),
})

/** Candles of which each opens near the close before, as those of all markets do. */
const candles = fc
  .record({
    start: fc.integer({ min: 2_000_000, max: 60_000_000 }),
    price: fc.integer({ min: 1e6, max: 1e12 }),
    list: fc.array(move, { minLength: 12, maxLength: 40 }),
  })
  .map(({ start, price, list }): Cells[] => {
    let [minute, close] = [start, price]
    return list.map(({ gap, body, isUp, top, bottom, volume, minutes }) => {
      const by = (units: number, millionths: number): number =>
        Math.max(1, Math.round((units * millionths) / 1e6))
      const open = close + Math.sign(gap) * (gap === 0 ? 0 : by(close, Math.abs(gap)))
      close = open + (isUp ? 1 : -1) * by(open, body)
      const high = Math.max(open, close) + by(open, top)
      const low = Math.min(open, close) - by(open, bottom)
      const [o, h, l, c] = [open, high, low, close].map(decimal)
      return {
        time: (minute += minutes) * MINUTE,
        ...{ open: o!, high: h!, low: l!, close: c! },
        volume: decimal(volume),
      }
    })
  })

type TimeStyle = (time: number) => string
const two = (value: number): string => String(value).padStart(2, '0')
const parts = (time: number): Date => new Date(time)
const TIME_STYLES: Readonly<Record<string, TimeStyle>> = {
  seconds: time => String(time / 1000),
  millis: time => String(time),
  micros: time => String(time * 1000),
  nanos: time => `${time}000000`,
  iso: time => formatTime(time),
  offset: time => formatTime(time + 3 * 3_600_000).replace('Z', '+03:00'),
  space: time => formatTime(time).replace('T', ' ').replace('Z', '+00:00'),
  half: time => {
    const d = parts(time)
    const hours = d.getUTCHours()
    const clock = `${two(hours % 12 || 12)}:${two(d.getUTCMinutes())} ${hours < 12 ? 'AM' : 'PM'}`
    return `${formatTime(time).slice(0, 10)} ${clock} UTC`
  },
  compact: time => `${formatTime(time).slice(0, 16).replaceAll('-', '').replace('T', ' ')}Z`,
}

const dialect = fc.record({
  separator: fc.constantFrom(',', '\t', ';', '|'),
  newline: fc.constantFrom('\n', '\r\n'),
  header: fc.constantFrom('lower', 'upper', 'extra', 'none', 'prose'),
  order: fc.constantFrom('ohlc', 'ochl', 'lhoc'),
  time: fc.constantFrom(...Object.keys(TIME_STYLES)),
  newestFirst: fc.boolean(),
  quoted: fc.boolean(),
  bom: fc.boolean(),
  gzip: fc.boolean(),
  index: fc.constantFrom('none', 'none', 'unnamed', 'named'),
  market: fc.boolean(),
  finished: fc.constantFrom('none', 'none', 'all', 'one is not'),
  decimals: fc.constantFrom('.', '.', ','),
  comments: fc.boolean(),
  ends: fc.boolean(),
  trailing: fc.constantFrom('', '', 'half a row', 'gzip'),
})
type Dialect = typeof dialect extends fc.Arbitrary<infer T> ? T : never

const ORDERS: Readonly<Record<string, readonly ('open' | 'high' | 'low' | 'close')[]>> = {
  ohlc: ['open', 'high', 'low', 'close'],
  ochl: ['open', 'close', 'high', 'low'],
  lhoc: ['low', 'high', 'open', 'close'],
}

/** What stands beside the candles of a table with a header. */
interface Extra {
  readonly name: string
  readonly cell: (i: number, count: number) => string
  readonly isFirst: boolean
}

function extrasOf(d: Dialect): Extra[] {
  if (d.header === 'none') return []
  const index = { name: d.index === 'named' ? 'index' : '', isFirst: true }
  return [
    ...(d.index === 'none' ? [] : [{ ...index, cell: (i: number) => String(i) }]),
    ...(d.market ? [{ name: 'ticker', cell: () => 'TESTUSD', isFirst: true }] : []),
    ...(d.header === 'extra' ? [{ name: 'trades', cell: () => '7', isFirst: false }] : []),
    ...(d.finished === 'none'
      ? []
      : [
          {
            name: 'is_closed',
            isFirst: false,
            cell: (i: number, count: number) => finished(d, i, count),
          },
        ]),
  ]
}

function finished(d: Dialect, i: number, count: number): string {
  return String(d.finished === 'all' || i < count - 1)
}

/** Commas between columns leave none for decimals, unless cells are quoted. */
const hasCommas = (d: Dialect): boolean => d.decimals === ',' && (d.separator !== ',' || d.quoted)
const isCut = (d: Dialect): boolean =>
  d.trailing === 'half a row' && !d.newestFirst && !(hasCommas(d) && d.separator === ',')

function write(list: readonly Cells[], d: Dialect): Uint8Array {
  const order = ORDERS[d.order]!
  const extras = extrasOf(d)
  const quote = (cell: string): string => (d.quoted ? `"${cell}"` : cell)
  const number = (cell: string): string => (hasCommas(d) ? cell.replace('.', ',') : cell)
  const around = (isFirst: boolean, of: (extra: Extra) => string): string[] =>
    extras.filter(extra => extra.isFirst === isFirst).map(of)
  const rows = list.map((cells, i) => {
    const cell = (extra: Extra): string => extra.cell(i, list.length)
    const own = [...order.map(role => cells[role]), cells.volume].map(number)
    const time = TIME_STYLES[d.time]!(cells.time)
    return [...around(true, cell), time, ...own, ...around(false, cell)]
      .map(quote)
      .join(d.separator)
  })
  if (d.newestFirst) rows.reverse()
  const names = [
    ...around(true, ({ name }) => name),
    ...['time', ...order, 'volume'],
    ...around(false, ({ name }) => name),
  ]
  const header = (d.header === 'upper' ? names.map(n => n.toUpperCase()) : names).join(d.separator)
  if (d.comments) rows.splice(5, 0, '# the exchange was away; no candle')
  const lines = [
    ...(d.header === 'prose' ? ['Downloaded from somewhere'] : []),
    ...(d.header === 'none' ? [] : [header]),
    ...rows,
  ]
  // Files that were written on two systems have both ends of lines.
  const ends = (i: number): string => (d.ends && i % 3 === 0 ? '\r\n' : d.newline)
  const whole = (d.bom ? '\uFEFF' : '') + lines.map((line, i) => line + ends(i)).join('')
  const cut = isCut(d)
    ? lines[lines.length - 1]!.split(d.separator).slice(0, 3).join(d.separator)
    : ''
  const bytes = d.gzip ? gzipSync(whole + cut) : Buffer.from(whole + cut)
  return d.gzip && d.trailing === 'gzip' ? Buffer.concat([bytes, Buffer.from('rest')]) : bytes
}

const rowOf = (c: Cells): unknown[] => [c.time, c.open, c.high, c.low, c.close, c.volume]
const columnOf = (list: readonly Cells[], name: keyof Cells): unknown[] => list.map(c => c[name])
const NAMES: readonly (keyof Cells)[] = ['time', 'open', 'high', 'low', 'close', 'volume']

/** The shapes that JSON of candles has. */
const JSON_SHAPES: Readonly<Record<string, (list: readonly Cells[]) => string>> = {
  arrays: list => JSON.stringify(list.map(rowOf)),
  objects: list => JSON.stringify(list),
  columns: list => JSON.stringify(Object.fromEntries(NAMES.map(n => [n, columnOf(list, n)]))),
  lines: list => list.map(c => JSON.stringify(c)).join('\n'),
  'lines of cells': list => list.map(c => JSON.stringify(rowOf(c))).join('\r\n'),
  index: list => JSON.stringify(Object.fromEntries(list.map(({ time, ...rest }) => [time, rest]))),
  'columns by index': list =>
    JSON.stringify(
      Object.fromEntries(NAMES.map(n => [n, Object.fromEntries(columnOf(list, n).entries())])),
    ),
  split: list => JSON.stringify({ columns: NAMES, index: [...list.keys()], data: list.map(rowOf) }),
  nested: list => JSON.stringify({ ok: true, data: { items: list } }),
  pretty: list => JSON.stringify(list, null, 2),
  'with NaN': list => `[${list.map(c => `[${rowOf(c).slice(0, 5).join()},NaN]`).join()}]`,
}

describe('any table in any dialect', () => {
  it('gives the same columns', async () => {
    await fc.assert(
      fc.asyncProperty(candles, dialect, async (list, d) => {
        const file = kit.write(`table-${runs++}.txt`, write(list, d))
        const { candles: read, report } = await kit.run(file, {
          key: { symbol: 'TEST-USD', timeframe: '1m' },
          replace: true,
        })
        const isLeftOut = d.header !== 'none' && d.finished === 'one is not'
        const kept = isLeftOut ? list.slice(0, -1) : list
        const expected = (column: (typeof COLUMNS)[number]): number[] =>
          kept.map(c => Number(c[column]))
        for (const column of COLUMNS) {
          expect(Array.from(read[column].subarray(0, read.length)), column).toEqual(
            expected(column),
          )
        }
        const codes = report.files[0]!.findings.map(({ code }) => code)
        expect(codes.includes('unfinished')).toBe(isLeftOut)
        expect(codes.includes('cut_off')).toBe(isCut(d))
        expect(codes.includes('trailing_bytes')).toBe(d.gzip && d.trailing === 'gzip')
        await kit.library.remove(importedKey({ symbol: 'TEST-USD', timeframe: '1m' }))
      }),
      { numRuns: 120 },
    )
  })

  it('of JSON, too', async () => {
    await fc.assert(
      fc.asyncProperty(
        candles,
        fc.constantFrom(...Object.keys(JSON_SHAPES)),
        async (list, shape) => {
          const file = kit.write(`table-${runs++}.json`, JSON_SHAPES[shape]!(list))
          const { candles: read } = await kit.run(file)
          expect(Array.from(read.close.subarray(0, read.length))).toEqual(
            list.map(({ close }) => Number(close)),
          )
          expect(Array.from(read.time.subarray(0, read.length))).toEqual(
            list.map(({ time }) => time),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('whatever a file holds', () => {
  const options = fc.record({
    quoteVolume: fc.boolean(),
    timeZone: fc.constantFrom(undefined, 'UTC', 'Europe/Berlin', 'nonsense'),
    timeFormat: fc.constantFrom(undefined, 'dmy' as const, 'ms' as const),
    columns: fc.constantFrom(undefined, 'time,open,high,low,close', 'time=a,open=b', 'x'),
    priceScale: fc.constantFrom(undefined, '0.01', 'seven'),
    decimal: fc.constantFrom(undefined, undefined, ',' as const, '.' as const),
    thousands: fc.constantFrom(undefined, undefined, ',' as const),
    where: fc.constantFrom(undefined, undefined, ['symbol=A'], ['#2=10'], ['nothing']),
    timeLabel: fc.constantFrom(undefined, 'close' as const),
  })
  const survives = async (
    content: Uint8Array | string,
    said: Partial<ImportOptions>,
  ): Promise<void> => {
    try {
      await kit.run(kit.write(`any-${runs++}`, content), said)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      expect(error.message).not.toBe('')
      expect(error.hint, error.message).not.toBe('')
      expect(error.exitCode).toBe(2)
    }
  }

  it('bytes end in candles or in an error that helps', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map(b => gzipSync(b)),
      fc.uint8Array({ maxLength: 60 }).map(b => Buffer.concat([Buffer.from([0x1f, 0x8b]), b])),
    )
    await fc.assert(fc.asyncProperty(bytes, options, survives), { numRuns: 60 })
  })

  it('rows of odd cells end in candles or in an error that helps', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        'NaN',
        '-1',
        '1e5',
        '0',
        '10',
        '11',
        '2024-01-01',
        '3/4/2020',
        '12:30',
        '"',
        'null',
        '1.6E+12',
        '20240101',
        ' ',
        '∞',
        '{',
        '[1',
        '1.234,5',
        '$5',
        '3K',
        '45292',
        '093000',
        '2024-01-01 02:30 US/Eastern',
        'true',
        'SOLUSDT',
        '1h',
      ),
      fc.string({ maxLength: 8 }),
      fc.integer({ min: 1, max: 2e9 }).map(String),
    )
    const row = fc.array(cell, { minLength: 1, maxLength: 8 }).map(cells => cells.join(','))
    const header = fc.constantFrom(
      'time,open,high,low,close,volume\n',
      '',
      'Date,Time,Open,High,Low,Close\n',
      'a:open,b:open\n',
      'symbol,interval,time,open,high,low,close,volume,quote_volume,closed\n',
      'Price,Close,High,Low,Open\nTicker,A,A,B,B\nDate,,,,\n',
      '# a\nDatum;Erster;Hoch;Tief;Schluss\n',
    )
    const text = fc
      .tuple(header, fc.array(row, { maxLength: 12 }))
      .map(([h, rows]) => h + rows.join('\n'))
    await fc.assert(fc.asyncProperty(text, options, survives), { numRuns: 120 })
  })

  it('JSON of any shape ends in candles or in an error that helps', async () => {
    await fc.assert(fc.asyncProperty(fc.json({ maxDepth: 4 }), options, survives), { numRuns: 60 })
  })
})
