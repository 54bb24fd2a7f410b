import type { Market } from './load.js'

/** Which pane each indicator is drawn in: 0 is the price's, 1, 2, ... are panes below it. */
export function placeIndicators(market: Market): number[] {
  const panes: { least: number; most: number }[] = []
  return market.indicators.map(column => {
    if (followsPrice(column, market.close)) return 0
    const range = rangeOf(column)
    const shared = panes.findIndex(pane => isAlike(pane, range))
    if (shared >= 0) return shared + 1
    panes.push(range)
    return panes.length
  })
}

const SAMPLES = 600

/**
 * Whether a column is a kind of price: close to it, and moving with it. Range alone would put an
 * oscillator of 0 to 100 over a coin that costs 50.
 */
function followsPrice(column: Float64Array, close: Float64Array): boolean {
  const pairs = samplePairs(column, close)
  if (pairs.length === 0) return true
  const distances = pairs.map(([value, price]) => Math.abs(value / price - 1)).sort((a, b) => a - b)
  const middle = distances[Math.floor(distances.length / 2)]!
  return middle < 0.02 || (middle < 0.3 && correlation(pairs) > 0.5)
}

function samplePairs(column: Float64Array, close: Float64Array): [number, number][] {
  const pairs: [number, number][] = []
  const stride = Math.max(1, Math.floor(column.length / SAMPLES))
  for (let i = 0; i < column.length; i += stride) {
    if (!Number.isNaN(column[i]!)) pairs.push([column[i]!, close[i]!])
  }
  return pairs
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const count = pairs.length
  const mean = (k: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[k], 0) / count
  const [meanX, meanY] = [mean(0), mean(1)]
  let [xy, xx, yy] = [0, 0, 0]
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY)
    xx += (x - meanX) ** 2
    yy += (y - meanY) ** 2
  }
  return xy / Math.sqrt(xx * yy || 1)
}

function rangeOf(column: Float64Array): { least: number; most: number } {
  let [least, most] = [Infinity, -Infinity]
  for (const value of column) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}

/** Whether two ranges can share a scale: neither is flattened by the other. */
function isAlike(a: { least: number; most: number }, b: { least: number; most: number }): boolean {
  const both = Math.max(a.most, b.most) - Math.min(a.least, b.least)
  return a.most - a.least > both / 5 && b.most - b.least > both / 5
}
