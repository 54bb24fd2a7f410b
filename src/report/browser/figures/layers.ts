import type { EChartsCoreOption } from 'echarts/core'
import { LineChips, strokeOf } from '../charts/line-chips.js'
import type { Look } from '../charts/look.js'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../charts/mounted-chart.js'
import { timeAxisOf } from '../charts/time-axis.js'
import { formatFixed, formatPercent } from '../../../core/number-format.js'
import { byId, minuteText } from '../document/dom.js'
import type { LayerFigure } from './payload.js'

/** Shares over time, one on the other. */
export function startLayers(figure: LayerFigure, element: HTMLElement): void {
  const labels = figure.layers.map(({ label }) => label)
  const chips = new LineChips(byId(`${figure.id}-legend`), labels, () => view.update())
  const view = mountChart(element, look => {
    chips.paint(k => strokeOf(look, k))
    return optionOf(figure, chips.shown, look)
  })
}

function optionOf(
  { time, layers }: LayerFigure,
  shown: readonly number[],
  look: Look,
): EChartsCoreOption {
  return {
    grid: GRID,
    xAxis: timeAxisOf(look, [time[0]!, time.at(-1)!]),
    yAxis: axisOf(look, {
      type: 'value',
      min: 0,
      max: (range: { readonly max: number }) => Math.max(1, range.max),
      axisLabel: { formatter: (value: number) => `${formatFixed(value * 100, 0)}%` },
    }),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: look.muted } },
      ...tipOf(look, params => {
        const at = (params as TipParams[])[0]?.dataIndex ?? 0
        return tipLines(
          `from ${minuteText(time[at]!)} UTC`,
          shown.map(k => [layers[k]!.label, formatPercent(layers[k]!.shares[at]!)] as const),
        )
      }),
    },
    series: shown.map(k => {
      const { color } = strokeOf(look, k)
      return {
        type: 'line',
        stack: 'all',
        step: 'end',
        data: layers[k]!.shares.map((share, i) => [time[i], share]),
        showSymbol: false,
        lineStyle: { color, width: 0.5 },
        itemStyle: { color },
        areaStyle: { color, opacity: 0.55 },
      }
    }),
  }
}
