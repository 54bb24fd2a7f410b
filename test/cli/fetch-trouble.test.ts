import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StandIn, trueSeries } from '../data/sources/stand-in.js'
import { BINANCE } from '../data/sources/venue-shapes.js'
import { startPostgres, whyNoPostgres } from '../postgres-server.js'
import { assay, assayJson, assayProcess, assayWith, scratch } from './assay.js'

const MINUTE = 60_000
const SINCE = Date.UTC(2026, 2, 2)
const COUNT = 5000
const series = trueSeries({ since: SINCE, count: COUNT })
const NOW = SINCE + (COUNT + 60) * MINUTE
const at = (k: number): string => new Date(SINCE + k * MINUTE).toISOString()
const KEY = ['--symbol', 'SOL-USDC', '--timeframe', '1m']
const FETCH = [
  ...['data', 'fetch', 'SOL-USDC', '--timeframe', '1m'],
  ...['--since', at(0), '--until', at(COUNT)],
]
const venues: StandIn[] = []
const standIn = async (tls?: Parameters<StandIn['start']>[0]): Promise<StandIn> => {
  const venue = await new StandIn(BINANCE, series, NOW).start(tls)
  venue.fault = ({ url }) =>
    url.pathname.startsWith('/data/') ? { status: 404, body: '' } : undefined
  venues.push(venue)
  return venue
}
const fast = (venue: StandIn): string[] => ['--source-url', venue.address, '--rate', '0']
afterAll(async () => {
  for (const venue of venues) await venue.stop()
})

describe('a proxy', { timeout: 60_000 }, () => {
  let proxy: Server
  let status: number
  let ways: string[]

  beforeAll(async () => {
    proxy = createServer()
    proxy.on('connect', ({ url }, socket) => {
      ways.push(url!)
      socket.on('error', () => undefined)
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      const [host, port] = url!.split(':')
      const up = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        up.pipe(socket)
        socket.pipe(up)
      })
      up.on('error', () => socket.destroy())
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    proxy.closeAllConnections()
    proxy.close()
  })

  const through = async (answer: number) => {
    const venue = await standIn()
    ;[status, ways] = [answer, []]
    const address = `http://me:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`
    return { venue, ran: await assay(scratch(), ...FETCH, ...fast(venue), '--proxy', address) }
  }

  it('is gone through', async () => {
    const { venue, ran } = await through(200)
    expect(ran.code, ran.err).toBe(0)
    expect(ways[0]).toBe(new URL(venue.address).host)
  })

  it.each([
    [407, 'the proxy asks for a name and a password (407)'],
    [403, 'the proxy opens no way to 127.0.0.1'],
  ])('that answers %i is said to, at once and without its password', async (answer, text) => {
    const { venue, ran } = await through(answer)
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining(text)])
    expect(ran.err).not.toContain('secret')
    expect(venue.requests).toHaveLength(0)
    // Once for each of the windows that are under way, and none again.
    expect(ways.length).toBeLessThanOrEqual(4)
  })

  it('that is not there is named, not the source', async () => {
    const venue = await standIn()
    const gone = ['--proxy', 'http://127.0.0.1:1', '--until', at(100)]
    const { code, err } = await assay(scratch(), ...FETCH.slice(0, -2), ...fast(venue), ...gone)
    expect([code, err]).toEqual([1, expect.stringContaining('the proxy 127.0.0.1:1 refuses')])
  })
})

const noOpenssl = spawnSync('openssl', ['version']).status !== 0
it.skipIf(noOpenssl)(
  `a certificate of one's own is taken from NODE_EXTRA_CA_CERTS, and no other is trusted${noOpenssl ? ' (skipped: no openssl)' : ''}`,
  { timeout: 60_000 },
  async () => {
    const folder = scratch()
    const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name))
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=assay'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key!, '-out', cert!],
    ])
    expect(made.status, String(made.stderr)).toBe(0)
    const [keyText, certText] = [key, cert].map(file => readFileSync(file!, 'utf8'))
    const venue = await standIn({ key: keyText!, cert: certText! })
    const refused = await assayProcess(folder, ...FETCH, ...fast(venue))
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('has a certificate that is not trusted'),
    ])
    expect(venue.requests).toHaveLength(0)
    const env = { NODE_EXTRA_CA_CERTS: cert! }
    const { code, err } = await assayWith(env, folder, ...FETCH, ...fast(venue))
    expect(code, err).toBe(0)
  },
)

