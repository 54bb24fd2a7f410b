import type { EChartsCoreOption } from 'echarts/core'
import { isNarrow, type Look } from './look.js'
import { axisOf } from './mounted-chart.js'

const YEAR_MS = 365.25 * 86_400_000

/** An axis of times from `from` to `to`; on a phone long stretches have years only. */
export function timeAxisOf(
  look: Look,
  [from, to]: readonly [from: number, to: number],
  rest: EChartsCoreOption = {},
): EChartsCoreOption {
  const isCrowded = isNarrow(look) && to - from > 2 * YEAR_MS
  return axisOf(look, {
    type: 'time',
    min: from,
    max: to,
    splitLine: { show: false },
    ...rest,
    axisLabel: {
      ...(isCrowded && { formatter: { year: '{yyyy}', month: '', day: '' } }),
      ...(rest['axisLabel'] as object | undefined),
    },
  })
}
