import type { EChartsCoreOption } from 'echarts/core'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../charts/mounted-chart.js'
import type { Look } from '../charts/look.js'
import { typographic } from '../document/dom.js'
import { formatParam } from '../../model/sweep/page-format.js'
import type { StepFigure } from './payload.js'

/** A value that changes from label to label; words stand on an axis of their own. */
export function startSteps(figure: StepFigure, element: HTMLElement): void {
  mountChart(element, look => optionOf(figure, look))
}

function optionOf({ name, labels, values }: StepFigure, look: Look): EChartsCoreOption {
  const text = (value: (typeof values)[number] | undefined): string =>
    typographic(formatParam(value))
  const isNumeric = values.every(value => value === null || typeof value === 'number')
  const words = [...new Set(values.filter(value => value !== null).map(text))]
  return {
    grid: GRID,
    xAxis: axisOf(look, { type: 'category', data: labels, splitLine: { show: false } }),
    yAxis: axisOf(
      look,
      isNumeric
        ? {
            type: 'value',
            scale: true,
            splitNumber: 3,
            axisLabel: { formatter: (value: number) => text(value) },
          }
        : { type: 'category', data: words, axisLabel: { width: 90, overflow: 'truncate' } },
    ),
    tooltip: {
      trigger: 'axis',
      ...tipOf(look, params => {
        const at = (params as TipParams[])[0]?.dataIndex ?? 0
        return tipLines(`fold ${labels[at] ?? ''}`, [[name, text(values[at])]])
      }),
    },
    series: [
      {
        type: 'line',
        step: 'middle',
        data: values.map(value => (value === null ? '-' : isNumeric ? value : text(value))),
        symbol: 'circle',
        symbolSize: labels.length > 40 ? 4 : 7,
        showAllSymbol: true,
        lineStyle: { color: look.accent, width: 1.5 },
        itemStyle: { color: look.accent },
      },
    ],
  }
}
