/** Round numbers from `low` to `high`, about `count` of them. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const step = roundStep((high - low) / count)
  const first = Math.ceil(low / step)
  const length = Math.max(0, Math.floor(high / step + 1e-9) - first + 1)
  return Array.from({ length }, (_, k) => (first + k) * step)
}

/** An axis from one round number to another, with a tick at every step. */
export interface RoundRange {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** An axis that holds all values, with ends apart even where all values are one. */
export function roundRange(values: readonly number[]): RoundRange {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { min: 0, max: 1, step: 0.25 }
  if (low === high) {
    const air = Math.abs(low) || 1
    return { min: low - air, max: high + air, step: air }
  }
  const step = roundStep((high - low) / 4)
  return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, step }
}

/** Ticks of a logarithmic axis: 1, 2, 5 where it spans a decade, else round numbers. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0) || high <= low) return []
  if (high / low < 10) return roundTicks(low, high, 6)
  const since = Math.floor(Math.log10(low))
  const until = Math.ceil(Math.log10(high))
  return Array.from({ length: until - since + 1 }, (_, k) => 10 ** (since + k))
    .flatMap(power => [power, 2 * power, 5 * power])
    .filter(tick => tick >= low && tick <= high)
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map(k => k * power).find(size => size >= rough * 0.999) ?? rough
}
