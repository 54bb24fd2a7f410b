import type { EChartsCoreOption } from 'echarts/core'
import { byId, make, minuteText, typographic } from '../page/dom.js'
import { formatAmount, formatShort } from '../number-format.js'
import { axisOf, GRID, mountChart, tipLines, tipOf, type TipParams } from './charts.js'
import type { Look } from './look.js'
import type { PayloadCurve, SweepPayload } from './payload.js'
import { logTicks } from './ticks.js'

/** Equity of the best trials over time, each to be switched on and off. */
export function startEquity({ curves }: SweepPayload, element: HTMLElement): void {
  const hidden = new Set<number>()
  let isLog = false
  const legend = byId('equity-legend')
  const view = mountChart(element, look => {
    legend.replaceChildren(...curves.map((curve, k) => chip(curve, k, look)))
    return optionOf(curves, hidden, isLog, look)
  })
  legend.addEventListener('click', event => {
    const at = (event.target as HTMLElement).closest<HTMLElement>('[data-curve]')
    if (!at) return
    const k = Number(at.dataset['curve'])
    if (!hidden.delete(k)) hidden.add(k)
    view.update()
    legend.querySelector<HTMLElement>(`[data-curve="${k}"]`)?.focus()
  })
  const log = byId('equity-log')
  log.addEventListener('click', () => {
    isLog = !isLog
    log.setAttribute('aria-pressed', String(isLog))
    view.update()
  })

  function chip(curve: PayloadCurve, k: number, look: Look): HTMLElement {
    const button = make('button', {
      type: 'button',
      class: 'chip',
      'data-curve': String(k),
      'aria-pressed': String(!hidden.has(k)),
    })
    const { color, type } = strokeOf(look, k)
    const mark = make('i', {})
    mark.style.background =
      type === 'solid'
        ? color
        : `repeating-linear-gradient(to right, ${color} 0 4px, transparent 4px 6px)`
    button.append(mark, curve.label)
    return button
  }
}

function optionOf(
  curves: readonly PayloadCurve[],
  hidden: ReadonlySet<number>,
  isLog: boolean,
  look: Look,
): EChartsCoreOption {
  const shown = curves.map((_, k) => k).filter(k => !hidden.has(k))
  const text = (value: number): string => typographic(formatShort(value))
  return {
    grid: GRID,
    xAxis: axisOf(look, { type: 'time', splitLine: { show: false } }),
    yAxis: isLog
      ? logAxis(
          look,
          shown.flatMap(k => curves[k]!.equity),
          text,
        )
      : axisOf(look, { type: 'value', scale: true, axisLabel: { formatter: text } }),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: look.muted } },
      ...tipOf(look, params => tip(curves, shown, params as TipParams[])),
    },
    series: shown.map(k => ({
      type: 'line',
      showSymbol: false,
      data: curves[k]!.equity.map((equity, i) => [
        curves[k]!.time[i],
        equity === null || (isLog && equity <= 0) ? '-' : isLog ? Math.log10(equity) : equity,
        equity,
      ]),
      lineStyle: strokeOf(look, k),
      itemStyle: { color: strokeOf(look, k).color },
      z: 20 - k,
    })),
  }
}

/** Logarithms on a plain axis: the library's own would start and end at powers of ten. */
function logAxis(
  look: Look,
  equity: readonly (number | null)[],
  text: (value: number) => string,
): EChartsCoreOption {
  const known = equity.filter(value => value !== null && value > 0) as number[]
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, 0],
  )
  const customValues = logTicks(low * 0.95, high * 1.05).map(Math.log10)
  return axisOf(look, {
    type: 'value',
    min: known.length > 0 ? Math.log10(low * 0.95) : 0,
    max: known.length > 0 ? Math.log10(high * 1.05) : 1,
    axisTick: { show: false, customValues },
    axisLabel: { customValues, formatter: (value: number) => text(10 ** value) },
  })
}

function tip(
  curves: readonly PayloadCurve[],
  shown: readonly number[],
  params: readonly TipParams[],
): HTMLElement | string {
  const time = params[0]?.axisValue
  if (time === undefined) return ''
  const rows = params
    .map(({ seriesIndex, value }) => ({
      label: curves[shown[seriesIndex]!]!.label,
      equity: (value as number[])[2]!,
    }))
    .filter(({ equity }) => typeof equity === 'number')
    .sort((a, b) => b.equity - a.equity)
  return tipLines(
    `${minuteText(time)} UTC`,
    rows.map(({ label, equity }) => [label, formatAmount(equity)]),
  )
}

/** The best is thick; after the colours have come round once, lines are dashed. */
function strokeOf(look: Look, k: number): { color: string; width: number; type: string } {
  const colours = [look.accent, ...look.series]
  return {
    color: colours[k % colours.length]!,
    width: k === 0 ? 2.5 : 1.4,
    type: k < colours.length ? 'solid' : 'dashed',
  }
}
