/** Open time, open, high, low, close, volume. */
export type Row = readonly [number, number, number, number, number, number]

/** Candles that a chart holds. */
export const SHOWN = 1500

/** Candles with those that came since; null where some between them are missing. */
export function joined(known: readonly Row[], fresh: readonly Row[]): readonly Row[] | null {
  const first = fresh[0]
  const last = known.at(-1)
  if (first === undefined || last === undefined || first[0] > last[0]) return null
  return [...known.filter(([at]) => at < first[0]), ...fresh].slice(-SHOWN)
}
