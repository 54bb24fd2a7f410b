import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { csvRows, HEADER, importKit, refusal } from './import-kit.js'

const kit = importKit()
let files = 0
const put = (rows: readonly string[], header = HEADER): string =>
  kit.write(`rows-${files++}.csv`, [header, ...rows].join('\n'))

describe('importing', { shuffle: false }, () => {
  it('adds nothing the second time, by the file or by its candles', async () => {
    const key = { symbol: 'TWICE', timeframe: '1m' }
    const file = put(csvRows(50))
    const first = await kit.run(file, { key })
    expect(first.report).toMatchObject({ imported: 50, unchanged: 0 })
    const again = await kit.run(file, { key })
    expect(again.report).toMatchObject({ imported: 0, unchanged: 50 })
    const renamed = put(csvRows(60))
    const more = await kit.run(renamed, { key })
    expect(more.report).toMatchObject({ imported: 10, unchanged: 50 })
    expect(more.candles.length).toBe(60)
    const before = await kit.run(file, { key })
    expect(before.report, 'known, but candles came since').toMatchObject({ unchanged: 50 })
    expect(before.report.dataSet.dataHash).toBe(more.report.dataSet.dataHash)
  })

  it('refuses a candle that differs from the stored one, and replaces it when told', async () => {
    const key = { symbol: 'CONFLICT', timeframe: '1m' }
    const rows = csvRows(10)
    const before = (await kit.run(put(rows), { key })).report.dataSet
    const changed = [
      ...rows.slice(0, 4),
      rows[4]!.replace(/,[^,]*$/, ',999'),
      ...csvRows(12).slice(5),
    ]
    const error = await refusal(kit.run(put(changed), { key }))
    expect(error.code).toBe('IMPORT_CONFLICT')
    expect(error.message).toMatch(/line 6/)
    expect(error.hint).toMatch(/--replace/)
    expect((await kit.library.load('CONFLICT', '1m')).dataSet).toEqual(before)
    const { report, candles } = await kit.run(put(changed), { key, replace: true })
    expect(report).toMatchObject({ imported: 2, replaced: 1, unchanged: 9 })
    expect(candles.volume[4]).toBe(999)
    expect(candles.length).toBe(12)
  })

  it('stores nothing of several files where one is refused', async () => {
    const key = { symbol: 'ALLORNONE', timeframe: '1m' }
    const good = put(csvRows(10))
    const bad = put([...csvRows(3, 1_800_000_000_000), '1800000180000,1,2,x,1,1'])
    const error = await refusal(kit.run([good, bad], { key }))
    expect(error.message).toMatch(/line 5: low "x" is not a price/)
    expect((await refusal(kit.library.load('ALLORNONE', '1m'))).code).toBe('NO_CANDLES')
  })

  it('drops a repeated row and refuses two that differ, naming both lines', async () => {
    const rows = csvRows(5)
    const { report } = await kit.run(put([...rows, rows[1]!]))
    expect(report).toMatchObject({ imported: 5, duplicates: 1 })
    const error = await refusal(kit.run(put([...rows, rows[1]!.replace(/,[^,]*$/, ',7')])))
    expect(error.message).toMatch(/line 7: .* differs from the one in .* line 3/)
    const other = put([rows[1]!.replace(/,[^,]*$/, ',7')])
    const across = await refusal(kit.run([put(rows), other]))
    expect(across.message, 'names both files').toMatch(
      /rows-\d+\.csv" line 2.*rows-\d+\.csv" line 3/,
    )
  })

  it('fills in candles between, before and after those stored', async () => {
    const key = { symbol: 'FILL', timeframe: '1m' }
    const rows = csvRows(30)
    const whole = (await kit.run(put(rows))).report.dataSet.dataHash
    await kit.run(put(rows.filter((_, i) => i % 5 > 1)), { key })
    const { report } = await kit.run(put([...rows].reverse()), { key })
    expect(report).toMatchObject({ imported: 12, unchanged: 18 })
    expect(report.dataSet.dataHash).toBe(whole)
  })

  it('keeps and counts candles whose range does not hold their open', async () => {
    const { report, candles } = await kit.run(
      put([
        '1700000040000,9,12,10,11,1',
        '1700000100000,11,12,10,13,1',
        '1700000160000,11,12,10,11,1',
      ]),
    )
    expect(candles.open[0]).toBe(9)
    expect(report.files[0]!.findings).toMatchObject([{ code: 'outside_range', count: 2 }])
  })

  it('counts an empty volume as 0', async () => {
    const { candles, report } = await kit.run(
      put(csvRows(3).map(row => row.replace(/,[^,]*$/, ','))),
    )
    expect(Array.from(candles.volume)).toEqual([0, 0, 0])
    expect(report.imported).toBe(3)
  })

  it('leaves no drafts of the cache behind', () => {
    expect(readdirSync(`${kit.folder}/cache`).filter(name => !name.endsWith('.columns'))).toEqual(
      [],
    )
  })
})

