import { useEffect, useState } from 'preact/hooks'
import { ask, wordsOf } from '../../state/client.js'
import { joined, SHOWN, type Row } from '../../state/candle-rows.js'
import type { DataSet, Session } from '../../state/resources.js'

/** Asked for when a candle has closed: what came since is among them, unless the page slept. */
const FRESH = 20

/** Candles of a market, and why there are none. */
export interface ShownCandles {
  /** Null until they are there. */
  readonly rows: readonly Row[] | null
  readonly trouble: string
}

/** Where candles come from: a stored set, or the feed of a session that brings them as they close. */
export type CandlePlace =
  | { readonly kind: 'stored'; readonly set: DataSet; readonly until: string | null }
  | { readonly kind: 'feed'; readonly session: Session }

/** The last candles of a place, brought up to now whenever its session has taken another one. */
export function useCandles(place: CandlePlace): ShownCandles {
  const [rows, setRows] = useState<readonly Row[] | null>(null)
  const [trouble, setTrouble] = useState('')
  const [name, version] = versionOf(place)
  useEffect(() => setRows(null), [name])
  useEffect(() => {
    const stop = new AbortController()
    read(place, rows, stop.signal).then(
      found => {
        setRows(found)
        setTrouble('')
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setTrouble(wordsOf(error))
      },
    )
    return () => stop.abort()
  }, [name, version])
  return { rows, trouble }
}

/** What tells a place from others, and its state from earlier ones. */
function versionOf(place: CandlePlace): readonly [name: string, version: string] {
  if (place.kind === 'feed') {
    return [place.session.session_id, place.session.candle_closed_at ?? '']
  }
  const { symbol, source, timeframe } = place.set
  return [`${symbol}@${source} ${timeframe}`, place.until ?? '']
}

async function read(
  place: CandlePlace,
  known: readonly Row[] | null,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  if (place.kind === 'stored') {
    const { symbol, source, timeframe } = place.set
    const query = new URLSearchParams({
      symbol: `${symbol}@${source}`,
      timeframe,
      last: 'true',
      limit: String(SHOWN),
      ...(place.until !== null && { to: String(Date.parse(place.until)) }),
    })
    return (await asked(`/v1/candles?${query.toString()}`, signal)).slice(-SHOWN)
  }
  const path = `/v1/sessions/${place.session.session_id}/candles`
  const fresh = known === null ? [] : await asked(`${path}?limit=${FRESH}`, signal)
  return joined(known ?? [], fresh) ?? (await asked(`${path}?limit=${SHOWN}`, signal))
}

async function asked(path: string, signal: AbortSignal): Promise<readonly Row[]> {
  return (await ask<{ items: readonly Row[] }>(path, { signal })).items
}
