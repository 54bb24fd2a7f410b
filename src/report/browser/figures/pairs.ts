import type { EChartsCoreOption } from 'echarts/core'
import type { Look } from '../charts/look.js'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../charts/mounted-chart.js'
import { formatMetric, type MetricUnit } from '../../../core/metrics/metric-formulas.js'
import { formatFixed, formatShort } from '../../../core/number-format.js'
import { typographic } from '../document/dom.js'
import type { PairFigure } from './payload.js'

/** Two columns for each thing, with a button for each measure. */
export function startPairs(figure: PairFigure, element: HTMLElement): void {
  let chosen = 0
  const view = mountChart(element, look => optionOf(figure, chosen, look))
  const buttons = document.querySelectorAll<HTMLElement>(`#${figure.id}-tools button`)
  buttons.forEach((button, k) => {
    button.addEventListener('click', () => {
      chosen = k
      buttons.forEach(other => other.setAttribute('aria-pressed', String(other === button)))
      view.update()
    })
  })
}

function optionOf(figure: PairFigure, chosen: number, look: Look): EChartsCoreOption {
  const { labels, names } = figure
  const { unit, first, second } = figure.measures[chosen]!
  return {
    grid: GRID,
    xAxis: axisOf(look, {
      type: 'category',
      data: labels,
      splitLine: { show: false },
      axisLabel: { width: 90, overflow: 'truncate' },
    }),
    yAxis: axisOf(look, {
      type: 'value',
      splitNumber: 4,
      axisLabel: { formatter: (value: number) => typographic(axisText(value, unit)) },
    }),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      ...tipOf(look, params => {
        const at = (params as TipParams[])[0]?.dataIndex ?? 0
        return tipLines(labels[at] ?? '', [
          [names[0], formatMetric(first[at] ?? null, unit)],
          [names[1], formatMetric(second[at] ?? null, unit)],
        ])
      }),
    },
    series: [columns(first, look.muted), columns(second, look.accent)],
  }
}

function columns(values: readonly (number | null)[], colour: string): EChartsCoreOption {
  return {
    type: 'bar',
    data: values.map(value => value ?? '-'),
    itemStyle: { color: colour },
    barGap: '8%',
    barCategoryGap: '28%',
    barMaxWidth: 34,
  }
}

/** Short text of a number in its unit, for an axis. */
export function axisText(value: number, unit: MetricUnit | null): string {
  if (unit === 'change' || unit === 'share') {
    const size = Math.abs(value * 100)
    return `${formatFixed(value * 100, size === 0 || size >= 10 ? 0 : size >= 1 ? 1 : 2)}%`
  }
  return formatShort(value)
}