describe('what an import refuses', { shuffle: false }, () => {
  const row = (change: Partial<Record<'t' | 'o' | 'h' | 'l' | 'c' | 'v', string>>): string => {
    const cells = { t: '1700000400000', o: '10', h: '12', l: '9', c: '11', v: '5', ...change }
    return Object.values(cells).join(',')
  }
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['text in a price', row({ o: 'ten' }), /line 12: open "ten" is not a price/],
    ['a negative price', row({ l: '-1' }), /low "-1" is not a price/],
    ['a price of 0', row({ o: '0' }), /open "0" is not above 0/],
    ['an infinite price', row({ h: 'Infinity' }), /high "Infinity"/],
    ['a price beyond numbers', row({ h: '1e999' }), /high "1e999"/],
    ['NaN', row({ c: 'NaN' }), /close "NaN"/],
    ['a hexadecimal price', row({ c: '0x10' }), /close "0x10"/],
    ['high below low', row({ h: '8', l: '9', o: '8', c: '8' }), /high 8 is below low 9/],
    ['a negative volume', row({ v: '-5' }), /volume "-5"/],
    ['a short row', '1700000400000,10,12', /line 12: low "" is not a price/],
    ['a long row', `${row({})},7`, /has 7 cells where the file has 6 columns/],
    ['a broken time', row({ t: 'yesterday' }), /"yesterday" is not a time/],
  ]
  it.each(cases)('%s', async (_, bad, message) => {
    const rows = csvRows(11, 1_700_000_460_000)
    const error = await refusal(kit.run(put([...rows.slice(0, 10), bad, rows[10]!])))
    expect(error.code).toBe('IMPORT_ROW')
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(message)
    expect(error.hint).not.toBe('')
  })

  it('an impossible date', async () => {
    const rows = ['2024-02-28', '2024-02-29', '2024-02-30'].map(day => `${day},10,12,9,11,5`)
    const error = await refusal(
      kit.run(put([...rows]), { key: { symbol: 'DATE', timeframe: '1d' } }),
    )
    expect(error.message).toMatch(/2024-02-30/)
  })

  const unreadable: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ['an empty file', '', /is empty/],
    ['a binary file', Uint8Array.from({ length: 300 }, (_, i) => i % 7), /is binary/],
    [
      'a truncated gzip file',
      gzipSync(csvRows(500).join('\n')).subarray(0, 400),
      /damaged or cut off gzip/,
    ],
    ['a Parquet file', 'PAR1xxxxxxx', /Parquet/],
    ['a cut off ZIP archive', 'PK\u0003\u0004xxxx', /cut off ZIP archive/],
    ['gzip in gzip', gzipSync(gzipSync('a,b')), /compressed with gzip twice/],
    ['a tar archive', `${'x'.padEnd(257, '\0')}ustar`, /a tar archive, not/],
    [
      'a tar archive in gzip',
      gzipSync(`${'x'.padEnd(257, '\0')}ustar`),
      /a tar archive compressed with gzip/,
    ],
    [
      'an error page',
      '<!DOCTYPE html><html><head><title>403 Forbidden</title></head></html>',
      /a web page \(HTML\), "403 Forbidden"/,
    ],
    [
      'an error in XML',
      '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
      /an XML document, "NoSuchKey"/,
    ],
    [
      'text that turns to zeros',
      `${HEADER}\n${csvRows(3).join('\n')}\n\0\0\0\0`,
      /damaged: it has zero bytes from line 5/,
    ],
  ]
  it.each(unreadable)('%s', async (name, content, message) => {
    const error = await refusal(kit.run(kit.write(`${name}.bin`, content)))
    expect(error.code).toBe('IMPORT_UNREADABLE')
    expect(error.message).toMatch(message)
  })

  it('a missing file and a folder', async () => {
    expect((await refusal(kit.run('/nowhere/x.csv'))).message).toMatch(/does not exist/)
    expect((await refusal(kit.run(kit.folder))).message).toMatch(/is a folder/)
  })

  const formats: readonly (readonly [string, string, string, RegExp])[] = [
    ['a header alone', HEADER, 'IMPORT_FORMAT', /no rows/],
    ['plain prose', 'hello world\nnothing here', 'IMPORT_FORMAT', /no columns/],
    ['JSON of nothing', '{}', 'IMPORT_FORMAT', /without candles/],
    ['broken JSON', '[[1,2', 'IMPORT_FORMAT', /is not JSON/],
    [
      'an unclosed quote',
      `${HEADER}\n"1,2,3,4,5,6\n`,
      'IMPORT_FORMAT',
      /not a table|no rows|no column/,
    ],
    [
      'a header of other things',
      'a,b,c,d,e\n1,2,3,4,5\n',
      'IMPORT_FORMAT',
      /no columns named open/,
    ],
  ]
  it.each(formats)('%s', async (name, content, code, message) => {
    const error = await refusal(kit.run(kit.write(`${name}.txt`, content)))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })

  it('a timeframe that the rows do not have', async () => {
    const five = put(csvRows(20, 1_700_000_100_000, 300_000))
    const longer = await refusal(kit.run(five, { key: { symbol: 'A', timeframe: '1h' } }))
    expect(longer.message).toMatch(/looks like 5m/)
    const shorter = await refusal(kit.run(five, { key: { symbol: 'A', timeframe: '1m' } }))
    expect(shorter.message).toMatch(/looks like 5m/)
    expect(shorter.hint).toMatch(/--timeframe 5m/)
  })
})

