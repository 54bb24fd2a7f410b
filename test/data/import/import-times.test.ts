import { importedKey } from '../../../src/core/candles/symbols.js'
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
const HOUR = 3_600_000
const DAY = 24 * HOUR
const made = walk(30)
const days = walk(30, { stepMs: DAY })
const key = { symbol: 'SOL-USDT', timeframe: '1h' }
const daily = { symbol: 'SOL-USDT', timeframe: '1d' }
const HEADER = 'time,open,high,low,close,volume'

const run = async (text: string, options: Partial<ImportOptions> = {}) => {
  await kit.library.remove(importedKey(options.key ?? key))
  return kit.run(kit.write(`times-${files++}.csv`, text), { key, ...options })
}
/** Candles whose times are written in some way. */
const written = (
  style: (time: number) => string | number,
  { header = HEADER, list = made }: { header?: string; list?: readonly MadeCandle[] } = {},
): string => csvOf(list, header, c => `${style(c.time)},${pricesOf(c)}`)

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const ctime = (time: number, zone = ''): string => {
  const date = new Date(time)
  const day = String(date.getUTCDate()).padStart(2)
  const clock = isoOf(time).slice(11)
  return `${DAYS[date.getUTCDay()]!} ${MONTHS[date.getUTCMonth()]!} ${day} ${clock} ${zone}${date.getUTCFullYear()}`
}
const compact = (time: number): string => isoOf(time).slice(0, 10).replaceAll('-', '')
const digits = (time: number): string => isoOf(time).slice(11).replaceAll(':', '')

describe('a running index', { shuffle: false }, () => {
  const indexes: readonly (readonly [string, string, (i: number) => number])[] = [
    ['without a name', '', i => i],
    ['called index', 'index', i => i],
    ['called time', 'time', i => i],
    ['called id, from 1', 'id', i => i + 1],
    ['with gaps, of a filtered frame', '', i => i * 3 + (i % 2)],
    ['from far up, of the end of a frame', '', i => 40_000 + i],
  ]
  it.each(indexes)('%s is no time', async (_, name, at) => {
    for (const style of [String, (time: number) => `${isoOf(time)}+00:00`]) {
      const text = csvOf(
        made,
        `${name},timestamp,open,high,low,close,volume`,
        (c, i) => `${at(i)},${style(c.time)},${pricesOf(c)}`,
      )
      expectRead((await run(text)).candles, made)
    }
  })

  it('is none without a header either, nor on seconds', async () => {
    const seconds = walk(60, { stepMs: 1000 })
    const text = csvOf(seconds, '', (c, i) => `${i},${c.time},${pricesOf(c)}`)
    expectRead((await run(text, { key: { symbol: 'A', timeframe: '1s' } })).candles, seconds)
  })

  it('alone leaves a file without times, also on seconds', async () => {
    for (const timeframe of ['1h', '1s']) {
      const text = csvOf(made, HEADER, (c, i) => `${i},${pricesOf(c)}`)
      const error = await refusal(run(text, { key: { symbol: 'A', timeframe } }))
      expect(error.code).toBe('IMPORT_FORMAT')
      expect(error.message).toMatch(/"time" only counts the rows/)
      expect(error.hint).toMatch(/--columns/)
    }
  })
})

describe('times as programs write them', { shuffle: false }, () => {
  const zoned: readonly (readonly [string, (time: number) => string | number])[] = [
    ['RFC 2822', time => `"${new Date(time).toUTCString().replace('GMT', '+0000')}"`],
    ['HTTP', time => `"${new Date(time).toUTCString()}"`],
    ['Unix date', time => ctime(time, 'UTC ')],
    [
      'JavaScript',
      time => `${ctime(time).slice(0, 10)} 2024 ${isoOf(time).slice(11)} GMT+0000 (UTC)`,
    ],
    ['nanoseconds', time => `${time}000000`],
    ['ticks of .NET', time => String(BigInt(time) * 10_000n + 621_355_968_000_000_000n)],
    ['compact with Z', time => `${compact(time)}T${digits(time)}Z`],
    ['a zone of Interactive Brokers', time => `${compact(time)} ${isoOf(time).slice(11)} UTC`],
  ]
  it.each(zoned)('%s', async (_, style) => {
    expectRead((await run(written(style))).candles, made)
  })

  const naive: readonly (readonly [string, string, (time: number) => string | number])[] = [
    ['ctime', HEADER, ctime],
    ['spreadsheet serials', HEADER, time => (time / DAY + 25_569).toFixed(9)],
    ['Stooq', '<DATE>,<TIME>,open,high,low,close,volume', t => `${compact(t)},${digits(t)}`],
    [
      'MetaStock',
      '<DTYYYYMMDD>,<TIME>,open,high,low,close,volume',
      t => `${compact(t)},${digits(t).slice(0, 4)}`,
    ],
    [
      'clocks without their zeros',
      '<DATE>,<TIME>,open,high,low,close,volume',
      t => `${compact(t)},${Number(digits(t))}`,
    ],
    ['no header and clocks of digits', '', t => `${compact(t)},${digits(t)}`],
    [
      'MetaTrader 4',
      '',
      t => `${isoOf(t).slice(0, 10).replaceAll('-', '.')},${isoOf(t).slice(11, 16)}`,
    ],
  ]
  it.each(naive)('%s, once the zone is said', async (_, header, style) => {
    const text = written(style, { header })
    expect((await refusal(run(text))).hint).toMatch(/--time-zone UTC/)
    expectRead((await run(text, { timeZone: 'UTC' })).candles, made)
  })

  it('days: serials of spreadsheets, and Stooq with a clock of zeros', async () => {
    const serials = written(t => t / DAY + 25_569, {
      header: HEADER.replace('time', 'Date'),
      list: days,
    })
    expectRead((await run(serials, { key: daily })).candles, days)
    const stooq = csvOf(
      days,
      '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>',
      c => `SOLUSDT,D,${compact(c.time)},000000,${pricesOf(c)},0`,
    )
    expectRead((await run(stooq, { key: daily })).candles, days)
  })

  it('a date outside of all years is named', async () => {
    const text = written(t => isoOf(t).slice(0, 10).replace('2024', '1698'), { list: days })
    expect((await refusal(run(text, { key: daily }))).message).toMatch(/"1698-01-01", outside/)
  })
})

