import type { EChartsCoreOption } from 'echarts/core'
import { strokeOf, type Stroke } from '../charts/line-chips.js'
import { logAxis } from '../charts/log-axis.js'
import type { Look } from '../charts/look.js'
import { axisOf, tipLines, tipOf, type TipParams } from '../charts/mounted-chart.js'
import { timeAxisOf } from '../charts/time-axis.js'
import {
  formatAmount,
  formatChange,
  formatFixed,
  formatShort,
} from '../../../core/number-format.js'
import { minuteText, typographic } from '../document/dom.js'
import type { CurveFigure, Stretch } from './payload.js'
import type { TimeWindow } from './time-window.js'

/** What a reader has chosen to see. */
export interface CurveView {
  readonly window: TimeWindow
  readonly isLog: boolean
  /** Places of the lines that are on. */
  readonly shown: readonly number[]
}

/** Pixels that the number of a stretch needs. */
const STRETCH_PX = 22
/** Room for labels of the vertical axes, the same for both, so that times stand below each other. */
const LEFT_PX = 80
/** Width that the name of a stop needs. */
const STOP_NAME_PX = 190
/** From an axis to its name, which stands beside the labels. */
const NAME_PX = 58

/** How a line is drawn: references dashed, all others in the colours of the page. */
export function curveStroke({ lines }: CurveFigure, look: Look, k: number): Stroke {
  if (lines[k]!.isReference) return { color: look.muted, width: 1.2, type: 'dashed' }
  const { color, type, width } = strokeOf(look, k)
  return { color, type, width: lines.length > 2 ? Math.min(width, 1.6) : width }
}

/** The chart as it is to be drawn now. */
export function curveOption(figure: CurveFigure, view: CurveView, look: Look): EChartsCoreOption {
  const { time, drawdown } = figure
  const [since, until] = view.window.within(time)
  const below = drawdown === null ? 0 : Math.round(look.height * 0.24)
  const base = { left: LEFT_PX, right: 12 }
  const grids = [{ ...base, top: 12, bottom: below + 30 + (below > 0 ? 14 : 0) }]
  if (below > 0) grids.push({ ...base, top: look.height - below - 26, bottom: 26 })
  return {
    grid: grids,
    xAxis: grids.map((_, gridIndex) =>
      timeAxisOf(look, [view.window.from, view.window.to], {
        gridIndex,
        axisLabel: { show: gridIndex === grids.length - 1 },
      }),
    ),
    yAxis: [
      amountAxis(figure, view, look, [since, until]),
      ...(drawdown === null ? [] : [shareAxis(look)]),
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: look.muted } },
      ...tipOf(look, params => tip(figure, view, params as TipParams[])),
    },
    series: [
      ...view.shown.map((k, at) => lineSeries(figure, view, look, { k, at, since, until })),
      ...(drawdown === null
        ? []
        : [drawdownSeries(figure, { look, window: view.window }, since, until)]),
    ],
  }
}

function amountAxis(
  { lines, name }: CurveFigure,
  { isLog, shown }: CurveView,
  look: Look,
  [since, until]: readonly [number, number],
): EChartsCoreOption {
  const text = (value: number): string => typographic(formatShort(value))
  const named = { name, nameGap: NAME_PX }
  if (!isLog) {
    return axisOf(look, { type: 'value', scale: true, ...named, axisLabel: { formatter: text } })
  }
  const seen = shown.flatMap(k => lines[k]!.values.slice(since, until))
  return { ...logAxis(look, seen, text), ...named }
}

function shareAxis(look: Look): EChartsCoreOption {
  return axisOf(look, {
    type: 'value',
    gridIndex: 1,
    name: 'Drawdown',
    nameGap: NAME_PX,
    max: 0,
    splitNumber: 2,
    axisLabel: {
      formatter: (value: number) => typographic(`${formatFixed(value * 100, 0)}%`),
    },
  })
}

function lineSeries(
  figure: CurveFigure,
  { isLog, window }: CurveView,
  look: Look,
  { k, at, since, until }: { k: number; at: number; since: number; until: number },
): EChartsCoreOption {
  const { lines } = figure
  const stroke = curveStroke(figure, look, k)
  const data = pointsOf(figure, lines[k]!.values, [since, until], value =>
    isLog ? (value > 0 ? Math.log10(value) : '-') : value,
  )
  return {
    type: 'line',
    data,
    showSymbol: false,
    lineStyle: stroke,
    itemStyle: { color: stroke.color },
    z: lines[k]!.isReference ? 2 : 20 - k,
    ...(at === 0 && { markArea: shading(figure, look, window) }),
  }
}

