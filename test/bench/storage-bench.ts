import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allocateCandles, type Candles } from '../../src/core/candles/candles.js'
import { timeframeName } from '../../src/core/candles/time.js'
import { seededRng, type Rng } from '../../src/core/random.js'
import { createCandleLibrary, type CandleLibrary } from '../../src/data/candles/candle-library.js'
import { CandleLines } from '../../src/data/candles/candle-lines.js'
import { binance } from '../../src/data/sources/adapters/binance.js'
import { adapterOf } from '../../src/data/sources/source.js'
import { openDatabase, type Database } from '../../src/data/store/database.js'
import { StandIn, trueSeries, type VenueShape } from '../data/sources/stand-in.js'
import { BINANCE } from '../data/sources/venue-shapes.js'
import { startPostgres } from '../postgres-server.js'
import { assayAt } from './cli-bench.js'

const MINUTE = 60_000
const TIMEFRAME = timeframeName(MINUTE)
/** Candles that a sync finds of each symbol. */
const FRESH = 60
const YEAR_MINUTES = 525_600

/**
 * Storage at size: so many symbols with so many candles each, on a server of its own or embedded. Not
 * part of the usual benchmark, for it takes minutes and gigabytes:
 * `npm run build && npx tsx test/bench/storage-bench.ts --symbols 50 --candles 525600 [--embedded]`
 */
async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      symbols: { type: 'string', default: '50' },
      candles: { type: 'string', default: String(YEAR_MINUTES) },
      embedded: { type: 'boolean', default: false },
    },
  })
  const [symbols, count] = [Number(values.symbols), Number(values.candles)]
  const server = values.embedded ? undefined : await startPostgres()
  const home = mkdtempSync(join(tmpdir(), 'assay-storage-'))
  try {
    const since = Math.floor(Date.now() / MINUTE) * MINUTE - (count + FRESH) * MINUTE
    await measure({ home, url: server?.url, symbols, count, since })
  } finally {
    await server?.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

interface Size {
  readonly home: string
  readonly url: string | undefined
  readonly symbols: number
  readonly count: number
  readonly since: number
}

const nameOf = (k: number): string => `B${k}-USDC`

function print(figures: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(figures))
    process.stdout.write(`${name.padEnd(36)} ${Number(value.toPrecision(4))}\n`)
}

async function measure(size: Size): Promise<void> {
  const { home, url = '', symbols, count } = size
  const started = performance.now()
  const database = await openDatabase({ folder: home, url: size.url })
  const library = createCandleLibrary({
    home,
    embedded: size.url === undefined,
    database: () => Promise.resolve(database),
  })
  for (let k = 0; k < symbols; k++) await load(library, size, k)
  const loadS = (performance.now() - started) / 1000
  print({
    candles: symbols * count,
    load_s: loadS,
    load_candles_per_s: (symbols * count) / loadS,
    load_peak_mb: peakMb(),
    ...(await sizesOf(database)),
  })
  await database.close()
  writeSymbols(home, symbols)
  const market = ['--symbol', nameOf(0), '--timeframe', TIMEFRAME]
  const run = async (name: string, folder: string, ...args: string[]): Promise<void> => {
    const { seconds, peakMb: peak } = await assayAt(folder, url, ...args)
    print({ [`${name}_s`]: seconds, [`${name}_peak_mb`]: peak })
  }
  await run('list', home, 'data', 'list')
  await run('check', home, 'data', 'check', ...market)
  await run('backtest_warm', home, 'backtest', 'ma_crossover', ...market, '--report', 'none')
  if (url !== '') {
    const other = mkdtempSync(join(tmpdir(), 'assay-storage-'))
    await run('backtest_cold', other, 'backtest', 'ma_crossover', ...market, '--report', 'none')
    rmSync(other, { recursive: true, force: true })
  }
  const venue = await freshVenue(size)
  await run('sync', home, 'data', 'sync', '--source-url', venue.address, '--rate', '0')
  await venue.stop()
  const after = await openDatabase({ folder: home, url: size.url })
  const [row] = await after.query('select sum(candle_count) as stored from datasets')
  await after.close()
  print({ synced_candles: Number(row!['stored']) - symbols * count })
}

/** A symbol as a fetch stores it. */
async function load(library: CandleLibrary, { count, since }: Size, k: number): Promise<void> {
  const key = { symbol: nameOf(k), timeframe: TIMEFRAME, source: binance.name }
  const until = since + count * MINUTE
  await library.write(key, async writer => {
    const columns = allocateCandles(MINUTE, count)
    const lines = new CandleLines(key)
    const random = seededRng(k + 1)
    let cents = 14_250
    for (let i = 0; i < count; i++) {
      const row = candleOf(random, cents)
      cents = row.close
      put(columns, i, since + i * MINUTE, row)
      const { open, high, low, close, thousandths } = row
      const [o, h, l, c] = [open, high, low, close].map(value => (value / 100).toFixed(8))
      lines.add(since + i * MINUTE, o!, h!, l!, c!, (thousandths / 1000).toFixed(8))
      if (lines.isFull) await writer.append(lines.take())
    }
    if (!lines.isEmpty) await writer.append(lines.take())
    const adapter = adapterOf(binance)
    const note = {
      since,
      until,
      state: 'candles',
      isSettled: true,
      reason: null,
      adapter,
      host: 'bench',
      path: 'archive',
      requestedAt: until,
      sourceTime: null,
      checksum: 'verified',
      etag: null,
      rows: count,
      notes: {},
    } as const
    writer.noteFetches({ fetched: { adapter, at: until }, fetches: [note], revisions: [] })
    return columns
  })
}

interface Cents {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly thousandths: number
}

function candleOf(random: Rng, open: number): Cents {
  const close = Math.max(100, open + Math.round((random.next() - 0.5) * 60))
  const high = Math.max(open, close) + Math.floor(random.next() * 20)
  const low = Math.min(open, close) - Math.floor(random.next() * 20)
  return { open, close, high, low, thousandths: 1000 + Math.floor(random.next() * 900_000) }
}

function put(columns: Candles, i: number, time: number, row: Cents): void {
  columns.time[i] = time
  columns.open[i] = row.open / 100
  columns.high[i] = row.high / 100
  columns.low[i] = row.low / 100
  columns.close[i] = row.close / 100
  columns.volume[i] = row.thousandths / 1000
}

async function sizesOf(database: Database): Promise<Record<string, number>> {
  const [row] = await database.query(
    `select pg_table_size('candles') as heap, pg_indexes_size('candles') as indexes`,
  )
  return { table_gb: Number(row!['heap']) / 1e9, index_gb: Number(row!['indexes']) / 1e9 }
}

/** Highest resident memory of this process. */
function peakMb(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1000
}

function writeSymbols(home: string, symbols: number): void {
  const entries = Array.from({ length: symbols }, (_, k) => [
    nameOf(k),
    { base: { symbol: `B${k}` }, quote: { symbol: 'USDC' }, sources: { binance: `B${k}USDC` } },
  ])
  writeFileSync(join(home, 'symbols.json'), JSON.stringify(Object.fromEntries(entries)))
}

/** A venue that has the candles since, of any market. */
async function freshVenue({ since, count }: Size): Promise<StandIn> {
  const end = since + count * MINUTE
  const shape: VenueShape = {
    ...BINANCE,
    parse: url => {
      const asked = BINANCE.parse(url)
      return asked && { ...asked, market: BINANCE.market }
    },
  }
  const series = trueSeries({ since: end - MINUTE, count: FRESH + 60 })
  return new StandIn(shape, series, Date.now()).start()
}

await bench()
