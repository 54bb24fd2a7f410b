import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StandIn, trueSeries } from '../data/sources/stand-in.js'
import { klineMessage, StreamStandIn } from '../data/sources/stream-stand-in.js'
import { BINANCE, COINBASE } from '../data/sources/venue-shapes.js'
import { assay, assayJson, assayWith, REPOSITORY, scratch } from './assay.js'

const MINUTE = 60_000
const DAY = 86_400_000
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE + 30_000
const SINCE = Math.floor(NOW / DAY) * DAY - 6 * DAY
const HOLE = SINCE + 2 * DAY
const missing = new Set(Array.from({ length: 30 }, (_, i) => HOLE + i * MINUTE))
const series = trueSeries({ since: SINCE, count: Math.ceil((NOW - SINCE) / MINUTE), missing })
const at = (time: number): string => new Date(time).toISOString()

let folder: string
let binance: StandIn
let coinbase: StandIn

beforeAll(async () => {
  folder = scratch()
  binance = await new StandIn(BINANCE, series, NOW).start()
  coinbase = await new StandIn(COINBASE, series, NOW).start()
  await assayJson(folder, ...FETCH, ...fast(binance))
}, 120_000)
afterAll(async () => {
  await binance.stop()
  await coinbase.stop()
})

const fast = (venue: StandIn): string[] => ['--source-url', venue.address, '--rate', '0']
const hashOf = (outcomes: unknown): string =>
  (outcomes as readonly { readonly data_hash: string }[])[0]!.data_hash
const FETCH = ['data', 'fetch', 'sol-usdc', '--timeframe', '1m', '--since', at(SINCE)]