type Point = readonly [time: number, value: number | '-']

/** Values at their times, with a break wherever nothing lies between two stretches. */
function pointsOf(
  { time, stretches }: CurveFigure,
  values: readonly number[],
  [since, until]: readonly [number, number],
  shown: (value: number) => number | '-',
): Point[] {
  const breaks = stretches.flatMap(({ from }, k) =>
    k > 0 && stretches[k - 1]!.to < from ? [from] : [],
  )
  const points: Point[] = []
  for (let i = since; i < until; i++) {
    const isNew = i > since && breaks.some(from => time[i - 1]! < from && time[i]! >= from)
    if (isNew) points.push([time[i]!, '-'])
    points.push([time[i]!, shown(values[i]!)])
  }
  return points
}

/** What lies behind the lines: stretches in turn, and the time since the account stopped. */
function shading(
  { stretches, stop }: CurveFigure,
  look: Look,
  window: TimeWindow,
): EChartsCoreOption {
  const areas = stretches.length > 1 ? stretchAreas(stretches, look, window) : []
  return { silent: true, data: [...areas, ...stopAreas(stop, look, window)] }
}

/** The time since the account stopped, named. */
function stopAreas(
  stop: CurveFigure['stop'],
  look: Look,
  { from, to }: TimeWindow,
): readonly unknown[] {
  if (stop === null || stop.from >= to) return []
  const since = Math.max(from, stop.from)
  const width = ((to - since) / (to - from)) * (look.width - LEFT_PX)
  const label = {
    show: true,
    position: width > STOP_NAME_PX ? 'insideTopLeft' : 'insideTopRight',
    color: look.loss,
    fontSize: 12,
    fontWeight: 600,
    distance: 6,
  }
  const itemStyle = { color: look.loss, opacity: 0.1 }
  return [[{ name: stop.name, xAxis: since, itemStyle, label }, { xAxis: to }]]
}

/** Every other stretch on a ground of its own, numbered where there is room. */
function stretchAreas(
  stretches: readonly Stretch[],
  look: Look,
  { from, to }: TimeWindow,
): readonly unknown[] {
  const seen = stretches
    .map((stretch, k) => ({ ...stretch, k }))
    .filter(stretch => stretch.to > from && stretch.from < to)
  const isNumbered = (look.width - LEFT_PX) / Math.max(1, seen.length) > STRETCH_PX
  const label = {
    show: isNumbered,
    position: 'insideTop',
    color: look.muted,
    fontSize: 11,
    distance: 3,
  }
  return seen.map(stretch => [
    {
      name: stretch.label,
      label,
      xAxis: Math.max(from, stretch.from),
      itemStyle: { color: stretch.k % 2 === 0 ? look.faint : 'transparent' },
    },
    { xAxis: Math.min(to, stretch.to) },
  ])
}

function drawdownSeries(
  figure: CurveFigure,
  { look, window }: { readonly look: Look; readonly window: TimeWindow },
  since: number,
  until: number,
): EChartsCoreOption {
  const stop = figure.stop && { ...figure.stop, name: '' }
  return {
    type: 'line',
    markArea: { silent: true, data: stopAreas(stop, look, window) },
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: pointsOf(figure, figure.drawdown!, [since, until], value => value),
    showSymbol: false,
    lineStyle: { color: look.loss, width: 1 },
    itemStyle: { color: look.loss },
    areaStyle: { color: look.loss, opacity: 0.3, origin: 0 },
  }
}

function tip(
  { time, lines, drawdown, stretches }: CurveFigure,
  { shown }: CurveView,
  params: readonly TipParams[],
): HTMLElement | string {
  const at = params[0]?.axisValue
  const i = at === undefined ? -1 : time.indexOf(at)
  if (i < 0) return ''
  const stretch = stretches.find(({ from, to }) => time[i]! >= from && time[i]! < to)
  const rows = shown
    .map(k => [lines[k]!.label, lines[k]!.values[i]!] as const)
    .sort((a, b) => b[1] - a[1])
    .map(([label, value]) => [label, formatAmount(value)] as const)
  return tipLines(`${minuteText(time[i]!)} UTC`, [
    ...rows,
    ...(drawdown === null ? [] : [['drawdown', formatChange(drawdown[i]!)] as const]),
    ...(stretch === undefined ? [] : [['fold', stretch.label] as const]),
  ])
}
