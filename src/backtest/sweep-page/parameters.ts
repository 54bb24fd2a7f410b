import type { EChartsCoreOption } from 'echarts/core'
import { typographic } from '../page/dom.js'
import { formatParam, formatScore } from '../sweep/page-format.js'
import { axisOf, GRID, mountChart, tipLines, tipOf, type TipParams } from './charts.js'
import type { Look } from './look.js'
import { isNumeric, marginalOf, placeOf } from './marginal.js'
import type { SweepPayload } from './payload.js'
import { trialTip } from './trial-text.js'

/** The score of every trial against its value on one axis, with the mean at each value. */
export function startParameter(payload: SweepPayload, axis: number, element: HTMLElement): void {
  const { mean } = marginalOf(payload, axis)
  const { values } = payload.axes[axis]!
  const numeric = isNumeric(payload, axis)
  const points: [x: number, score: number, trial: number][] = []
  payload.trials.score.forEach((score, k) => {
    const value = payload.trials.values[axis]![k] ?? null
    const place = numeric ? (value as number | null) : placeOf(payload, axis, value)
    if (score === null || place === null) return
    points.push([numeric ? place : place + scatter(k), score, k])
  })
  const line = mean.map((score, k) => [numeric ? (values[k] as number) : k, score ?? '-'])
  const text = (value: number): string => formatScore(value, payload.scoreUnit)
  mountChart(element, look => ({
    grid: GRID,
    xAxis: numeric ? numberAxis(look, values as number[]) : wordAxis(look, values),
    yAxis: axisOf(look, {
      type: 'value',
      scale: true,
      splitNumber: 4,
      axisLabel: { formatter: (value: number) => typographic(text(value)) },
    }),
    tooltip: tipOf(look, params => {
      const { seriesIndex, value, dataIndex } = params as TipParams
      if (seriesIndex === 0) return trialTip(payload, (value as number[])[2]!)
      const name = `${payload.axes[axis]!.name} ${formatParam(values[dataIndex])}`
      return tipLines(name, [['mean score', formatScore(mean[dataIndex], payload.scoreUnit)]])
    }),
    series: [
      {
        type: 'scatter',
        data: points,
        symbolSize: points.length > 600 ? 4 : 6,
        itemStyle: { color: look.accent, opacity: points.length > 600 ? 0.28 : 0.5 },
      },
      {
        type: 'line',
        data: line,
        symbol: 'circle',
        symbolSize: values.length > 25 ? 0.1 : 5,
        lineStyle: { width: 2, color: look.series[0] },
        itemStyle: { color: look.series[0] },
      },
    ],
  }))
}

/** Moves points of a word apart, the same way each time. */
function scatter(k: number): number {
  return (((k * 0.6180339887) % 1) - 0.5) * 0.5
}

function numberAxis(look: Look, values: readonly number[]): EChartsCoreOption {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const air = (high - low) * 0.03 || Math.abs(low) * 0.1 || 1
  const inside = (value: number): boolean => value >= low - air / 2 && value <= high + air / 2
  return axisOf(look, {
    type: 'value',
    min: low - air,
    max: high + air,
    splitLine: { show: false },
    axisLabel: {
      formatter: (value: number) => (inside(value) ? typographic(formatParam(value)) : ''),
      showMinLabel: false,
      showMaxLabel: false,
    },
  })
}

function wordAxis(look: Look, values: SweepPayload['axes'][number]['values']): EChartsCoreOption {
  return axisOf(look, {
    type: 'value',
    min: -0.5,
    max: values.length - 0.5,
    interval: 0.5,
    splitLine: { show: false },
    axisLabel: {
      formatter: (value: number) =>
        Number.isInteger(value) ? typographic(formatParam(values[value])) : '',
    },
  })
}