describe('assay data fetch', { timeout: 240_000, concurrent: false }, () => {
  it('plans without asking, fetches, tests what came, and goes on later', async () => {
    const own = scratch()
    const before = binance.requests.length
    const plan = await assay(own, ...FETCH, '--dry-run', ...fast(binance))
    expect(plan.out).toContain('SOL-USDC@binance 1m: SOLUSDC at 127.0.0.1')
    expect(plan.out).toMatch(/\d+ files with checksum, \d+ pages? of up to 1000 candles/)
    expect(binance.requests).toHaveLength(before)
    const until = NOW - DAY
    const some = await assayJson(own, ...FETCH, '--until', at(until), ...fast(binance))
    expect(some[0]).toMatchObject({ symbol: 'SOL-USDC', source: 'binance', failures: [] })
    const text = await assay(own, 'data', 'sync', ...fast(binance))
    expect(text.code, text.err).toBe(0)
    expect(text.out).toMatch(/SOL-USDC@binance 1m: \d+ new/)
    expect(text.out.trimEnd().split('\n').at(-1)).toMatch(/^next {4}assay data list/)
    const list = (await assayJson(own, 'data', 'list')) as unknown as Record<string, unknown>[]
    const closed = series.filter(({ time }) => time + MINUTE <= NOW - 2000)
    expect(list).toMatchObject([{ symbol: 'SOL-USDC', source: 'binance', count: closed.length }])
    expect(list[0]!['fetched']).toMatchObject({ adapter: 'binance 1' })
    const csv = await assay(own, 'data', 'export', '--symbol', 'sol-usdc', '--timeframe', '1m')
    const [, first] = csv.out.split('\n')
    expect(first).toBe(
      `${at(SINCE).replace('.000', '')},${['open', 'high', 'low', 'close', 'volume'].map(name => series[0]![name as 'open']).join(',')}`,
    )
  })

  it('tells holes of the exchange from what was never asked, and fills the latter', async () => {
    const key = ['--symbol', 'sol-usdc', '--timeframe', '1m']
    const gaps = await assayJson(folder, 'data', 'gaps', ...key)
    expect(gaps['missing']).toEqual({
      'source has none': 30,
      'never asked': 0,
      failed: 0,
      unavailable: 0,
    })
    const asked = binance.requests.length
    await assayJson(folder, ...FETCH, '--until', at(HOLE + DAY), ...fast(binance))
    expect(binance.requests).toHaveLength(asked)
    const other = scratch()
    const part = (from: number, to: number): Promise<unknown> =>
      assayJson(
        other,
        ...FETCH.slice(0, 5),
        '--since',
        at(from),
        '--until',
        at(to),
        ...fast(binance),
      )
    await part(SINCE, SINCE + 600 * MINUTE)
    await part(SINCE + 900 * MINUTE, SINCE + 1200 * MINUTE)
    const before = await assayJson(other, 'data', 'gaps', ...key)
    expect(before['missing']).toMatchObject({ 'never asked': 300 })
    const filled = await assayJson(other, 'data', 'gaps', ...key, '--fill', ...fast(binance))
    expect(filled['gaps']).toEqual([])
  })

  it('keeps two sources apart; a symbol alone is then ambiguous, or its default', async () => {
    const own = scratch()
    const last = ['--since', at(NOW - 300 * MINUTE)]
    const fetch = ['data', 'fetch', 'SOL-USDC', '--timeframe', '1m', ...last]
    await assayJson(own, ...fetch, ...fast(binance))
    const second = await assay(own, ...fetch, '--source', 'coinbase', ...fast(coinbase))
    expect(second.out).toContain('whose quote is not USDC')
    const run = (symbol: string, ...more: string[]) =>
      assay(own, 'backtest', 'ma_crossover', '--symbol', symbol, '--timeframe', '1m', ...more)
    const unclear = await run('SOL-USDC')
    expect(unclear.code).toBe(2)
    expect(unclear.err).toContain(
      'SOL-USDC 1m is stored from several sources: SOL-USDC@binance, SOL-USDC@coinbase',
    )
    const named = await run('sol-usdc@Coinbase', '--json')
    expect(named.code, named.err).toBe(0)
    const { manifest, origin } = JSON.parse(named.out) as Record<string, Record<string, unknown>>
    expect(origin).toMatchObject({
      source: 'coinbase',
      adapter: 'coinbase 1',
      missing: expect.any(Number) as number,
    })
    expect(manifest).toMatchObject({ symbol: 'SOL-USDC@coinbase', data: { source: 'coinbase' } })
    const added = await assay(own, 'symbols', 'add', 'sol-usdc', '--default', 'binance')
    expect(added.code, added.err).toBe(0)
    const usual = await run('SOL-USDC', '--json')
    const result = JSON.parse(usual.out) as { run_id: string; manifest: Record<string, unknown> }
    expect(result.manifest).toMatchObject({ symbol: 'SOL-USDC', data: { source: 'binance' } })
    await assay(own, 'symbols', 'add', 'sol-usdc', '--default', 'coinbase')
    const verified = await assay(own, 'runs', 'verify', result.run_id)
    expect(verified.code, verified.err + verified.out).toBe(0)
  })

  it('reports a settled candle that changed, keeps it, and takes it where that is asked', async () => {
    const own = scratch()
    const range = ['--since', at(SINCE), '--until', at(SINCE + 200 * MINUTE)]
    const fetch = ['data', 'fetch', 'SOL-USDC', '--timeframe', '1m', ...range, ...fast(binance)]
    const first = await assayJson(own, ...fetch)
    binance.series = series.map((row, i) => (i === 5 ? { ...row, close: row.low } : row))
    try {
      const conflict = await assay(own, ...fetch, '--again')
      expect(conflict.code).toBe(1)
      expect(conflict.err).toContain('1 stored candles are told otherwise by Binance spot now')
      const replaced = await assayJson(own, ...fetch, '--replace')
      expect(replaced[0]).toMatchObject({ revised: 1, conflicts: 0 })
      expect(hashOf(replaced)).not.toBe(hashOf(first))
      const key = ['--symbol', 'SOL-USDC', '--timeframe', '1m']
      const revisions = await assayJson(own, 'data', 'revisions', ...key)
      expect(revisions['revisions']).toMatchObject([{ applied: false }, { applied: true }])
    } finally {
      binance.series = series
    }
  })

  it('ends at the same candles however often it is killed', async () => {
    const whole = scratch()
    const small = ['--since', at(SINCE), '--until', at(SINCE + 5 * DAY)]
    const fetch = ['data', 'fetch', 'SOL-USDC', '--timeframe', '1m', ...small]
    const url = ['--source-url', coinbase.address, '--source', 'coinbase', '--rate', '0']
    const [expected] = (await assayJson(whole, ...fetch, ...url)) as unknown as Record<
      string,
      unknown
    >[]
    const own = scratch()
    for (const requests of [1, 9, 15, 22]) {
      const from = coinbase.requests.length
      const env = { ...process.env, ASSAY_HOME: join(own, '.assay'), DATABASE_URL: '' }
      const child = spawn(
        process.execPath,
        [join(REPOSITORY, 'bin/assay.js'), ...fetch, ...url.slice(0, 4), '--rate', '20'],
        { cwd: own, env, stdio: 'ignore' },
      )
      const ended = new Promise(resolve => child.on('close', resolve))
      coinbase.fault = () => {
        if (coinbase.requests.length - from >= requests) child.kill('SIGKILL')
        return undefined
      }
      await ended
      coinbase.fault = () => undefined
    }
    const { code, out, err } = await assayWith({}, own, ...fetch, ...url, '--json')
    expect(code, err).toBe(0)
    const [result] = JSON.parse(out) as Record<string, unknown>[]
    expect(result!['data_hash']).toBe(expected!['data_hash'])
  })
})