describe('what an import does not guess', { shuffle: false }, () => {
  const key = { symbol: 'GUESS-USD', timeframe: '1d' }
  const days = (dates: readonly string[]): string[] => dates.map(day => `${day},10,12,9,11,5`)

  it('day first or month first', async () => {
    const error = await refusal(kit.run(put(days(['3/01/2017', '4/01/2017'])), { key }))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.hint).toMatch(/--time-format dmy or --time-format mdy/)
    const proved = await kit.run(put(days(['12/01/2017', '13/01/2017'])), { key })
    expect(proved.candles.time[0]).toBe(Date.UTC(2017, 0, 12))
    const told = await kit.run(put(days(['3/04/2017', '3/05/2017'])), { key, timeFormat: 'mdy' })
    expect(told.candles.time[told.candles.length - 1]).toBe(Date.UTC(2017, 2, 5))
  })

  it('day first or month first, where only the end of a large file tells', async () => {
    const many = Array.from({ length: 12_000 }, (_, i) => {
      const minute = new Date(Date.UTC(2017, 0, 1 + Math.floor(i / 1440), 0, i % 1440))
      const [day, clock] = [minute.getUTCDate(), minute.toISOString().slice(11, 16)]
      return `0${Math.min(day, 9)}/01/2017 ${clock},10,12,9,11,5`
    })
    const last = ['13/01/2017 00:00,10,12,9,11,5']
    const minutes = { key: { symbol: 'LATE', timeframe: '1m' }, timeZone: 'UTC' }
    const { candles } = await kit.run(put([...many, ...last]), minutes)
    expect(candles.time[candles.length - 1]).toBe(Date.UTC(2017, 0, 13))
  })

  it('the zone of times that name none', async () => {
    const minutes = ['2024-07-01 12:00', '2024-07-01 12:01'].map(time => `${time},10,12,9,11,5`)
    const error = await refusal(kit.run(put(minutes)))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.hint).toMatch(/--time-zone UTC/)
    const at = async (timeZone: string): Promise<number> =>
      (await kit.run(put(minutes), { timeZone })).candles.time[0]!
    expect(await at('UTC')).toBe(Date.UTC(2024, 6, 1, 12))
    expect(await at('+03:00')).toBe(Date.UTC(2024, 6, 1, 9))
    expect(await at('Europe/Berlin'), 'summer time').toBe(Date.UTC(2024, 6, 1, 10))
    expect((await refusal(kit.run(put(minutes), { timeZone: 'Mars' }))).code).toBe('INVALID_TIME')
  })

  it('a clock that came twice or never', async () => {
    const twice = ['2024-10-27 01:30', '2024-10-27 02:30'].map(time => `${time},10,12,9,11,5`)
    const hours = { key: { symbol: 'DST', timeframe: '1h' }, timeZone: 'Europe/Berlin' }
    expect((await refusal(kit.run(put(twice), hours))).message).toMatch(/2024-10-27 02:30/)
    const never = ['2024-03-31 01:30', '2024-03-31 02:30'].map(time => `${time},10,12,9,11,5`)
    expect((await refusal(kit.run(put(never), hours))).message).toMatch(/2024-03-31 02:30/)
  })

  it('whether volume is coins or money', async () => {
    const rows = csvRows(3)
    const header = (name: string): string => HEADER.replace('volume', name)
    const error = await refusal(kit.run(put(rows, header('volume_usd'))))
    expect(error.hint).toMatch(/--quote-volume/)
    const { candles, report } = await kit.run(put(rows, header('volume_usd')), {
      quoteVolume: true,
    })
    expect(candles.volume[0]).toBeCloseTo(5 / 101, 12)
    expect(report.files[0]!.notes.join()).toMatch(/counts money/)
    const asset = await refusal(kit.run(put(rows, header('Volume XYZ'))))
    expect(asset.code).toBe('IMPORT_AMBIGUOUS')
    const both = put(
      rows.map(row => `${row},7`),
      `${HEADER},quote_volume`,
    )
    expect((await kit.run(both)).candles.volume[0], 'base where both are there').toBe(5)
  })

  it('the order of prices that are all the same', async () => {
    const flat = csvRows(3).map(row => row.replace(/,.*/, ',10,10,10,10,1'))
    const file = kit.write('flat.csv', flat.join('\n'))
    const error = await refusal(kit.run(file))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.hint).toMatch(/--columns time,open,high,low,close,volume/)
    expect(
      (await kit.run(file, { columns: 'time,open,high,low,close,volume' })).candles.length,
    ).toBe(3)
  })

  it('the unit of epochs too small to tell', async () => {
    const small = csvRows(5, 60_000)
    const error = await refusal(kit.run(put(small), { key: { symbol: 'UNIT', timeframe: '1m' } }))
    expect(error.hint).toMatch(/--date|--time-format/)
    const { candles } = await kit.run(put(small), { timeFormat: 'ms' })
    expect(candles.time[0]).toBe(60_000)
  })
})

describe('importing what no market gives', () => {
  const row = (time: string, high: string, low: string): string => `${time},1,${high},${low},1,5`

  it('warns of candles that overlap', async () => {
    const times = ['00:00', '01:00', '01:07', '02:00', '03:00', '04:00', '05:00']
    const rows = times.map(time => row(`2024-01-01T00:${time}Z`, '2', '1'))
    const { report } = await kit.run(put(rows), { key: { symbol: 'OVERLAP', timeframe: '1m' } })
    expect(report.files[0]!.findings).toContainEqual(
      expect.objectContaining({ code: 'overlaps', severity: 'warning', count: 2 }),
    )
  })

  it.each([
    ['2e15', '1'],
    ['2', '1e-16'],
  ])('refuses a high of %s over a low of %s', async (high, low) => {
    const rows = [row('2024-01-01T00:00:00Z', '2', '1'), row('2024-01-01T00:01:00Z', high, low)]
    const key = { symbol: 'EXTREME', timeframe: '1m' }
    const error = await refusal(kit.run(put(rows), { key }))
    expect(error.code).toBe('IMPORT_ROW')
    expect(error.message).toContain('above 1e15 or below 1e-15')
  })
})
