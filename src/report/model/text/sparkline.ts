const BLOCKS = '▁▂▃▄▅▆▇█'

/** A curve as block characters, at most `width` of them; each stands for the last value of its stretch. */
export function sparkline(values: ArrayLike<number>, width: number): string {
  const count = Math.min(width, values.length)
  const points = Array.from({ length: count }, (_, k) => {
    const until = Math.floor(((k + 1) * values.length) / count)
    return values[until - 1]!
  })
  const [least, most] = [Math.min(...points), Math.max(...points)]
  const range = most - least
  return points
    .map(value => {
      const height = range > 0 ? (value - least) / range : 0.5
      return BLOCKS[Math.min(7, Math.max(0, Math.floor(height * 8)))]!
    })
    .join('')
}
