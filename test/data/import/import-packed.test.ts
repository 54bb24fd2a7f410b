import { describe, expect, it } from 'vitest'
import { joinThousands } from '../../../src/data/import/tables/thousands.js'
import { zipOf } from '../files/zip-kit.js'
import { csvRows, HEADER, importKit, refusal } from './import-kit.js'

const kit = importKit()
const TEXT = [HEADER, ...csvRows(50)].join('\n')
const list = Array.from({ length: 20 }, (_, i) => ({
  time: 1_704_067_200_000 + i * 3_600_000,
  ...{ open: 100, high: 102, low: 99, close: 101 + i / 100, volume: 5 },
}))

describe('a ZIP archive', () => {
  it('with one table is read as that table, beside what archivers add', async () => {
    const plain = await kit.run(kit.write('plain.csv', TEXT))
    const archives = [
      zipOf([{ name: 'SYNTH-1m.csv', text: TEXT }]),
      zipOf([{ name: 'a.csv', text: TEXT, method: 0 }]),
      zipOf([
        { name: '__MACOSX/._a.csv', text: 'x' },
        { name: 'README.md', text: 'hello' },
        { name: 'data/a.csv', text: TEXT },
      ]),
    ]
    for (const [k, archive] of archives.entries()) {
      const { report, candles } = await kit.run(kit.write(`${k}.zip`, archive))
      expect(report.files[0]!.notes).toContain('CSV, comma separated, ZIP')
      expect(candles).toEqual(plain.candles)
    }
  })

  it('of several tables is refused with their names, and read where one is named', async () => {
    const file = kit.write(
      'two.zip',
      zipOf([
        { name: 'a.csv', text: TEXT },
        { name: 'b/b.csv', text: [HEADER, ...csvRows(9)].join('\n') },
      ]),
    )
    const several = await refusal(kit.run(file))
    expect([several.code, several.message]).toEqual([
      'IMPORT_AMBIGUOUS',
      `"${file}" is a ZIP archive with 2 files: a.csv, b/b.csv`,
    ])
    expect(several.hint).toBe('name the one to read, as in --zip-file a.csv')
    for (const zipFile of ['b.csv', 'b/b.csv']) {
      expect((await kit.run(file, { zipFile })).report.imported).toBe(9)
    }
    expect((await refusal(kit.run(file, { zipFile: 'c.csv' }))).hint).toMatch(/did you mean a.csv/)
    const plain = kit.write('plain.csv', TEXT)
    expect((await refusal(kit.run(plain, { zipFile: 'a.csv' }))).code).toBe('USAGE')
  })

  it('is refused where it is cut off, damaged, encrypted, empty, or a workbook', async () => {
    const whole = zipOf([{ name: 'a.csv', text: TEXT }])
    const damaged = Buffer.from(whole)
    damaged[60]! ^= 0xff
    const cases: readonly (readonly [Buffer, RegExp])[] = [
      [whole.subarray(0, 200), /damaged or cut off ZIP archive/],
      [damaged, /damaged or cut off ZIP archive/],
      [zipOf([{ name: 'a.csv', text: TEXT, flags: 1 }]), /is encrypted/],
      [zipOf([]), /is a ZIP archive without a file/],
      [zipOf([{ name: 'xl/workbook.xml', text: '<x/>' }]), /is an Excel workbook/],
    ]
    for (const [k, [bytes, message]] of cases.entries()) {
      const error = await refusal(kit.run(kit.write(`bad_${k}.zip`, bytes)))
      expect([error.code, error.message]).toEqual([
        'IMPORT_UNREADABLE',
        expect.stringMatching(message),
      ])
    }
  })
})

describe('JSON with several lists of candles', () => {
  it('is read where the place of one is named', async () => {
    const file = kit.write(
      'two.json',
      JSON.stringify({ spot: { candles: list }, perp: { candles: list.slice(0, 7) } }),
    )
    const several = await refusal(kit.run(file, { key: { symbol: 'J', timeframe: '1h' } }))
    expect(several.hint).toBe('name the one to read: --at spot.candles')
    const read = await kit.run(file, {
      key: { symbol: 'J', timeframe: '1h' },
      at: 'perp.candles',
    })
    expect(read.report.imported).toBe(7)
    const wrong = await refusal(kit.run(file, { at: 'prep.candles' }))
    expect([wrong.code, wrong.hint]).toEqual(['USAGE', 'did you mean --at perp.candles?'])
    expect((await refusal(kit.run(kit.write('p.csv', TEXT), { at: 'x' }))).code).toBe('USAGE')
  })
})

describe('numbers that commas cut into cells', () => {
  const rows = Array.from(
    { length: 12 },
    (_, i) =>
      `${1_704_067_200_000 + i * 3_600_000},42,50${i % 10}.0,42,848.5,42,491.5,42,721.0,99.5`,
  )
  const head = 'timestamp,open,high,low,close,volume'

  it('are put together with --thousands, where the header proves how', async () => {
    const file = kit.write('cut.csv', [head, ...rows].join('\n'))
    const key = { symbol: 'T', timeframe: '1h' }
    const refused = await refusal(kit.run(file, { key }))
    expect([refused.code, refused.hint]).toEqual([
      'IMPORT_ROW',
      expect.stringContaining('--thousands , puts such numbers together'),
    ])
    const { candles } = await kit.run(file, { key, thousands: ',' })
    expect([candles.length, candles.open[3], candles.high[3], candles.volume[3]]).toEqual([
      ...[12, 42_503, 42_848.5, 99.5],
    ])
  })

  it('are left as they are where there is more than one way, or none', () => {
    const join = (row: string): string => joinThousands(row.split(','), 3, ',').join('|')
    expect(join('1,234,5,678')).toBe('1|234|5|678')
    expect(join('1,234,567.5,8.5,9.5')).toBe('1,234,567.5|8.5|9.5')
    expect(join('a,1,234.5,7')).toBe('a|1,234.5|7')
    expect(join('1,2,3')).toBe('1|2|3')
    expect(join('1,2,3,4')).toBe('1|2|3|4')
    expect(join('1.5,234,567,8')).toBe('1.5|234,567|8')
  })
})
