import type { CandleRow } from '../../../../src/core/ports/market/candles.js'
import type { FeedEvent } from '../../../../src/core/ports/market/feed.js'
import type { CloseHints } from '../../../../src/data/sources/feed/close-hints.js'
import { pollFeed } from '../../../../src/data/sources/feed/poll-feed.js'
import { Asker } from '../../../../src/data/sources/fetch/asker.js'
import { NetworkError, type HttpClient } from '../../../../src/data/sources/http/http-client.js'
import { sourceNamed } from '../../../../src/data/sources/sources.js'
import type { TrueCandle, VenueShape } from '../stand-in.js'
import { VirtualClock } from '../virtual-clock.js'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 2, 2)

/** What befalls one answer. */
export type AnswerFault =
  | { readonly kind: 'none' }
  /** A server that fails; nothing at all; half of an answer. */
  | { readonly kind: 'failing' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'cut' }
  /** It takes so long. */
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'shuffled' }
  /** Without its newest closed row. */
  | { readonly kind: 'short' }
  /** The newest closed row has another close, which is put right within the minute. */
  | { readonly kind: 'unsettled' }

export interface FeedWorld {
  readonly shape: VenueShape
  readonly series: readonly TrueCandle[]
  readonly until: number
  /** By the number of the request and the time. */
  readonly fault?: (request: number, now: number) => AnswerFault
  /** Hints of closes, in virtual time. */
  readonly hints?: (clock: VirtualClock, signal: AbortSignal) => CloseHints
  readonly from?: number
}

/** An event, and the time of the venue when it was given. */
export interface Given {
  readonly at: number
  readonly event: FeedEvent
}

/** Follows a venue in virtual time. */
export async function followVenue(world: FeedWorld): Promise<{
  readonly given: Given[]
  readonly requests: number
}> {
  const clock = new VirtualClock(START + 1000)
  const stop = new AbortController()
  clock.onTick = now => {
    if (now >= world.until) stop.abort()
  }
  const source = sourceNamed(world.shape.source)
  const venue = venueClient(world, clock)
  const asker = new Asker({
    http: venue.http,
    clock,
    address: 'http://venue.test',
    limits: source.limits,
    rate: 0,
    headers: {},
    onPause: () => Promise.resolve(),
    onRemark: () => undefined,
    isPatient: true,
  })
  const request = {
    source,
    market: world.shape.market,
    base: undefined,
    timeframe: '1m',
    timeframeMs: MINUTE,
    from: world.from ?? START,
  }
  const hints = world.hints?.(clock, stop.signal)
  const given: Given[] = []
  for await (const event of pollFeed(request, { asker, clock, signal: stop.signal, hints })) {
    given.push({ at: clock.now(), event })
  }
  return { given, requests: venue.requests() }
}

/** Answers as the venue does, in this process. */
function venueClient(
  { shape, series, fault = () => ({ kind: 'none' }) }: FeedWorld,
  clock: VirtualClock,
): { readonly http: HttpClient; readonly requests: () => number } {
  let requests = 0
  const http: HttpClient = async address => {
    const trouble = fault(requests++, clock.now())
    if (trouble.kind === 'late') await clock.sleep(trouble.ms)
    if (trouble.kind === 'silent') throw new NetworkError('the venue is away', true)
    const now = clock.now()
    const headers = { date: new Date(now).toUTCString() }
    if (trouble.kind === 'failing') return { status: 503, headers, body: Buffer.from('away') }
    const asked = shape.parse(new URL(address))!
    const within = series.filter(
      ({ time, isEmpty }) =>
        time >= asked.since &&
        time < asked.until &&
        time <= now &&
        !(shape.leavesOutEmpty && isEmpty),
    )
    const most = Math.min(asked.limit, shape.page)
    const rows = shape.newestFirst ? within.slice(-most).reverse() : within.slice(0, most)
    const told = troubled(rows, trouble, now)
    const body = Buffer.from(shape.body(told, { now, stepMs: MINUTE }))
    return {
      status: 200,
      headers,
      body: trouble.kind === 'cut' ? body.subarray(0, body.length >> 1) : body,
    }
  }
  return { http, requests: () => requests }
}

function troubled(rows: readonly TrueCandle[], trouble: AnswerFault, now: number) {
  const newest = Math.max(...rows.map(({ time }) => (time + MINUTE <= now ? time : -Infinity)))
  const { kind } = trouble
  if (kind === 'repeated') return rows.flatMap(row => [row, row])
  if (kind === 'shuffled') return [...rows.slice(1), ...rows.slice(0, 1)]
  if (kind === 'short') return rows.filter(({ time }) => time !== newest)
  if (kind !== 'unsettled') return rows
  return rows.map(row => (row.time === newest ? { ...row, close: row.low } : row))
}

/** What the events come to: candles as they were told last, those that came late included. */
export function foldedCandles(events: readonly FeedEvent[]): Map<number, string> {
  const candles = new Map<number, string>()
  for (const event of events) {
    if (event.kind === 'candle' || event.kind === 'late')
      candles.set(event.candle.time, valuesText(event.candle))
    if (event.kind === 'revised')
      candles.set(event.time, event.after.split(' ').map(Number).join(' '))
  }
  return new Map([...candles].sort(([a], [b]) => a - b))
}

/** As numbers: venues write zeros differently, some have no volume. */
export function valuesText({ open, high, low, close, volume }: Omit<CandleRow, 'time'>): string {
  return [open, high, low, close, volume ?? 'NaN'].map(Number).join(' ')
}

/** Hints of closes 20 ms after each, as a stream gives them when nothing is lost. */
export function venueHints(
  series: readonly TrueCandle[],
  change: (row: TrueCandle, k: number) => readonly CandleRow[] = row => [row],
): NonNullable<FeedWorld['hints']> {
  return (clock, signal) => {
    let latest: CandleRow | undefined
    let wake = (): void => undefined
    const rearmed = (): Promise<void> => new Promise(resolve => (wake = resolve))
    const hints = {
      woken: rearmed(),
      take: () => {
        const taken = latest
        latest = undefined
        hints.woken = rearmed()
        return taken
      },
    }
    const run = async (): Promise<void> => {
      for (const [k, row] of series.entries()) {
        const wait = row.time + MINUTE + 20 - clock.now()
        if (wait < 0) continue
        await clock.sleep(wait)
        if (signal.aborted) return
        for (const hint of change(row, k)) {
          latest = hint
          wake()
        }
      }
    }
    void run()
    return hints
  }
}