describe('zones', { shuffle: false }, () => {
  const local = (time: number): string => isoOf(time)

  it.each([
    'Date (EST)',
    'Local time',
    'time_kst',
    'Time (UTC+3)',
    'datetime_new_york',
    'Time America/New_York',
  ])('under "%s" are asked about, on days, too', async name => {
    const header = HEADER.replace('time', name)
    for (const [list, timeframe] of [
      [made, '1h'],
      [days, '1d'],
    ] as const) {
      const text = written(local, { header, list })
      const options = { key: { symbol: 'SOL-USDT', timeframe } }
      const error = await refusal(run(text, options))
      expect(error.code).toBe('IMPORT_AMBIGUOUS')
      expect(error.message).toContain(name)
      expect(error.hint).toMatch(/--time-zone/)
      expectRead((await run(text, { ...options, timeZone: 'UTC' })).candles, list)
    }
  })

  it.each(['Date (UTC)', 'timestamp_utc', 'Gmt time', 'open_time_utc', 'datetimeUTC'])(
    'are UTC where the column "%s" says so',
    async name => {
      const { candles, report } = await run(
        written(local, { header: HEADER.replace('time', name) }),
      )
      expectRead(candles, made)
      expect(report.files[0]!.notes.join()).toContain(`"${name}" says that its times are UTC`)
    },
  )

  it.each([
    '# all times are UTC',
    'Timestamps are UTC timezone,https://example.org',
    'source: utc-data.org',
  ])('are not proved by the text "%s"', async prose => {
    const error = await refusal(run(`${prose}\n${written(local)}`))
    expect(error.message).toMatch(/times without a zone/)
  })

  it('are read from names behind the times', async () => {
    const shift = (hours: number): MadeCandle[] =>
      made.map(c => ({ ...c, time: c.time + hours * HOUR }))
    const cases: readonly (readonly [string, number])[] = [
      ['US/Eastern', 5],
      ['America/New_York', 5],
      ['MET', -1],
      ['Japan', -9],
      ['EST', 5],
      ['JST', -9],
    ]
    for (const [zone, hours] of cases) {
      const text = written(t => `${compact(t)} ${isoOf(t).slice(11)} ${zone}`)
      const { candles, report } = await run(text)
      expectRead(candles, shift(hours))
      expect(report.files[0]!.notes.join()).toContain(zone)
    }
  })

  it('are asked about where a name means several, or winter time stands in summer', async () => {
    const unclear = written(t => `${isoOf(t)} CST`)
    expect((await refusal(run(unclear))).message).toMatch(
      /"CST", which may be one of several zones/,
    )
    expectRead((await run(unclear, { timeZone: 'UTC' })).candles, made)
    const summer = walk(30, { since: Date.UTC(2024, 6, 1) })
    const text = written(t => `${isoOf(t)} EST`, { list: summer })
    expect((await refusal(run(text))).hint).toMatch(/--time-zone/)
  })
})

