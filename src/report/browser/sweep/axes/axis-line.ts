import { formatFixed } from '../../../../core/number-format.js'
import { formatParam, formatScore } from '../../../model/sweep/page-format.js'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../../charts/mounted-chart.js'
import { marginalOf } from './marginal.js'
import type { SweepPayload } from '../payload.js'
import { typographic } from '../../document/dom.js'

/** Best and mean score along the only axis, in place of a heat map. */
export function startAxisLine(payload: SweepPayload, element: HTMLElement): void {
  const axis = payload.axes[0]!
  const { best, mean, count } = marginalOf(payload, 0)
  const score = (value: number | null | undefined): string => formatScore(value, payload.scoreUnit)
  mountChart(element, look => ({
    grid: GRID,
    xAxis: axisOf(look, {
      type: 'category',
      data: axis.values.map(value => typographic(formatParam(value))),
      name: axis.name,
      nameGap: 26,
      splitLine: { show: false },
    }),
    yAxis: axisOf(look, {
      type: 'value',
      scale: true,
      name: payload.objective,
      nameGap: 46,
      axisLabel: { formatter: (value: number) => typographic(score(value)) },
    }),
    tooltip: {
      trigger: 'axis',
      ...tipOf(look, params => {
        const at = (params as TipParams[])[0]?.dataIndex ?? 0
        return tipLines(`${axis.name} ${formatParam(axis.values[at])}`, [
          ['best', score(best[at])],
          ['mean', score(mean[at])],
          ['trials', formatFixed(count[at] ?? 0, 0)],
        ])
      }),
    },
    series: [
      { values: best, colour: look.accent, width: 2 },
      { values: mean, colour: look.series[0], width: 1.5 },
    ].map(({ values, colour, width }) => ({
      type: 'line',
      data: values.map(value => value ?? '-'),
      symbolSize: axis.values.length > 40 ? 5 : 7,
      symbol: 'circle',
      showAllSymbol: true,
      lineStyle: { width, color: colour },
      itemStyle: { color: colour },
    })),
  }))
}
