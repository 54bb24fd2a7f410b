import { DAY_MS, formatTime, type Millis } from '../../../core/candles/time.js'
import type { DataSet, DataSetKey } from '../../../core/ports/candles.js'
import type { Coverage, FetchNote, RevisionNote } from '../../../core/ports/coverage.js'
import type { SourcePause } from '../../../core/ports/fetches.js'
import type { CandleLibrary } from '../../candles/candle-library.js'
import type { Interval } from '../../store/candles/coverage.js'
import type { Clock } from '../clock.js'
import type { HttpClient } from '../http/http-client.js'
import { adapterOf, type ArchiveFile, type CandleSource, type PageRequest } from '../source.js'
import { fetchArchive } from './archive-fetch.js'
import { Asker, AskError } from './asker.js'
import { FetchStore, type FetchResult } from './fetch-store.js'
import type { FetchPlan, PlannedWindow } from './plan.js'
import { SourceTime } from './source-time.js'
import { fetchWindow } from './window-fetch.js'

/** What to fetch, from where. */
export interface FetchRequest {
  readonly key: DataSetKey
  readonly source: CandleSource
  /** The market's name at the source. */
  readonly market: string
  /** The address of the base coin, where the source names one. */
  readonly base: string | undefined
  readonly timeframeMs: Millis
  readonly plan: FetchPlan
  /** What was known before of the data set. */
  readonly coverage: readonly Coverage[]
  readonly address: string
  readonly archiveAddress: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly rate: number | undefined
  /** Whether candles that are final may be replaced. */
  readonly isReplacing: boolean
}

export interface FetchDependencies {
  readonly library: CandleLibrary
  readonly http: HttpClient
  readonly clock: Clock
  readonly onPause: (host: string, pause: SourcePause) => Promise<void>
  readonly onProgress: (progress: FetchProgress) => void
  readonly onRemark: (message: string) => void
}

export interface FetchProgress {
  readonly done: number
  readonly windows: number
  readonly candles: number
}

/** A stretch that was not stored, and why. */
export interface FetchFailure extends Interval {
  readonly reason: string
}

export interface FetchReport {
  readonly key: DataSetKey
  readonly counts: FetchStore['counts']
  readonly windows: Readonly<Record<FetchNote['state'], number>>
  readonly failures: readonly FetchFailure[]
  readonly conflicts: readonly RevisionNote[]
  /** What ended the fetch before all was asked. */
  readonly stopped: AskError | undefined
  /** The data set afterwards; undefined where nothing is stored. */
  readonly dataSet: DataSet | undefined
  /** How far this machine's clock is behind that of the source; null where that is little. */
  readonly skewMs: Millis | null
}

/**
 * Carries out a plan: each window is asked, checked and stored; one that fails is noted and the
 * others go on. What ends all, such as a ban, is told beside what was stored until then.
 */
export async function fetchCandles(
  request: FetchRequest,
  dependencies: FetchDependencies,
): Promise<FetchReport> {
  const fetch = new Fetch(request, dependencies)
  return fetch.run()
}

class Fetch {
  private readonly request: FetchRequest
  private readonly dependencies: FetchDependencies
  private readonly asker: Asker
  private readonly shelf: Asker | undefined
  private readonly time: SourceTime
  private readonly store: FetchStore
  private readonly failures: FetchFailure[] = []
  private readonly windows = { candles: 0, empty: 0, failed: 0, unavailable: 0 }
  private stopped: AskError | undefined
  private broken: Error | undefined
  private next = 0
  private done = 0
  private queue: PlannedWindow[] = []

  constructor(request: FetchRequest, dependencies: FetchDependencies) {
    const { source, address, archiveAddress } = request
    this.request = request
    this.dependencies = dependencies
    this.time = new SourceTime(dependencies.clock)
    this.asker = this.askerOf(address, request.rate)
    this.shelf = archiveAddress === undefined ? undefined : this.askerOf(archiveAddress, 0)
    this.store = new FetchStore({ ...dependencies, ...request })
    this.queue = [...request.plan.windows]
    this.workers = source.limits.parallel
  }

