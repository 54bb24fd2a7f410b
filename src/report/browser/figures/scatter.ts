import type { EChartsCoreOption } from 'echarts/core'
import { diagonalOf } from '../charts/diagonal.js'
import type { Look } from '../charts/look.js'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../charts/mounted-chart.js'
import { formatScore } from '../../model/sweep/page-format.js'
import { typographic } from '../document/dom.js'
import { axisText } from './pairs.js'
import type { ScatterFigure } from './payload.js'

/** One number against another, with the line on which both are the same. */
export function startScatter(figure: ScatterFigure, element: HTMLElement): void {
  mountChart(element, look => optionOf(figure, look))
}

function optionOf({ names, unit, points }: ScatterFigure, look: Look): EChartsCoreOption {
  const axis = (name: string, nameGap: number): EChartsCoreOption =>
    axisOf(look, {
      type: 'value',
      scale: true,
      name,
      nameGap,
      splitNumber: 5,
      axisLabel: { formatter: (value: number) => typographic(axisText(value, unit)) },
    })
  const isLabelled = points.length <= 40
  return {
    grid: { ...GRID, top: 20, right: 24 },
    xAxis: axis(names[0], 26),
    yAxis: axis(names[1], 46),
    tooltip: tipOf(look, params => {
      const { dataIndex } = params as TipParams
      const [x, y, label] = points[dataIndex]!
      return tipLines(`fold ${label}`, [
        [names[0], formatScore(x, unit)],
        [names[1], formatScore(y, unit)],
      ])
    }),
    series: [
      {
        type: 'scatter',
        data: points.map(([x, y]) => [x, y]),
        symbolSize: 9,
        itemStyle: { color: look.accent, opacity: 0.7 },
        label: {
          show: isLabelled,
          formatter: ({ dataIndex }: TipParams) => points[dataIndex]![2],
          position: 'top',
          distance: 3,
          color: look.muted,
          fontSize: 11,
        },
        labelLayout: { hideOverlap: true },
      },
      diagonalOf(points, look),
    ],
  }
}
