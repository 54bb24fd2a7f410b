import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, scratch } from './assay.js'

let folder: string
const MARKET = ['--symbol', 'sol-usdc', '--timeframe', '1h']

function csv(rows: number, change: (row: string[], i: number) => string[] = row => row): string {
  const lines = ['time,open,high,low,close,volume']
  for (let i = 0; i < rows; i++) {
    const price = 100 + Math.round(1000 * Math.sin(i / 9)) / 100
    const time = new Date(Date.UTC(2024, 0, 1) + i * 3_600_000).toISOString()
    lines.push(
      change(
        [time, `${price}`, `${price + 1.25}`, `${price - 1.5}`, `${price + 0.5}`, '10.250'],
        i,
      ).join(','),
    )
  }
  return `${lines.join('\n')}\n`
}

const file = (name: string, text: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

beforeAll(() => {
  folder = scratch()
})

describe('assay data', () => {
  it('imports, lists, checks, exports, resamples and removes', { timeout: 120_000 }, async () => {
    const path = file('good.csv.gz', gzipSync(csv(240)))
    const first = await assayJson(folder, 'data', 'import', path, ...MARKET)
    expect(first).toMatchObject({ symbol: 'SOL-USDC', imported: 240, unchanged: 0 })
    const again = await assayJson(folder, 'data', 'import', path, ...MARKET)
    expect(again).toMatchObject({ imported: 0, unchanged: 240 })
    const stored = async () => {
      const list = (await assayJson(folder, 'data', 'list')) as unknown as {
        symbol: string
        timeframe: string
      }[]
      return list.filter(({ symbol }) => symbol === 'SOL-USDC').map(({ timeframe }) => timeframe)
    }
    expect(await stored()).toEqual(['1h'])
    const checked = await assay(folder, 'data', 'check', ...MARKET)
    expect(checked.code).toBe(0)
    const out = await assay(folder, 'data', 'export', ...MARKET)
    expect(out.out.split('\n')[1], 'decimals as they came').toMatch(
      /^2024-01-01T00:00:00(\.000)?Z,100,101\.25,98\.5,100\.5,10\.250$/,
    )
    await assayJson(
      folder,
      'data',
      'resample',
      '--symbol',
      'SOL-USDC',
      '--timeframe',
      '1h',
      '--to',
      '4h',
    )
    expect((await stored()).sort()).toEqual(['1h', '4h'])
    const asked = await assay(folder, 'data', 'remove', '--symbol', 'SOL-USDC', '--timeframe', '4h')
    expect([asked.code, asked.err], 'nobody is there to ask').toEqual([
      2,
      expect.stringMatching(/--yes/),
    ])
    expect(
      (await assay(folder, 'data', 'remove', '--symbol', 'SOL-USDC', '--timeframe', '4h', '--yes'))
        .code,
    ).toBe(0)
    expect(await stored()).toEqual(['1h'])
  })

  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    [
      'text in a price',
      () =>
        file(
          'text.csv',
          csv(30, (row, i) => (i === 20 ? [row[0]!, 'abc', ...row.slice(2)] : row)),
        ),
      /text\.csv.*line 22.*abc/s,
    ],
    [
      'a short row',
      () =>
        file(
          'short.csv',
          csv(30, (row, i) => (i === 20 ? row.slice(0, 3) : row)),
        ),
      /short\.csv.*22/s,
    ],
    [
      'a negative price',
      () =>
        file(
          'negative.csv',
          csv(30, (row, i) => (i === 20 ? [row[0]!, '-1', ...row.slice(2)] : row)),
        ),
      /negative\.csv.*22/s,
    ],
    [
      'an infinite price',
      () =>
        file(
          'infinite.csv',
          csv(30, (row, i) => (i === 20 ? [row[0]!, 'Infinity', ...row.slice(2)] : row)),
        ),
      /infinite\.csv.*22/s,
    ],
    ['an empty file', () => file('empty.csv', ''), /empty\.csv/],
    [
      'a binary file',
      () => file('binary.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 3])),
      /binary\.csv/,
    ],
    [
      'a truncated gzip',
      () => file('cut.csv.gz', gzipSync(csv(300)).subarray(0, 900)),
      /cut\.csv\.gz/,
    ],
    [
      'a conflicting duplicate',
      () =>
        file(
          'twice.csv',
          csv(30, (row, i) => (i === 20 ? ['2024-01-01T05:00:00.000Z', ...row.slice(1)] : row)),
        ),
      /twice\.csv/,
    ],
    ['a wrong timeframe', () => file('hourly.csv', csv(60)), /hourly\.csv|looks like 1h/],
    ['a missing file', () => join(folder, 'none.csv'), /none\.csv/],
  ]
  for (const [name, make, message] of refused) {
    it(`${name} is refused with exit 2, and nothing is stored`, async () => {
      const timeframe = name === 'a wrong timeframe' ? '5m' : '1h'
      const { code, out, err } = await assay(
        folder,
        'data',
        'import',
        make(),
        '--symbol',
        'BAD-USD',
        '--timeframe',
        timeframe,
      )
      expect(err).toMatch(message)
      expect([code, out]).toEqual([2, ''])
      expect(err).not.toMatch(/\n\s+at /)
      const list = await assay(folder, 'data', 'list', '--json')
      expect(list.out).not.toMatch(/BAD-USD/)
    })
  }

  it('a candle that says otherwise than the stored one is refused, and taken with --replace', async () => {
    const symbol = ['--symbol', 'TWO-USD', '--timeframe', '1h']
    expect((await assay(folder, 'data', 'import', file('one.csv', csv(50)), ...symbol)).code).toBe(
      0,
    )
    const other = file(
      'other.csv',
      csv(50, (row, i) => (i === 7 ? [...row.slice(0, 4), '101.001', row[5]!] : row)),
    )
    const { code, err } = await assay(folder, 'data', 'import', other, ...symbol)
    expect([code, err]).toEqual([2, expect.stringMatching(/--replace/)])
    const replaced = await assayJson(folder, 'data', 'import', other, ...symbol, '--replace')
    expect(replaced).toMatchObject({ replaced: 1, imported: 0 })
  })

  it('writes an export to a file that imports to the same candles', async () => {
    const symbol = ['--symbol', 'OUT-USD', '--timeframe', '1h']
    await assayJson(folder, 'data', 'import', file('in.csv', csv(60)), ...symbol)
    const path = join(folder, 'export.csv')
    const written = await assay(folder, 'data', 'export', ...symbol, '--output', path)
    expect([written.code, written.err]).toEqual([0, expect.any(String)])
    expect(readFileSync(path, 'utf8').trim().split('\n').length).toBe(61)
    const back = await assayJson(folder, 'data', 'import', path, ...symbol)
    expect(back).toMatchObject({ imported: 0, unchanged: 60 })
  })

  it('takes --columns that begin with a dash, in either way of writing', async () => {
    const text = csv(30).replace(/^/gm, 'x,').trimEnd().slice(0, -1)
    const columns = '-,time,open,high,low,close,volume'
    const path = file('dash.csv', text)
    for (const [symbol, ...given] of [
      ['DASH-USD', '--columns', columns],
      ['DASH-EUR', `--columns=${columns}`],
    ] as const) {
      const report = await assayJson(
        ...([folder, 'data', 'import', path, '--symbol', symbol, '--timeframe', '1h'] as const),
        ...given,
      )
      expect(report).toMatchObject({ imported: 30 })
    }
  })

  it('asks for a flag where a file holds several markets, and the flag works', async () => {
    const rows = csv(30).trimEnd().split('\n')
    const named = (name: string): string[] => rows.slice(1).map(row => `${name},${row}`)
    const text = [`symbol,${rows[0]!}`, ...named('SOLUSDT'), ...named('ETHUSDT')].join('\n')
    const path = file('long.csv', `${text}\n`)
    const key = ['--symbol', 'SOL-USDT', '--timeframe', '1h']
    const refused = await assay(folder, 'data', 'import', path, ...key)
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.err).toMatch(/several series/)
    const flag = /--where \S+/.exec(refused.err)![0].split(' ')
    const { out, code } = await assay(folder, 'data', 'import', path, ...key, ...flag)
    expect(code).toBe(0)
    expect(out).toMatch(/only where "symbol" is "SOLUSDT", as given/)
    expect(out).toMatch(/note: 30 rows do not meet --where/)
  })

  it('reads decimals after a comma, by the marks or by their names', async () => {
    const text = csv(30).replaceAll(',', ';').replaceAll('.', ',').replaceAll(',000Z', 'Z')
    const path = file('comma.csv', text)
    for (const [symbol, ...given] of [
      ['COMMA-A'],
      ['COMMA-B', '--decimal', ','],
      ['COMMA-C', '--thousands', 'point'],
    ] as const) {
      const key = ['--symbol', symbol, '--timeframe', '1h']
      const report = await assayJson(folder, 'data', 'import', path, ...key, ...given)
      expect(report).toMatchObject({ imported: 30 })
    }
    const odd = await assay(folder, 'data', 'import', path, ...MARKET, '--decimal', ';')
    expect([odd.code, odd.err]).toEqual([2, expect.stringMatching(/use , or \./)])
  })

  it('recognises timeframes and symbols of other programs', async () => {
    const path = file('plain.csv', csv(30))
    for (const [timeframe, meant] of [
      ['1H', '1h'],
      ['60', '1h'],
    ]) {
      const key = ['--symbol', 'A-USD', '--timeframe', timeframe!]
      const { code, err } = await assay(folder, 'data', 'import', path, ...key)
      expect([code, err]).toEqual([2, expect.stringContaining(`did you mean ${meant}?`)])
    }
    for (const symbol of ['SOL/USDT:USDT', 'BINANCE:SOLUSDT']) {
      const key = ['--symbol', symbol, '--timeframe', '1h']
      expect(await assayJson(folder, 'data', 'import', path, ...key)).toMatchObject({ symbol })
    }
    for (const symbol of ['--', '-1', '../../X']) {
      const key = [`--symbol=${symbol}`, '--timeframe', '1h']
      expect((await assay(folder, 'data', 'import', path, ...key)).code, symbol).toBe(2)
    }
  })

  it('says so where a range to export is empty', async () => {
    const key = ['--symbol', 'EMPTY-USD', '--timeframe', '1h']
    await assayJson(folder, 'data', 'import', file('range.csv', csv(30)), ...key)
    for (const format of ['csv', 'json', 'parquet']) {
      const range = ['--from', '2030-01-01', '--format', format]
      if (format === 'parquet') range.push('--output', join(folder, 'empty.parquet'))
      const { code, out, err } = await assay(folder, 'data', 'export', ...key, ...range)
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/no candles of EMPTY-USD 1h lie in that range.*run from 2024-01-01/s)
      expect(existsSync(join(folder, 'empty.parquet'))).toBe(false)
    }
    const turned = await assay(
      ...([
        folder,
        'data',
        'export',
        ...key,
        '--from',
        '2024-01-02',
        '--to',
        '2024-01-01',
      ] as const),
    )
    expect([turned.code, turned.err]).toEqual([2, expect.stringMatching(/is not after --from/)])
  })

  it('resamples weeks that it does not warn of, and names what is left out at the ends', async () => {
    const days = Array.from({ length: 40 }, (_, i) => {
      const day = new Date(Date.UTC(2024, 0, 3 + i)).toISOString().slice(0, 10)
      return `${day},100,101,99,100.5,0.1`
    })
    const path = file('days.csv', ['date,open,high,low,close,volume', ...days, ''].join('\n'))
    const key = ['--symbol', 'WEEK-USD', '--timeframe', '1d']
    await assayJson(folder, 'data', 'import', path, ...key)
    const { out } = await assay(folder, 'data', 'resample', ...key, '--to', '1w')
    expect(out).toMatch(
      /the first candle, 2024-01-01T00:00:00Z, was left out: 5 of its 7 are there/,
    )
    const week = ['--symbol', 'WEEK-USD', '--timeframe', '1w']
    const check = await assay(folder, 'data', 'check', ...week)
    expect([check.code, check.out]).toEqual([0, expect.not.stringMatching(/multiple of/)])
    const exported = await assay(folder, 'data', 'export', ...week)
    expect(exported.out.split('\n')[1]).toBe('2024-01-08T00:00:00Z,100,101,99,100.5,0.7')
  })
})