  private readonly workers: number

  private askerOf(address: string, rate: number | undefined): Asker {
    const { http, clock, onPause, onRemark } = this.dependencies
    const { source, headers } = this.request
    const { host } = new URL(address)
    return new Asker({
      http,
      clock,
      address,
      limits: source.limits,
      rate,
      headers,
      onPause: pause => onPause(host, pause),
      onRemark,
    })
  }

  async run(): Promise<FetchReport> {
    await this.putUnavailable(this.request.plan.unavailable)
    await this.skipBeforeListing()
    await Promise.all(Array.from({ length: this.workers }, () => this.work()))
    await this.store.finish()
    if (this.broken !== undefined) throw this.broken
    const { store, windows, failures, stopped } = this
    return {
      key: this.request.key,
      counts: store.counts,
      windows,
      failures: [...failures].sort((a, b) => a.since - b.since),
      conflicts: store.conflicts,
      stopped,
      dataSet: store.dataSet,
      skewMs: this.time.skew(),
    }
  }

  private async work(): Promise<void> {
    while (this.stopped === undefined && this.broken === undefined) {
      const window = this.queue[this.next]
      if (window === undefined) return
      this.next++
      try {
        await this.take(window)
      } catch (error) {
        this.broken ??= error as Error
      }
    }
  }

  private async take(window: PlannedWindow): Promise<void> {
    const requestedAt = this.dependencies.clock.now()
    try {
      const result =
        window.path === 'archive'
          ? await this.fromFile(window, requestedAt)
          : await this.fromAnswer(window, requestedAt)
      if (result !== undefined) await this.put(result)
    } catch (error) {
      if (!(error instanceof AskError)) throw error
      await this.fail(window, requestedAt, error)
    }
    this.done++
    const { done, queue, store } = this
    const candles = store.counts.fresh
    this.dependencies.onProgress({ done, windows: queue.length, candles })
  }

  private async fromAnswer(
    window: Interval,
    requestedAt: Millis,
  ): Promise<FetchResult | undefined> {
    const { asker, time } = this
    const answer = await fetchWindow({ source: this.request.source, asker, time }, this.ask(window))
    const part = { since: window.since, until: answer.until }
    if (part.until <= part.since) return undefined
    return this.resultOf(part, answer.candles, {
      requestedAt,
      sourceTime: answer.sourceTime,
      notes: answer.notes,
      path: 'rest',
      host: asker.host,
      checksum: 'none',
      etag: null,
    })
  }

  private async fromFile(
    window: PlannedWindow,
    requestedAt: Millis,
  ): Promise<FetchResult | undefined> {
    const { asker, time, shelf } = this
    const { source } = this.request
    const from = { source, asker, time, shelf: shelf!, files: source.archive! }
    const kind = window.kind as ArchiveFile['kind']
    const answer = await fetchArchive(from, this.ask(window), kind)
    if ('instead' in answer) {
      this.askInstead(window, answer.instead)
      return undefined
    }
    return this.resultOf(window, answer.candles, {
      requestedAt,
      sourceTime: null,
      notes: answer.notes,
      path: 'archive',
      host: shelf!.host,
      checksum: answer.checksum,
      etag: answer.etag,
    })
  }

  /** A file that cannot be used is replaced by answers: of days, where it was a month. */
  private askInstead(window: PlannedWindow, reason: string): void {
    const { source, timeframeMs } = this.request
    const path = source.archive!.path({ ...this.ask(window), kind: window.kind! })
    if (reason !== 'not published') {
      this.dependencies.onRemark(`${path}: ${reason}; asking for answers instead`)
    }
    const length = source.page * timeframeMs
    for (let since = window.since; since < window.until; since += length) {
      this.queue.push({ since, until: Math.min(window.until, since + length), path: 'rest' })
    }
  }

  private ask({ since, until }: Interval): PageRequest {
    const { market, key, timeframeMs, base } = this.request
    return { market, timeframe: key.timeframe, timeframeMs, since, until, base }
  }

