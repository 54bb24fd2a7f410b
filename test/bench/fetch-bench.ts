import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCandleLibrary } from '../../src/data/candles/candle-library.js'
import { binance } from '../../src/data/sources/adapters/binance.js'
import { systemClock } from '../../src/data/sources/clock.js'
import { fetchCandles } from '../../src/data/sources/fetch/fetch.js'
import { planFetch } from '../../src/data/sources/fetch/plan.js'
import { createHttpClient } from '../../src/data/sources/http/http-client.js'
import { openDatabase, type Database } from '../../src/data/store/database.js'
import { StandIn, trueSeries, type Reply } from '../data/sources/stand-in.js'
import { BINANCE } from '../data/sources/venue-shapes.js'
import { startPostgres, whyNoPostgres } from '../postgres-server.js'

const MINUTE = 60_000
const COUNT = 500_000
const START = Date.UTC(2024, 0, 1)
const SYMBOLS = 50

/** Candles a second from a stand-in on this machine into a database, and a sync of fifty data sets. */
export async function benchFetch(): Promise<Record<string, number>> {
  const venue = await preparedVenue()
  const figures = await fetchInto(venue, 'embedded', undefined)
  const server = whyNoPostgres() === undefined ? await startPostgres() : undefined
  const onServer = server === undefined ? {} : await fetchInto(venue, 'server', server.url)
  await server?.stop()
  await venue.stop()
  return { ...figures, ...onServer }
}

async function fetchInto(
  venue: StandIn,
  kind: string,
  url: string | undefined,
): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const database = await openDatabase({ folder, url })
  const fetch = fetcher(venue, folder, database, url === undefined)
  const end = START + COUNT * MINUTE
  const fetchMs = await timed(() => fetch('BENCH-USDC', START, end))
  const day = 1440 * MINUTE
  for (let k = 0; k < SYMBOLS; k++) await fetch(`S${k}-USDC`, START, START + day)
  const syncMs = await timed(async () => {
    for (let k = 0; k < SYMBOLS; k++)
      await fetch(`S${k}-USDC`, START + day, START + day + 100 * MINUTE)
  })
  await database.close()
  rmSync(folder, { recursive: true, force: true })
  return {
    [`fetch_${kind}_candles_per_s`]: COUNT / (fetchMs / 1000),
    [`sync_50_symbols_${kind}_s`]: syncMs / 1000,
  }
}

function fetcher(venue: StandIn, folder: string, database: Database, embedded: boolean) {
  const open = (): Promise<Database> => Promise.resolve(database)
  const library = createCandleLibrary({ home: folder, embedded, database: open })
  const { ask: http } = createHttpClient({})
  return async (symbol: string, since: number, until: number): Promise<void> => {
    const plan = planFetch({
      source: binance,
      timeframeMs: MINUTE,
      asked: { since, until },
      coverage: [],
      now: venue.now,
      archives: false,
      rate: 0,
    })
    const { failures, stopped } = await fetchCandles(
      {
        key: { symbol, timeframe: '1m', source: 'binance' },
        source: { ...binance, timeframes: ['1m'] },
        market: 'SOLUSDC',
        base: undefined,
        timeframeMs: MINUTE,
        plan,
        coverage: [],
        address: venue.address,
        archiveAddress: undefined,
        headers: {},
        rate: 0,
        isReplacing: false,
      },
      {
        library,
        http,
        clock: { ...systemClock, now: () => venue.now },
        onPause: () => Promise.resolve(),
        onProgress: () => undefined,
        onRemark: () => undefined,
      },
    )
    if (failures.length > 0 || stopped !== undefined) throw new Error('the stand-in failed')
  }
}

/** Its answers are made before anything is measured. */
async function preparedVenue(): Promise<StandIn> {
  const series = trueSeries({ since: START, count: COUNT })
  const now = START + (COUNT + 60) * MINUTE
  const bodies = new Map<number, Reply>()
  for (let from = 0; from < COUNT; from += 1000) {
    const body = BINANCE.body(series.slice(from, from + 1000), { now, stepMs: MINUTE })
    bodies.set(series[from]!.time, { status: 200, body: Buffer.from(body) })
  }
  const venue = await new StandIn(BINANCE, [], now).start()
  venue.fault = ({ url }) => {
    const since = Number(url.searchParams.get('startTime'))
    const until = Number(url.searchParams.get('endTime'))
    const whole = bodies.get(since)
    if (whole !== undefined && until - since === 1000 * MINUTE - 1) return whole
    const rows = series.slice((since - START) / MINUTE, (until + 1 - START) / MINUTE)
    return { status: 200, body: BINANCE.body(rows, { now, stepMs: MINUTE }) }
  }
  return venue
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