describe('an hour that comes twice', { shuffle: false }, () => {
  const half = { symbol: 'AUTUMN', timeframe: '30m' }
  const berlin = (time: number): string =>
    new Date(time).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' })
  const autumn = walk(14, { stepMs: HOUR / 2, since: Date.UTC(2024, 9, 26, 22) })
  const zone = { key: half, timeZone: 'Europe/Berlin' }

  it('is told by the order of its rows, forwards, backwards and by name', async () => {
    expectRead((await run(written(berlin, { list: autumn }), zone)).candles, autumn)
    const backwards = written(berlin, { list: [...autumn].reverse() })
    expectRead((await run(backwards, zone)).candles, autumn)
    const named = written(t => `${berlin(t)} Europe/Berlin`, { list: autumn })
    expectRead((await run(named, { key: half })).candles, autumn)
  })

  it('is refused where the rows come only once, or begin within', async () => {
    const first = Date.UTC(2024, 9, 27, 0)
    const once = autumn.filter(({ time }) => time < first || time >= first + HOUR)
    const error = await refusal(run(written(berlin, { list: once }), zone))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.message).toMatch(/2024-10-27 02:00/)
    const within = autumn.filter(({ time }) => time >= first + HOUR)
    expect((await refusal(run(written(berlin, { list: within }), zone))).code).toBe(
      'IMPORT_AMBIGUOUS',
    )
  })
})

describe('what a time names', { shuffle: false }, () => {
  const closes: readonly (readonly [string, string, (time: number) => string | number])[] = [
    ['the last second', 'time', t => `${isoOf(t + HOUR - 1000, 'T')}Z`],
    ['the last millisecond', 'timestamp', t => t + HOUR - 1],
    ['a column of closes', 'close_time', t => t + HOUR],
    ['closes at the last millisecond', 'Close time', t => t + HOUR - 1],
  ]
  it.each(closes)('is the close: %s', async (_, name, style) => {
    const text = written(style, { header: HEADER.replace('time', name) })
    const { candles, report } = await run(text)
    expectRead(candles, made)
    expect(report.files[0]!.notes.join()).toMatch(/1h earlier is the open/)
    expectRead((await run(text, { timeLabel: 'close' })).candles, made)
  })

  it('is the close of a day at 23:59:59', async () => {
    const text = written(t => isoOf(t + DAY - 1000), { list: days })
    expectRead((await run(text, { key: daily })).candles, days)
  })

  it('is told by exact names: highs and lows have times of their own', async () => {
    const text = csvOf(
      days,
      'timeOpen,timeClose,timeHigh,timeLow,open,high,low,close,volume,timestamp',
      (c, i) => {
        const at = (offset: number): string => new Date(c.time + offset).toISOString()
        const [high, low] = [at(((i * 7) % 24) * HOUR), at(((i * 5) % 24) * HOUR)]
        return [at(0), at(DAY - 1), high, low, pricesOf(c), at(DAY - 1)].join(',')
      },
    )
    expectRead((await run(text, { key: daily })).candles, days)
  })

  it('is not that of the first or last trade, which stand beside it at CoinAPI', async () => {
    const names = 'time_period_start,time_period_end,time_open,time_close'
    const text = csvOf(made, `${names},open,high,low,close,volume`, (c, i) => {
      const at = (offset: number): string => new Date(c.time + offset).toISOString()
      return [at(0), at(HOUR), at(i * 1000), at(HOUR - i * 9000 - 1), pricesOf(c)].join(',')
    })
    expectRead((await run(text)).candles, made)
  })

  it('is decided by --columns against what other columns say', async () => {
    const text = csvOf(made, 'unix,date,open,high,low,close,volume', (c, i) =>
      [c.time / 1000 + (i > 20 ? 7200 : 0), `${isoOf(c.time)}Z`, pricesOf(c)].join(','),
    )
    const said = 'time=date,open=open,high=high,low=low,close=close,volume=volume'
    expectRead((await run(text, { columns: said })).candles, made)
  })

  it('opens a week on Monday', async () => {
    const weeks = walk(12, { stepMs: 7 * DAY })
    const options = { key: { symbol: 'WEEKS', timeframe: '1w' } }
    const { candles, report } = await run(
      written(t => isoOf(t).slice(0, 10), { list: weeks }),
      options,
    )
    expectRead(candles, weeks)
    expect(report.files[0]!.findings).toEqual([])
  })
})

describe('the timeframe of a file', { shuffle: false }, () => {
  it('is that of most of its rows, as data check tests it', async () => {
    const mixed = [...walk(4), ...walk(20, { stepMs: 4 * HOUR, since: made[4]!.time })]
    const error = await refusal(run(written(String, { list: mixed })))
    expect(error.code).toBe('IMPORT_FORMAT')
    expect(error.message).toMatch(/looks like 4h/)
  })

  it('may hide behind gaps and any order of rows', async () => {
    const gaps = made.filter((_, i) => i % 3 !== 2)
    expectRead((await run(written(String, { list: gaps }))).candles, gaps)
    const shuffled = [...made].sort((a, b) => ((a.time / HOUR) % 7) - ((b.time / HOUR) % 7))
    expectRead((await run(written(String, { list: shuffled }))).candles, made)
    const other = walk(40, { stepMs: 4 * HOUR })
    const far = [...other].sort((a, b) => ((a.time / HOUR) % 7) - ((b.time / HOUR) % 7))
    expect((await refusal(run(written(String, { list: far })))).message).toMatch(/4h/)
  })
})