it(
  'watches candles as they close, and stored ones as they were',
  { timeout: 120_000 },
  async () => {
    const watch = [
      'data',
      'watch',
      'SOL-USDC',
      '--timeframe',
      '1m',
      '--since',
      at(NOW - 30_000 - 5 * MINUTE),
    ]
    const live = await assay(folder, ...watch, '--candles', '3', ...fast(binance))
    expect(live.code, live.err).toBe(0)
    expect(live.out.trim().split('\n')).toHaveLength(3)
    expect(live.out).toContain('(past)')
    const [first] = live.out.split('  ')
    const stored = ['--replay', '--json', '--candles', '4']
    const replayed = await assay(folder, ...watch, ...stored)
    expect(replayed.code, replayed.err).toBe(0)
    const lines = replayed.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { time: string })
    expect(lines.map(({ time }) => time)[0]).toBe(first)
    const slow = await assay(folder, ...watch, '--replay', '--speed', 'fast')
    expect(slow.code).toBe(2)
    expect(slow.err).toContain('is not a number above 0')
  },
)

describe('bad input of assay data fetch', { timeout: 120_000 }, () => {
  const refused: readonly (readonly [string, string[], number, string])[] = [
    ['an unknown source', ['--source', 'binanse'], 2, 'did you mean binance?'],
    [
      'an end before the beginning',
      ['--since', '2024-02-01', '--until', '2024-01-01'],
      2,
      'is not before --until',
    ],
    ['a beginning to come', ['--since', '2099-01-01'], 2, 'is yet to come'],
    ['a timeframe that the source has not', ['--timeframe', '7m'], 2, 'has no 7m candles'],
    ['what is no address', ['--source-url', 'nowhere'], 2, 'is not an address'],
    ['a rate below 0', ['--rate', '-1'], 2, 'must be a number from 0'],
    ['a key that is missing', ['--source', 'birdeye'], 2, 'BIRDEYE_API_KEY is not set'],
    ['two sources at once', ['--source', 'okx', 'BTC-USDC@binance'], 2, 'do not agree'],
  ]
  it.each(refused)('refuses %s', async (_, flags, code, text) => {
    const fetch = ['data', 'fetch', 'SOL-USDC', ...flags]
    const args = flags.includes('--timeframe') ? fetch : [...fetch, '--timeframe', '1h']
    const ran = await assay(folder, ...args)
    expect(ran.code, ran.err).toBe(code)
    expect(ran.err).toContain(text)
    expect(ran.out).toBe('')
  })

  it('names what is near to a symbol that has no name', async () => {
    const ran = await assay(folder, 'data', 'fetch', 'SOL-USDD', '--timeframe', '1h')
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('did you mean SOL-USDC?')
    expect(ran.err).toContain('assay symbols add SOL-USDD --at binance=NAME')
  })

  it('says which market a source does not know', async () => {
    const fetch = ['data', 'fetch', 'BTC-USDC', '--timeframe', '1h', ...fast(binance)]
    const ran = await assay(folder, ...fetch)
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('Binance spot has no market BTCUSDC')
  })

  it('says what of a symbols file is wrong', async () => {
    const own = scratch()
    await assay(own, 'symbols', 'add', 'JUP-USDC', '--at', 'binance=JUPUSDC')
    const checked = await assay(own, 'symbols', 'check', 'SOL-USDC@binance', ...fast(binance))
    expect(checked.out).toContain('last close')
    const unknown = await assay(own, 'symbols', 'check', 'JUP-USDC', ...fast(binance))
    expect(unknown.code).toBe(1)
    const list = await assay(own, 'symbols', 'list', '--source', 'binance')
    expect(list.out).toContain('JUPUSDC (symbols.json)')
    const file = join(own, '.assay/symbols.json')
    writeFileSync(
      file,
      '{"JUP-USDC":{"base":{"symbol":"JUP"},"quote":{"symbol":"USDC"},"sorces":{}}}',
    )
    const wrong = await assay(own, 'symbols', 'list')
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('JUP-USDC')
  })
})

