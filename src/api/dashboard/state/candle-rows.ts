/** Open time, open, high, low, close, volume. */
export type Row = readonly [number, number, number, number, number, number]

/** Candles that a chart begins with; older ones come as somebody moves there. */
export const SHOWN = 1500

/** The most that a chart holds: more of them are seen in a higher timeframe. */
export const HELD_MAX = 150_000

/** Candles with those that came since; null where some between them are missing. */
export function joined(known: readonly Row[], fresh: readonly Row[]): readonly Row[] | null {
  const first = fresh[0]
  const last = known.at(-1)
  if (first === undefined || last === undefined || first[0] > last[0]) return null
  let kept = known.length
  while (kept > 0 && known[kept - 1]![0] >= first[0]) kept -= 1
  return [...known.slice(0, kept), ...fresh].slice(-HELD_MAX)
}

/** Candles with those that lie before them. */
export function withOlder(known: readonly Row[], older: readonly Row[]): readonly Row[] {
  const first = known[0]?.[0] ?? Infinity
  return [...older.filter(([at]) => at < first), ...known].slice(-HELD_MAX)
}
