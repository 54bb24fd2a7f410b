import type { EChartsCoreOption } from 'echarts/core'
import { typographic } from '../../document/dom.js'
import { formatParam, formatScore } from '../../../model/sweep/page-format.js'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../../charts/mounted-chart.js'
import type { Look } from '../../charts/look.js'
import { isNumeric, marginalOf, placeOf, rangeOf } from './marginal.js'
import type { SweepPayload } from '../payload.js'
import { roundRange, type RoundRange } from '../../charts/ticks.js'
import { trialTip } from '../trials/trial-text.js'

/** Numbers up to this many stand like words, each with a strip of its own. */
const FEW = 12

/** One range of scores for all the small charts, so that they can be compared. */
export function scoreRange({ trials }: SweepPayload): RoundRange {
  return roundRange(trials.score.filter(score => score !== null))
}

/** The score of every trial against its value on one axis, with the mean at each value. */
export function startParameter(
  payload: SweepPayload,
  axis: number,
  { min, max, step }: RoundRange,
  element: HTMLElement,
): void {
  const { mean } = marginalOf(payload, axis)
  const { values } = payload.axes[axis]!
  const numeric = isNumeric(payload, axis)
  const range = rangeOf(payload, axis)
  const apart = stepOf(numeric, values)
  const points: [x: number, score: number, trial: number][] = []
  payload.trials.score.forEach((score, k) => {
    const value = payload.trials.values[axis]![k] ?? null
    const place = numeric ? (value as number | null) : placeOf(payload, axis, value)
    if (score === null || place === null) return
    points.push([place + apart * scatter(k), score, k])
  })
  const line = mean.map((score, k) => [numeric ? (values[k] as number) : k, score ?? '-'])
  const text = (value: number): string => formatScore(value, payload.scoreUnit)
  mountChart(element, look => ({
    grid: GRID,
    xAxis: numeric ? numberAxis(look, range, apart) : wordAxis(look, values),
    yAxis: axisOf(look, {
      type: 'value',
      min,
      max,
      // The library's own steps would put a label too near to that of the end.
      interval: step,
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

/** From -0.5 to 0.5, the same for a trial each time: moves points that share a value apart. */
function scatter(k: number): number {
  return ((k * 0.6180339887) % 1) - 0.5
}

/** How far points are moved apart: not at all where the values are many. */
function stepOf(numeric: boolean, values: SweepPayload['axes'][number]['values']): number {
  if (!numeric) return 0.5
  if (values.length < 2 || values.length > FEW) return 0
  const sorted = (values as readonly number[]).toSorted((a, b) => a - b)
  const gaps = sorted.slice(1).map((value, k) => value - sorted[k]!)
  return Math.min(...gaps) * 0.35
}

function numberAxis(
  look: Look,
  [low, high]: readonly [number, number],
  apart: number,
): EChartsCoreOption {
  const air = (high - low) * 0.03 + apart * 0.5 || Math.abs(low) * 0.1 || 1
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
