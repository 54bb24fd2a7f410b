import type { DataSet, Session } from './resources.js'

/** Where candles come from: a stored set, or the feed of a session that brings them as they close. */
export type CandlePlace =
  | {
      readonly kind: 'stored'
      readonly set: DataSet
      /** The timeframe that is made of them; that of the set where it is the same. */
      readonly timeframe: string
      /** What lies after it is not shown: a session over stored candles has not come to it. */
      readonly until: string | null
    }
  | { readonly kind: 'feed'; readonly session: Session; readonly symbol: string }

/** Candles that may be shown, and the session that trades on them. */
export interface Choice {
  /** As it stands in the address of the screen. */
  readonly id: string
  readonly name: string
  readonly symbol: string
  readonly timeframe: string
  readonly place: CandlePlace
  readonly traded: Session | null
}

const MADE = ['1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '1w']
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** The markets of sessions that run first, for they go on; then all that is stored. */
export function choicesOf(
  running: readonly Session[],
  sets: readonly DataSet[],
  shown: Session | null,
): readonly Choice[] {
  const feeds = running
    .filter(({ feed }) => feed !== 'replay')
    .flatMap(one => one.symbols.map(symbol => feedOf(one, symbol)))
  // The session that the page shows before others on the same candles.
  const inOrder = [...(shown === null ? [] : [shown]), ...running]
  const stored = sets.map((set): Choice => {
    const traded = inOrder.find(one => one.feed === 'replay' && isOf(set, one)) ?? null
    const { symbol, source, timeframe } = set
    const name = `${symbol}@${source} ${timeframe}`
    const until = traded?.candle_closed_at ?? null
    const place = { kind: 'stored', set, timeframe, until } as const
    return { id: name, name, symbol, timeframe, place, traded }
  })
  return [...feeds, ...stored]
}

function feedOf(one: Session, symbol: string): Choice {
  const { session_id: id, timeframe, feed } = one
  return {
    id: `${id} ${symbol}`,
    name: `${symbol} ${timeframe}, as ${feed} brings it to ${one.mode} ${id.slice(0, 4)}`,
    symbol,
    timeframe,
    place: { kind: 'feed', session: one, symbol },
    traded: one,
  }
}

function isOf({ symbol, source, timeframe }: DataSet, one: Session): boolean {
  return (
    one.timeframe === timeframe &&
    one.symbols.some(name => [symbol, `${symbol}@${source}`].includes(name))
  )
}

/** Higher timeframes that whole candles of one fill. */
export function timeframesFrom(timeframe: string): readonly string[] {
  const own = secondsOf(timeframe)
  const higher = MADE.filter(one => secondsOf(one) > own && secondsOf(one) % own === 0)
  return [timeframe, ...higher]
}

function secondsOf(timeframe: string): number {
  return Number(timeframe.slice(0, -1)) * (UNITS[timeframe.slice(-1)] ?? NaN)
}
