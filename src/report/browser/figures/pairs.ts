import type { EChartsCoreOption } from 'echarts/core'
import { isNarrow, type Look } from '../charts/look.js'
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

/** Height of the two bars of a thing, with the air around them. */
const BARS_PX = 52

/** Two columns for each thing, with a button for each measure. */
export function startPairs(figure: PairFigure, element: HTMLElement): void {
  let chosen = 0
  const heightOf = (): number => 40 + BARS_PX * figure.labels.length
  const view = mountChart(
    element,
    look => (figure.isLying === true ? lyingOption : optionOf)(figure, chosen, look),
    ...(figure.isLying === true ? [heightOf] : []),
  )
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

/** Bars from left to right, each named at its left and with its value at its end. */
function lyingOption(figure: PairFigure, chosen: number, look: Look): EChartsCoreOption {
  const { labels, names } = figure
  const { unit, first, second } = figure.measures[chosen]!
  const bars = (name: string, values: readonly (number | null)[], colour: string): object => ({
    ...columns([], colour),
    name,
    data: values.map(value => ({
      value: value ?? '-',
      label: { position: value !== null && value < 0 ? 'left' : 'right' },
    })),
    label: {
      show: true,
      color: look.text,
      fontSize: 11.5,
      formatter: ({ value }: { value: unknown }) =>
        typeof value === 'number' ? typographic(formatMetric(value, unit)) : '',
    },
  })
  return {
    // Values at the ends of bars need room beyond them.
    grid: { ...GRID, left: 8, right: 16 },
    xAxis: axisOf(look, {
      type: 'value',
      splitNumber: 4,
      ...airAround([...first, ...second], isNarrow(look) ? 0.6 : 0.2),
      axisLabel: {
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => typographic(axisText(value, unit)),
      },
    }),
    yAxis: axisOf(look, {
      type: 'category',
      inverse: true,
      data: labels,
      splitLine: { show: false },
      axisLabel: {
        interval: 0,
        width: isNarrow(look) ? 110 : 220,
        overflow: 'break',
        lineHeight: 14,
        color: look.text,
      },
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
    series: [bars(names[0], first, look.muted), bars(names[1], second, look.accent)],
  }
}

/** Ends of an axis that leave a share of its length for values beyond the longest bar of each side. */
function airAround(
  values: readonly (number | null)[],
  share: number,
): { min: number; max: number } {
  const known = values.filter(value => value !== null)
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)]
  const air = share * (high - low || 1)
  return { min: low < 0 ? low - air : 0, max: high > 0 || low === 0 ? high + air : 0 }
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