describe('assay data watch --stream', { timeout: 60_000 }, () => {
  it('asks at once where the stream tells a close', async () => {
    const stream = await new StreamStandIn().start()
    const last = series.at(-1)!
    const venue = await new StandIn(BINANCE, series, last.time + MINUTE - 2000).start()
    try {
      const watched = assay(
        folder,
        ...['data', 'watch', 'SOL-USDC', '--timeframe', '1m', '--json', '--candles', '3'],
        ...['--since', at(last.time - 2 * MINUTE), '--stream-url', stream.address],
        ...fast(venue),
      )
      await stream.connections(1)
      expect(stream.paths).toEqual(['/ws/solusdc@kline_1m'])
      while (venue.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
      // What has closed by now is given; of the last candle the stream tells first.
      venue.now = last.time + MINUTE + 20
      stream.send(klineMessage(last))
      const { code, out, err } = await watched
      expect(code, err).toBe(0)
      const times = out
        .trim()
        .split('\n')
        .map(line => (JSON.parse(line) as { time: string }).time)
      expect(times).toEqual([-2, -1, 0].map(k => at(last.time + k * MINUTE).replace('.000', '')))
    } finally {
      await stream.stop()
      await venue.stop()
    }
  })

  it('names a source that has no stream', async () => {
    const watch = ['data', 'watch', 'SOL-USDC', '--timeframe', '1m', '--source', 'kraken']
    const { code, err } = await assay(folder, ...watch, '--stream')
    expect([code, err]).toEqual([2, expect.stringContaining('Kraken spot has no stream')])
  })
})

it(
  'follows a second source while the first is out, and keeps that it did',
  { timeout: 60_000 },
  async () => {
    const own = scratch()
    const hour = trueSeries({ since: SINCE, count: 60 })
    const last = hour.at(-1)!
    const end = last.time + MINUTE
    const first = await new StandIn(BINANCE, hour, end - 2000).start()
    const second = await new StandIn(COINBASE, hour, end + 10_000).start()
    try {
      first.fault = () => (first.requests.length > 1 ? { status: 451, body: '{}' } : undefined)
      const { code, out, err } = await assayWith(
        { ASSAY_SOURCE_URL_COINBASE: second.address },
        own,
        ...['data', 'watch', 'SOL-USDC', '--timeframe', '1m', '--json', '--candles', '21'],
        ...['--since', at(last.time - 20 * MINUTE), '--then', 'coinbase', ...fast(first)],
      )
      expect(code, err).toBe(0)
      const said = out
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Record<string, string>)
      const there = said.findIndex(({ kind }) => kind === 'switched')
      expect(said[there]).toMatchObject({ from: 'binance', to: 'coinbase', basis: 0 })
      expect(said[there]!['reason']).toContain('not served to this region')
      const times = said.flatMap(({ kind, time }) => (kind === 'candle' ? [time] : []))
      expect(times).toEqual([...new Set(times)].sort())
      const sql = ['sql', 'select from_source, to_source from feed_switches', '--json']
      expect(JSON.stringify(await assayJson(own, ...sql.slice(0, 2)))).toContain('coinbase')
      const same = ['data', 'watch', 'SOL-USDC', '--timeframe', '1m', '--then', 'binance']
      const refused = await assay(own, ...same)
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('followed anyway')])
    } finally {
      await first.stop()
      await second.stop()
    }
  },
)
