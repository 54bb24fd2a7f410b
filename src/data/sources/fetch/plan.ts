import { bucketOpen } from '../../../core/candles/resample.js'
import { DAY_MS, type Millis } from '../../../core/candles/time.js'
import type { Coverage } from '../../../core/ports/market/coverage.js'
import { uncovered, type Interval } from '../../store/candles/coverage.js'
import type { CandleSource } from '../source.js'

/** A stretch that is asked for at once. */
export interface PlannedWindow extends Interval {
  readonly path: 'rest' | 'archive'
  /** What a file holds; absent for answers. */
  readonly kind?: 'day' | 'month'
}

/** What will be asked of a source, and what cannot be had of it. */
export interface FetchPlan {
  readonly windows: readonly PlannedWindow[]
  /** What is known already, or not available, within what was asked. */
  readonly known: readonly Interval[]
  readonly unavailable: readonly (Interval & { readonly reason: string })[]
  /** Candles that the windows can hold. */
  readonly candles: number
  readonly requests: number
  /** The least time that the requests take within half of the limits. */
  readonly seconds: number
}

export interface PlanRequest {
  readonly source: CandleSource
  readonly timeframeMs: Millis
  readonly asked: Interval
  readonly coverage: readonly Coverage[]
  /** The time of the source, or the best guess of it. */
  readonly now: Millis
  /** Whether files of days and months may be used. */
  readonly archives: boolean
  /** Requests in a second, instead of half of what the source allows. */
  readonly rate?: number | undefined
}

/** What has to be asked, and no more: windows that fit in a page, oldest first. */
export function planFetch(request: PlanRequest): FetchPlan {
  const { source, timeframeMs, coverage } = request
  const closed = closedBefore(request)
  const asked = {
    since: opening(request.asked.since, timeframeMs),
    until: Math.min(request.asked.until, closed),
  }
  const reach = source.depth === null ? -Infinity : closed - source.depth * timeframeMs
  const beyond = { since: asked.since, until: Math.min(asked.until, reach) }
  const tooOld = uncovered(beyond, coverage.filter(isFinal))
  const within = { ...asked, since: Math.max(asked.since, reach) }
  const parts = uncovered(within, coverage.filter(isFinal))
  const windows = parts.flatMap(part => windowsOf(part, request))
  return {
    windows,
    known: uncovered(asked, [...parts, ...tooOld]),
    unavailable: tooOld.map(part => ({ ...part, reason: depthText(source) })),
    ...costOf(windows, request),
  }
}

/** What will not be asked again: it is known, or cannot be had. */
function isFinal({ state, isSettled }: Coverage): boolean {
  return isSettled && state !== 'failed'
}

function closedBefore({ source, timeframeMs, now }: PlanRequest): Millis {
  return bucketOpen(now - source.graceMs, timeframeMs)
}

/** The first open at or after a time. */
function opening(time: Millis, timeframeMs: Millis): Millis {
  const open = bucketOpen(time, timeframeMs)
  return open < time ? open + timeframeMs : open
}

function depthText({ title, depth }: CandleSource): string {
  return `${title} has the newest ${depth} candles alone`
}

function windowsOf(part: Interval, request: PlanRequest): readonly PlannedWindow[] {
  const files = request.archives ? filesOf(part, request) : []
  const rest = uncovered(part, files).flatMap(left => pagesOf(left, request))
  return [...files, ...rest].sort((a, b) => a.since - b.since)
}

/** Windows that a page of the source holds, oldest first. */
export function pagesOf(
  { since, until }: Interval,
  { source, timeframeMs }: Pick<PlanRequest, 'source' | 'timeframeMs'>,
): PlannedWindow[] {
  const length = source.page * timeframeMs
  const pages: PlannedWindow[] = []
  for (let at = since; at < until; at += length) {
    pages.push({ since: at, until: Math.min(until, at + length), path: 'rest' })
  }
  return pages
}

/** A file has to save this many answers. */
const PAGES_MIN = 3
const DAYS_MIN = 3
/** Files of months are there in the first days of the next one. */
const MONTH_DELAY_MS = 8 * DAY_MS

/** Whole months, and whole days beside them, where files save requests. */
function filesOf(part: Interval, request: PlanRequest): readonly PlannedWindow[] {
  const { source, timeframeMs, now } = request
  if (source.archive === undefined) return []
  const pagesIn = (ms: Millis): number => ms / timeframeMs / source.page
  const months = pagesIn(28 * DAY_MS) >= PAGES_MIN ? wholeMonths(part, now - MONTH_DELAY_MS) : []
  if (pagesIn(DAY_MS) <= 1) return months
  const published = now - source.archive.delayMs
  const days = uncovered(part, months).flatMap(left => wholeDays(left, published))
  return days.length < DAYS_MIN ? months : [...months, ...days]
}

function wholeMonths(part: Interval, published: Millis): PlannedWindow[] {
  const months: PlannedWindow[] = []
  const first = new Date(part.since)
  for (let k = 0; ; k++) {
    const month = (n: number): Millis => Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + n)
    const [since, until] = [month(k), month(k + 1)]
    if (until > part.until || until > published) return months
    if (since >= part.since) months.push({ since, until, path: 'archive', kind: 'month' })
  }
}

function wholeDays(part: Interval, published: Millis): PlannedWindow[] {
  const days: PlannedWindow[] = []
  for (let since = opening(part.since, DAY_MS); ; since += DAY_MS) {
    const until = since + DAY_MS
    if (until > part.until || until > published) return days
    days.push({ since, until, path: 'archive', kind: 'day' })
  }
}

/** Requests and time; a file comes with its checksum. */
function costOf(
  windows: readonly PlannedWindow[],
  { source, timeframeMs, rate }: PlanRequest,
): Pick<FetchPlan, 'candles' | 'requests' | 'seconds'> {
  const candles = windows.reduce((sum, { since, until }) => sum + (until - since) / timeframeMs, 0)
  const files = windows.filter(({ path }) => path === 'archive').length
  const requests = windows.length + files
  const { limits } = source
  const perSecond = rate === undefined ? (limits.requests / limits.perMs) * 500 : rate
  const answers = windows.length - files
  return {
    candles: Math.round(candles),
    requests,
    seconds: perSecond === 0 ? 0 : Math.ceil(answers / perSecond),
  }
}
