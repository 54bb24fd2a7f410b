import type { EChartsCoreOption } from 'echarts/core'
import type { Look } from './look.js'

/** A dashed line where both numbers of a point are the same, over the stretch that both axes have. */
export function diagonalOf(
  points: readonly (readonly [number, number, ...unknown[]])[],
  look: Look,
): EChartsCoreOption {
  const columns = ([0, 1] as const).map(k => points.map(point => point[k]))
  const low = Math.max(...columns.map(column => Math.min(...column)))
  const high = Math.min(...columns.map(column => Math.max(...column)))
  return {
    type: 'line',
    data: low < high ? [low, high].map(value => [value, value]) : [],
    symbol: 'none',
    silent: true,
    lineStyle: { color: look.muted, type: 'dashed', width: 1 },
  }
}
