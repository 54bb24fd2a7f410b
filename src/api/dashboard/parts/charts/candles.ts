import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, wordsOf } from '../../state/client.js'
import { HELD_MAX, joined, SHOWN, withOlder, type Row } from '../../state/candle-rows.js'
import type { CandlePlace } from '../../state/markets.js'

/** Asked for when a candle has closed: what came since is among them, unless the page slept. */
const FRESH = 20
/** The most that one answer of the API holds. */
const PAGE = 5_000
/** The most candles that are read from one drawing of the chart to the next. */
const OLDER_MAX = 25_000

/** Candles of a market, and why there are none. */
export interface ShownCandles {
  /** Null until they are there. */
  readonly rows: readonly Row[] | null
  readonly trouble: string
  /** Whether nothing lies before them that may be shown. */
  readonly isAll: boolean
  /** Reads older ones, unless it does so already. */
  readonly older: () => void
}

interface Held {
  readonly rows: readonly Row[]
  readonly isAll: boolean
}

/** The candles of a place, brought up to now whenever its session has taken another one. */
export function useCandles(place: CandlePlace): ShownCandles {
  const [held, setHeld] = useState<Held | null>(null)
  const [trouble, setTrouble] = useState('')
  const [name, version] = versionOf(place)
  const latest = useRef<Held | null>(null)
  const reading = useRef<AbortController | null>(null)
  const take = (found: Held): void => {
    latest.current = found
    setHeld(found)
    setTrouble('')
  }
  useEffect(() => {
    latest.current = null
    setHeld(null)
    return () => reading.current?.abort()
  }, [name])
  useEffect(() => {
    const stop = new AbortController()
    recent(place, () => latest.current, stop.signal).then(take, (error: unknown) => {
      if (!stop.signal.aborted) setTrouble(wordsOf(error))
    })
    return () => stop.abort()
  }, [name, version])
  const older = (): void => {
    const known = latest.current
    if (known === null || known.isAll || reading.current !== null) return
    const stop = (reading.current = new AbortController())
    before(place, known.rows, stop.signal)
      .then(
        found => {
          const { rows } = latest.current ?? known
          const all = withOlder(rows, found.rows)
          take({ rows: all, isAll: found.isAll || all.length >= HELD_MAX })
        },
        (error: unknown) => {
          if (!stop.signal.aborted) setTrouble(wordsOf(error))
        },
      )
      .finally(() => (reading.current = null))
  }
  return { rows: held?.rows ?? null, trouble, isAll: held?.isAll ?? false, older }
}

/** What tells a place from others, and its state from earlier ones. */
function versionOf(place: CandlePlace): readonly [name: string, version: string] {
  if (place.kind === 'feed') {
    return [`${place.session.session_id} ${place.symbol}`, place.session.candle_closed_at ?? '']
  }
  const { symbol, source, timeframe } = place.set
  return [`${symbol}@${source} ${timeframe} ${place.timeframe}`, place.until ?? '']
}

/** The last candles of a place: what came since where some are known, else so many as are shown first. */
async function recent(
  place: CandlePlace,
  known: () => Held | null,
  signal: AbortSignal,
): Promise<Held> {
  const isKnown = known() !== null
  const fresh = isKnown ? await asked(place, { limit: FRESH }, signal) : []
  const { rows = [], isAll = false } = known() ?? {}
  const all = joined(rows, fresh)
  if (all !== null) return { rows: all, isAll: isAll || all.length >= HELD_MAX }
  const first = await asked(place, { limit: SHOWN }, signal)
  return { rows: first, isAll: first.length < SHOWN }
}

/**
 * What lies before the candles that are known: as many again, so that a chart is drawn anew a few times
 * on the way to the first.
 */
async function before(
  place: CandlePlace,
  known: readonly Row[],
  signal: AbortSignal,
): Promise<Held> {
  if (place.kind === 'feed') {
    // A session gives its last candles alone.
    return { rows: await asked(place, { limit: PAGE }, signal), isAll: true }
  }
  const wanted = Math.min(Math.max(PAGE, known.length), OLDER_MAX)
  let rows: readonly Row[] = []
  while (rows.length < wanted) {
    const until = rows[0]?.[0] ?? known[0]?.[0] ?? 0
    const page = await asked(place, { limit: PAGE, until }, signal)
    rows = [...page, ...rows]
    if (page.length < PAGE) return { rows, isAll: true }
  }
  return { rows, isAll: false }
}

/** The last candles that lie before `until`, UTC milliseconds. */
async function asked(
  place: CandlePlace,
  { limit, until }: { readonly limit: number; readonly until?: number },
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const query = new URLSearchParams({ limit: String(limit) })
  if (place.kind === 'feed') query.set('symbol', place.symbol)
  else {
    const { symbol, source, timeframe } = place.set
    query.set('symbol', `${symbol}@${source}`)
    query.set('timeframe', timeframe)
    query.set('last', 'true')
    if (place.timeframe !== timeframe) query.set('resample', place.timeframe)
    const end = until ?? (place.until === null ? null : Date.parse(place.until))
    if (end !== null) query.set('to', String(end))
  }
  const path =
    place.kind === 'feed' ? `/v1/sessions/${place.session.session_id}/candles` : '/v1/candles'
  return (await ask<{ items: readonly Row[] }>(`${path}?${query.toString()}`, { signal })).items
}
