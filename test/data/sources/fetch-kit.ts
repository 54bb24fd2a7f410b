import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { timeframeMs } from '../../../src/core/candles/time.js'
import type { CandleRow, DataSetKey } from '../../../src/core/ports/market/candles.js'
import type { Coverage } from '../../../src/core/ports/market/coverage.js'
import type { FetchRepository } from '../../../src/core/ports/market/fetches.js'
import {
  type CandleLibrary,
  createCandleLibrary,
} from '../../../src/data/candles/candle-library.js'
import type { Clock } from '../../../src/data/sources/clock.js'
import { fetchCandles } from '../../../src/data/sources/fetch/fetch.js'
import type { FetchReport } from '../../../src/data/sources/fetch/fetch-request.js'
import { planFetch, type FetchPlan } from '../../../src/data/sources/fetch/plan.js'
import { createHttpClient, type HttpTimes } from '../../../src/data/sources/http/http-client.js'
import type { CandleSource } from '../../../src/data/sources/source.js'
import { sourceNamed } from '../../../src/data/sources/sources.js'
import { createFetchRepository } from '../../../src/data/store/candles/fetch-repository.js'
import { type Database, openDatabase } from '../../../src/data/store/database.js'
import { StandIn, type TrueCandle, type VenueShape } from './stand-in.js'

/** A clock that sleeps without waiting; its `now` follows the stand-in's. */
export class TestClock implements Clock {
  readonly slept: number[] = []
  private passed = 0
  private readonly standIn: StandIn
  constructor(standIn: StandIn) {
    this.standIn = standIn
  }
  now(): number {
    return this.standIn.now
  }
  monotonic(): number {
    return this.passed
  }
  sleep(ms: number): Promise<void> {
    this.slept.push(ms)
    this.passed += ms
    return Promise.resolve()
  }
  random(): number {
    return 0.5
  }
}

export interface FetchAsk {
  readonly since: number
  readonly until: number
  readonly key: DataSetKey
  readonly source?: CandleSource
  readonly archives?: boolean
  readonly again?: boolean
  readonly replace?: boolean
  readonly market?: string
  readonly base?: string
  readonly rate?: number
  readonly times?: Partial<HttpTimes>
}

export interface Fetched {
  readonly report: FetchReport
  readonly plan: FetchPlan
  readonly clock: TestClock
  readonly remarks: readonly string[]
}

/** An embedded database, and stand-ins of venues to fetch from. */
export function fetchKit(): {
  readonly standIn: (
    shape: VenueShape,
    series: readonly TrueCandle[],
    now: number,
  ) => Promise<StandIn>
  readonly fetch: (standIn: StandIn, ask: FetchAsk) => Promise<Fetched>
  readonly key: (source: string) => DataSetKey
  readonly rows: (key: DataSetKey) => Promise<CandleRow[]>
  readonly coverage: (key: DataSetKey) => Promise<readonly Coverage[]>
  readonly library: CandleLibrary
  readonly fetches: () => Promise<FetchRepository>
} {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fetch-'))
  let database: Promise<Database> | undefined
  const open = (): Promise<Database> => (database ??= openDatabase({ folder }))
  const library = createCandleLibrary({ home: folder, embedded: true, database: open })
  const fetches = async (): Promise<FetchRepository> => createFetchRepository(await open())
  const standIns: StandIn[] = []
  let symbols = 0
  beforeAll(async () => void (await open()))
  afterAll(async () => {
    for (const standIn of standIns) await standIn.stop()
    await (await database)?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    library,
    fetches,
    key: source => ({ symbol: `TEST${symbols++}-USDC`, timeframe: '1m', source }),
    coverage: async key => (await fetches()).coverage(key),
    standIn: async (shape, series, now) => {
      const standIn = await new StandIn(shape, series, now).start()
      standIns.push(standIn)
      return standIn
    },
    rows: async key => {
      const rows: CandleRow[] = []
      for await (const page of (await library.repository()).rows(key)) rows.push(...page)
      return rows
    },
    fetch: async (standIn, ask) => {
      const { key, since, until } = ask
      const source = ask.source ?? sourceNamed(key.source)
      const clock = new TestClock(standIn)
      const remarks: string[] = []
      const coverage = await (await fetches()).coverage(key)
      const plan = planFetch({
        source,
        timeframeMs: timeframeMs(key.timeframe),
        asked: { since, until },
        coverage: ask.again === true || ask.replace === true ? [] : coverage,
        now: standIn.now,
        archives: ask.archives ?? false,
        rate: ask.rate,
      })
      const { ask: http, close } = createHttpClient({ ...(ask.times && { times: ask.times }) })
      try {
        const report = await fetchCandles(
          {
            key,
            source,
            plan,
            coverage,
            market: ask.market ?? standIn.shape.market,
            base: ask.base,
            timeframeMs: timeframeMs(key.timeframe),
            address: standIn.address,
            archiveAddress: ask.archives === true ? standIn.address : undefined,
            headers: {},
            rate: ask.rate ?? 0,
            isReplacing: ask.replace ?? false,
          },
          {
            library,
            http,
            clock,
            onPause: async (host, pause) => (await fetches()).pause(host, pause),
            onProgress: () => undefined,
            onRemark: message => void remarks.push(message),
          },
        )
        return { report, plan, clock, remarks }
      } finally {
        await close()
      }
    },
  }
}
