import { expect, it } from 'vitest'
import { fetchKit } from './fetch-kit.js'
import { sha256, trueSeries, zipOf, type Reply, type TrueCandle } from './stand-in.js'
import { BINANCE } from './venue-shapes.js'

const kit = fetchKit()
const MINUTE = 60_000
const DAY = 86_400_000
const START = Date.UTC(2024, 11, 29)
const DAYS = 6
const series = trueSeries({ since: START, count: (DAYS * DAY) / MINUTE })
const range = { since: START, until: START + DAYS * DAY }
const NOW = START + 20 * DAY

const standIn = () => kit.standIn(BINANCE, series, NOW)
const pathOf = (day: number, ending = ''): string =>
  `/data/spot/daily/klines/SOLUSDC/1m/SOLUSDC-1m-${new Date(START + day * DAY).toISOString().slice(0, 10)}.zip${ending}`

async function closes(key: ReturnType<typeof kit.key>): Promise<(readonly [number, number])[]> {
  return (await kit.rows(key)).map(row => [row.time, Number(row.close)])
}
const expected = series.map(({ time, close }) => [time, Number(close)])

it('reads whole days from files, in milliseconds before 2025 and microseconds after', async () => {
  const venue = await standIn()
  const key = kit.key('binance')
  const { report } = await kit.fetch(venue, { ...range, key, archives: true })
  expect(report.failures).toEqual([])
  expect(await closes(key)).toEqual(expected)
  expect(venue.requests.every(url => url.pathname.startsWith('/data/'))).toBe(true)
  const [first] = await kit.rows(key)
  expect(first!.open).toBe(series[0]!.open)
  const [provenance] = await (await kit.fetches()).provenance(key)
  expect(provenance).toMatchObject({ path: 'archive', requests: DAYS, rows: expected.length })
})

it('takes months where they are whole, and days or answers for the rest', async () => {
  const since = Date.UTC(2024, 0, 20)
  const count = (Date.UTC(2024, 2, 15) - since) / MINUTE
  const venue = await kit.standIn(BINANCE, trueSeries({ since, count }), Date.UTC(2024, 2, 20))
  const key = kit.key('binance')
  const { plan, report } = await kit.fetch(venue, {
    since,
    until: Date.UTC(2024, 2, 15),
    key,
    archives: true,
  })
  expect(plan.windows.filter(({ kind }) => kind === 'month')).toHaveLength(1)
  expect(plan.windows.filter(({ kind }) => kind === 'day')).toHaveLength(12 + 14)
  expect(report.counts.fresh).toBe(count)
})

const faults: readonly (readonly [string, string, Reply])[] = [
  ['a wrong checksum', '.CHECKSUM', { status: 200, body: `${'0'.repeat(64)}  x.zip` }],
  ['a file that is not there', '', { status: 404, body: '<Error/>' }],
  ['a cut file', '', { status: 200, body: zipOf('a.csv', Buffer.from('1')).subarray(0, 30) }],
  ['two files in one', '', { status: 200, body: twoFiles() }],
  ['a file that bursts', '', { status: 200, body: zipOf('a.csv', Buffer.alloc(5_000_000, 48)) }],
  ['a file without rows of candles', '', { status: 200, body: zipOf('a.csv', Buffer.from('1,2')) }],
]

it.each(faults)('asks for answers instead of %s', async (_, ending, reply) => {
  const venue = await standIn()
  const key = kit.key('binance')
  const path = pathOf(2, ending)
  venue.fault = ({ url }) => {
    if (url.pathname === path) return reply
    // A right checksum, so that it is the file which is looked at.
    if (url.pathname === `${path}.CHECKSUM`) {
      return { status: 200, body: sha256(Buffer.from(reply.body)) + '  x.zip' }
    }
    return undefined
  }
  const { report, remarks } = await kit.fetch(venue, { ...range, key, archives: true })
  expect(report.failures).toEqual([])
  expect(await closes(key)).toEqual(expected)
  if (reply.status === 200) expect(remarks.join()).toContain('asking for answers instead')
  expect(venue.requests.some(url => url.pathname.startsWith('/api/'))).toBe(true)
})

it('believes a file without a checksum only where answers agree with it', async () => {
  const venue = await standIn()
  const wrong = (row: TrueCandle): TrueCandle => ({ ...row, close: row.open, high: '999.00' })
  const others = series.map(wrong)
  venue.fault = ({ url }) =>
    url.pathname.endsWith('.CHECKSUM') ? { status: 404, body: '<Error/>' } : undefined
  const key = kit.key('binance')
  const { report } = await kit.fetch(venue, { ...range, key, archives: true })
  expect(report.failures).toEqual([])
  const [file] = await (await kit.fetches()).provenance(key)
  expect(file).toMatchObject({ path: 'archive', requests: DAYS })
  const other = kit.key('binance')
  venue.fault = ({ url, rows }) => {
    if (url.pathname.endsWith('.CHECKSUM')) return { status: 404, body: '<Error/>' }
    if (url.pathname.startsWith('/data/')) return undefined
    return { rows: rows.map(row => others.find(({ time }) => time === row.time)!) }
  }
  await kit.fetch(venue, { since: START, until: START + 3 * DAY, key: other, archives: true })
  const ways = await (await kit.fetches()).provenance(other)
  expect(ways.map(({ path }) => path)).toEqual(['rest'])
})

it('reads a file with a line of names', async () => {
  const venue = await standIn()
  const key = kit.key('binance')
  const rows = series.filter(({ time }) => time < START + DAY)
  const lines = rows.map(
    ({ time, open, high, low, close, volume, quoteVolume }) =>
      `${time},${open},${high},${low},${close},${volume},${time + MINUTE - 1},${quoteVolume},1,0,0,0`,
  )
  const zip = zipOf(
    'a.csv',
    Buffer.from(`open_time,open,high,low,close\r\n${lines.join('\r\n')}\r\n`),
  )
  venue.fault = ({ url }) => {
    if (url.pathname === pathOf(0)) return { status: 200, body: zip }
    if (url.pathname === pathOf(0, '.CHECKSUM')) return { status: 200, body: `${sha256(zip)}  x` }
    return undefined
  }
  await kit.fetch(venue, { ...range, key, archives: true })
  expect(await closes(key)).toEqual(expected)
  expect(venue.requests.every(url => url.pathname.startsWith('/data/'))).toBe(true)
})

function twoFiles(): Buffer {
  const one = zipOf('a.csv', Buffer.from('1'))
  const entry = one.subarray(one.indexOf('PK\x01\x02'), one.indexOf('PK\x05\x06'))
  const local = one.subarray(0, one.indexOf('PK\x01\x02'))
  const end = Buffer.from(one.subarray(one.indexOf('PK\x05\x06')))
  end.writeUInt16LE(2, 8)
  end.writeUInt16LE(2, 10)
  end.writeUInt32LE(entry.length * 2, 12)
  return Buffer.concat([local, entry, entry, end])
}