it(
  'a renamed market keeps its history: each name is asked for its own time',
  { timeout: 60_000 },
  async () => {
    const folder = scratch()
    const turn = 3000
    mkdirSync(join(folder, '.assay'), { recursive: true })
    writeFileSync(
      join(folder, '.assay/symbols.json'),
      JSON.stringify({
        'POL-USDC': {
          base: { symbol: 'POL' },
          quote: { symbol: 'USDC' },
          sources: {
            binance: [
              { name: 'MATICUSDC', until: at(turn) },
              { name: 'POLUSDC', from: at(turn + 60) },
            ],
          },
        },
      }),
    )
    const shape = {
      ...BINANCE,
      parse: (url: URL) => {
        const asked = BINANCE.parse(url)
        return asked && { ...asked, market: BINANCE.market }
      },
    }
    const venue = await new StandIn(shape, series, NOW).start()
    venues.push(venue)
    venue.fault = ({ url, rows }) => {
      if (url.pathname.startsWith('/data/')) return { status: 404, body: '' }
      const isOld = url.searchParams.get('symbol') === 'MATICUSDC'
      const [from, to] = isOld ? [0, turn] : [turn + 60, COUNT]
      return {
        rows: rows.filter(
          ({ time }) => time >= SINCE + from * MINUTE && time < SINCE + to * MINUTE,
        ),
      }
    }
    const range = ['--since', at(0), '--until', at(COUNT)]
    const fetch = ['data', 'fetch', 'POL-USDC', '--timeframe', '1m', ...range, ...fast(venue)]
    const fetched = await assay(folder, ...fetch)
    expect(fetched.code, fetched.err).toBe(0)
    expect(fetched.out).toContain(
      'the market was renamed; its names follow each other: MATICUSDC, POLUSDC',
    )
    const list = (await assayJson(folder, 'data', 'list')) as unknown as Record<string, unknown>[]
    expect(list).toMatchObject([{ symbol: 'POL-USDC', count: COUNT - 60 }])
    const gaps = await assayJson(
      folder,
      'data',
      'gaps',
      '--symbol',
      'POL-USDC',
      '--timeframe',
      '1m',
    )
    expect(gaps['missing']).toMatchObject({ 'never asked': 60, 'source has none': 0 })
    const names = venue.requests.filter(({ pathname }) => pathname === '/api/v3/klines')
    for (const { searchParams } of names) {
      const isOld = searchParams.get('symbol') === 'MATICUSDC'
      const since = Number(searchParams.get('startTime'))
      if (searchParams.get('interval') === '1m') expect(since < SINCE + turn * MINUTE).toBe(isOld)
    }
  },
)

it(
  'sync --verify tells what the source says otherwise now, and changes nothing',
  { timeout: 60_000 },
  async () => {
    const folder = scratch()
    const venue = await standIn()
    const [before] = (await assayJson(folder, ...FETCH, ...fast(venue))) as unknown as Record<
      string,
      unknown
    >[]
    const clean = await assay(folder, 'data', 'sync', '--verify', ...fast(venue))
    expect(clean.code, clean.err).toBe(0)
    venue.series = series.map((row, k) =>
      k === 7 || k === 4321 ? { ...row, close: row.low } : row,
    )
    const usual = await assay(folder, 'data', 'sync', ...fast(venue))
    expect(usual.code, usual.err).toBe(0)
    const { code, err } = await assay(folder, 'data', 'sync', '--verify', ...fast(venue))
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/\d stored candles? (is|are) told otherwise/),
    ])
    const revisions = await assayJson(folder, 'data', 'revisions', ...KEY)
    expect(revisions['revisions']).toMatchObject([
      { time: at(7).replace('.000', '') },
      { time: at(4321).replace('.000', '') },
    ])
    const csv = await assay(folder, 'data', 'export', ...KEY)
    expect(csv.out.split('\n')[8]).toContain(`,${series[7]!.close}`)
    expect(before!['candles']).toBe(COUNT)
  },
)

