/** Points that a page holds of a curve: more than a screen has pixels, so that it can be zoomed. */
const POINTS_MAX = 8000

/**
 * Places that stand for all of some columns of one length: the first, the last, and of each of many
 * even stretches where each column is least and where it is most. All places where they are few.
 */
export function curvePlaces(columns: readonly Float64Array[], most = POINTS_MAX): number[] {
  const length = columns[0]!.length
  if (length <= most) return Array.from({ length }, (_, i) => i)
  const stretches = Math.max(1, Math.floor(most / (2 * columns.length)))
  const places = new Set([0, length - 1])
  for (let k = 0; k < stretches; k++) {
    const since = Math.floor((k * length) / stretches)
    const until = Math.floor(((k + 1) * length) / stretches)
    for (const column of columns) {
      let [least, greatest] = [since, since]
      for (let i = since + 1; i < until; i++) {
        if (column[i]! < column[least]!) least = i
        if (column[i]! > column[greatest]!) greatest = i
      }
      places.add(least).add(greatest)
    }
  }
  return [...places].sort((a, b) => a - b)
}
