import { DAY_MS, formatTime, type Millis } from '../../../core/candles/time.js'
import type { Interval } from '../../store/candles/coverage.js'
import type { ArchiveFile, PageRequest } from '../source.js'
import { fetchArchive } from './archive-fetch.js'
import { Asker, AskError } from './asker.js'
import { FetchStore, type FetchResult } from './fetch-store.js'
import { pagesOf, type FetchPlan, type PlannedWindow } from './plan.js'
import { firstDay } from './first-day.js'
import { resultOf, withoutCandles, type ResultContext } from './fetch-result.js'
import { SourceTime } from './source-time.js'
import { fetchWindow } from './window-fetch.js'
import type { FetchDependencies, FetchFailure, FetchReport, FetchRequest } from './fetch-request.js'

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
  private readonly about: ResultContext
  private next = 0
  private done = 0
  private queue: PlannedWindow[]

  constructor(request: FetchRequest, dependencies: FetchDependencies) {
    const { source, address, archiveAddress } = request
    this.request = request
    this.dependencies = dependencies
    this.time = new SourceTime(dependencies.clock)
    this.asker = this.askerOf(address, request.rate)
    this.shelf = archiveAddress === undefined ? undefined : this.askerOf(archiveAddress, 0)
    this.store = new FetchStore({ ...dependencies, ...request })
    this.queue = [...request.plan.windows]
    this.about = {
      source,
      coverage: request.coverage,
      host: this.asker.host,
      now: () => this.time.now(),
    }
  }

  private askerOf(address: string, rate: number | undefined): Asker {
    const { http, clock, onPause, onRemark } = this.dependencies
    const { source, headers } = this.request
    return new Asker({
      http,
      clock,
      address,
      limits: source.limits,
      rate,
      headers,
      onPause,
      onRemark,
    })
  }

  async run(): Promise<FetchReport> {
    await this.putUnavailable(this.request.plan.unavailable)
    await this.skipBeforeListing()
    const { parallel } = this.request.source.limits
    await Promise.all(Array.from({ length: parallel }, () => this.work()))
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
    return resultOf(this.about, part, answer.candles, {
      requestedAt,
      sourceTime: answer.sourceTime,
      notes: answer.notes,
      path: this.request.source.through?.path ?? 'rest',
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
    return resultOf(this.about, window, answer.candles, {
      requestedAt,
      sourceTime: null,
      notes: answer.notes,
      path: 'archive',
      host: shelf!.host,
      checksum: answer.checksum,
      etag: answer.etag,
    })
  }

  /** A file that cannot be used is replaced by answers. */
  private askInstead(window: PlannedWindow, reason: string): void {
    const path = this.request.source.archive!.path({ ...this.ask(window), kind: window.kind! })
    if (reason !== 'not published') {
      this.dependencies.onRemark(`${path}: ${reason}; asking for answers instead`)
    }
    this.queue.push(...pagesOf(window, this.request))
  }

  private ask({ since, until }: Interval): PageRequest {
    const { market, key, timeframeMs, base } = this.request
    return { market, timeframe: key.timeframe, timeframeMs, since, until, base }
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
    await this.put(
      withoutCandles(this.about, window, {
        state: why,
        requestedAt,
        reason,
      }),
    )
  }

  private async putUnavailable(parts: FetchPlan['unavailable']): Promise<void> {
    const requestedAt = this.dependencies.clock.now()
    for (const part of parts) {
      const { reason } = part
      await this.put(
        withoutCandles(this.about, part, { state: 'unavailable', requestedAt, reason }),
      )
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
      const { asker, time } = this
      const from = { source, asker, time }
      const listed = await firstDay(from, this.request, {
        since: first!.since,
        until: last!.until,
      })
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
}

/** From so many windows on, the beginning of a market is looked for first. */
const LONG_PLAN = 20