const noServer = whyNoPostgres()
describe.skipIf(noServer !== undefined)(
  `two fetches of one data set on a server${noServer === undefined ? '' : ` (skipped: ${noServer})`}`,
  () => {
    it('the second is told, and the first is whole', { timeout: 120_000 }, async () => {
      const server = await startPostgres()
      try {
        const folder = scratch()
        const venue = await standIn()
        let go = (): void => undefined
        const after = new Promise<void>(resolve => (go = resolve))
        let isAsked = (): void => undefined
        const asked = new Promise<void>(resolve => (isAsked = resolve))
        venue.fault = ({ url, rows }) => {
          if (url.pathname.startsWith('/data/')) return { status: 404, body: '' }
          isAsked()
          return {
            status: 200,
            body: BINANCE.body(rows, {
              now: NOW,
              stepMs: url.searchParams.get('interval') === '1m' ? MINUTE : 1440 * MINUTE,
            }),
            after,
          }
        }
        const env = { DATABASE_URL: server.url }
        const first = assayWith(env, folder, ...FETCH, ...fast(venue))
        await asked
        const second = await assayWith(env, scratch(), ...FETCH, ...fast(venue))
        expect([second.code, second.err]).toEqual([
          1,
          expect.stringContaining('is being fetched by another process'),
        ])
        go()
        const { code, err } = await first
        expect(code, err).toBe(0)
        const list = await assayWith(env, folder, 'data', 'list', '--json')
        expect(JSON.parse(list.out)).toMatchObject([{ count: COUNT }])
      } finally {
        await server.stop()
      }
    })
  },
)

const folder = mkdtempSync(join(tmpdir(), 'assay-full-fetch-'))
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'assay-test', folder])
const whyNot = mount.status === 0 ? null : 'no file system of 100 MB can be mounted here'
afterAll(() => {
  if (whyNot === null) spawnSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true, force: true })
})

it.skipIf(whyNot !== null)(
  `a disk that others fill in the middle of a fetch ends it with a word, and nothing is half stored${whyNot === null ? '' : ` (skipped: ${whyNot})`}`,
  { timeout: 120_000 },
  async () => {
    const venue = await standIn()
    const whole = await assayJson(scratch(), ...FETCH, ...fast(venue))
    await assayJson(folder, ...FETCH.slice(0, -1), at(1000), ...fast(venue))
    const fill = join(folder, 'fill')
    venue.fault = ({ url }) => {
      if (url.pathname.startsWith('/data/')) return { status: 404, body: '' }
      spawnSync('dd', ['if=/dev/zero', `of=${fill}`, 'bs=64k'])
      return undefined
    }
    const { code, err } = await assayProcess(folder, ...FETCH, ...fast(venue))
    expect(code).not.toBe(0)
    expect(err).toMatch(/no space is left|nearly full/)
    expect(err).not.toMatch(/\n {4}at /)
    rmSync(fill)
    venue.fault = ({ url }) =>
      url.pathname.startsWith('/data/') ? { status: 404, body: '' } : undefined
    const stored = (await assayJson(folder, 'data', 'list')) as unknown as { count: number }[]
    expect(stored[0]!.count % 1000).toBe(0)
    const rest = await assayJson(folder, ...FETCH, ...fast(venue))
    const hash = (outcome: unknown) => (outcome as { data_hash: string }[])[0]!.data_hash
    expect(hash(rest)).toBe(hash(whole))
  },
)
