import type { EChartsCoreOption } from 'echarts/core'
import type { Look } from './look.js'
import { axisOf } from './mounted-chart.js'
import { logTicks } from './ticks.js'

/** Logarithms on a plain axis: the library's own would start and end at powers of ten. */
export function logAxis(
  look: Look,
  equity: readonly (number | null)[],
  text: (value: number) => string,
): EChartsCoreOption {
  const known = equity.filter(value => value !== null && value > 0) as number[]
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, 0],
  )
  const customValues = logTicks(low * 0.95, high * 1.05).map(Math.log10)
  return axisOf(look, {
    type: 'value',
    min: known.length > 0 ? Math.log10(low * 0.95) : 0,
    max: known.length > 0 ? Math.log10(high * 1.05) : 1,
    axisTick: { show: false, customValues },
    axisLabel: { customValues, formatter: (value: number) => text(10 ** value) },
  })
}