  private resultOf(
    { since, until }: Interval,
    candles: FetchResult['candles'],
    told: Omit<
      FetchNote,
      'since' | 'until' | 'state' | 'isSettled' | 'reason' | 'adapter' | 'rows'
    >,
  ): FetchResult {
    const { source } = this.request
    const isSettled = until <= (told.sourceTime ?? this.time.now()) - source.settleMs
    const note: FetchNote = {
      ...told,
      since,
      until,
      state: candles.length === 0 ? 'empty' : 'candles',
      isSettled,
      reason: null,
      adapter: adapterOf(source),
      rows: candles.length,
    }
    return { since, until, candles, wasSettled: this.wasSettled({ since, until }), note }
  }

  /** Whether what is stored of a stretch was held to be final. */
  private wasSettled({ since, until }: Interval): boolean {
    const overlapping = this.request.coverage.filter(
      one => one.since < until && one.until > since && !one.isSettled,
    )
    return overlapping.length === 0
  }

  private async put(result: FetchResult): Promise<void> {
    this.windows[result.note.state]++
    await this.store.put(result)
  }

  private async fail(window: PlannedWindow, requestedAt: Millis, error: AskError): Promise<void> {
    const { why, message: reason } = error
    if (why !== 'failed' && why !== 'unavailable') {
      this.stopped ??= error
      return
    }
    if (why === 'failed') this.failures.push({ since: window.since, until: window.until, reason })
    await this.put(this.withoutCandles(window, why, { requestedAt, reason }))
  }

  private withoutCandles(
    { since, until }: Interval,
    state: 'failed' | 'unavailable',
    { requestedAt, reason }: { readonly requestedAt: Millis; readonly reason: string },
  ): FetchResult {
    const note: FetchNote = {
      since,
      until,
      state,
      isSettled: state === 'unavailable',
      reason,
      adapter: adapterOf(this.request.source),
      host: this.asker.host,
      path: 'rest',
      requestedAt,
      sourceTime: null,
      checksum: 'none',
      etag: null,
      rows: 0,
      notes: {},
    }
    return { since, until, candles: [], wasSettled: true, note }
  }

  private async putUnavailable(parts: FetchPlan['unavailable']): Promise<void> {
    const requestedAt = this.dependencies.clock.now()
    for (const part of parts) {
      const { reason } = part
      await this.put(this.withoutCandles(part, 'unavailable', { requestedAt, reason }))
    }
  }

  /**
   * A long plan begins with days, which say when the market began: what lies before need not be asked
   * for page by page.
   */
  private async skipBeforeListing(): Promise<void> {
    const { source } = this.request
    const [first, last] = [this.queue[0], this.queue[this.queue.length - 1]]
    const isLong = this.queue.length >= LONG_PLAN && this.request.timeframeMs < DAY_MS
    if (!isLong || !source.timeframes.includes('1d')) return
    try {
      const listed = await this.firstDay({ since: first!.since, until: last!.until })
      const before = this.queue.filter(({ until }) => until <= listed)
      if (before.length === 0) return
      this.queue = this.queue.filter(({ until }) => until > listed)
      const reason = `${source.title} has no candle before ${formatTime(listed)}`
      const end = this.queue[0]?.since ?? last!.until
      await this.putUnavailable([{ since: first!.since, until: Math.min(end, listed), reason }])
    } catch (error) {
      if (!(error instanceof AskError)) throw error
      if (error.why !== 'failed' && error.why !== 'unavailable') this.stopped = error
    }
  }

  /** The open of the first day with a candle; the end where there is none. */
  private async firstDay({ since, until }: Interval): Promise<Millis> {
    const { source, market, base } = this.request
    const { asker, time } = this
    const length = source.page * DAY_MS
    for (let at = since - (since % DAY_MS); at < until; at += length) {
      const { candles } = await fetchWindow(
        { source, asker, time },
        {
          market,
          base,
          timeframe: '1d',
          timeframeMs: DAY_MS,
          since: at,
          until: Math.min(at + length, until + DAY_MS),
        },
      )
      if (candles.length > 0) return candles[0]!.time
    }
    return until
  }
}

/** From so many windows on, the beginning of a market is looked for first. */
const LONG_PLAN = 20
