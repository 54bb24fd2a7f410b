import type { EChartsCoreOption } from 'echarts/core'
import { byId, minuteText, typographic } from '../document/dom.js'
import { formatAmount, formatShort } from '../../../core/number-format.js'
import {
  axisOf,
  GRID,
  mountChart,
  tipLines,
  tipOf,
  type TipParams,
} from '../charts/mounted-chart.js'
import { LineChips, strokeOf } from '../charts/line-chips.js'
import { logAxis } from '../charts/log-axis.js'
import type { Look } from '../charts/look.js'
import { timeAxisOf } from '../charts/time-axis.js'
import type { PayloadCurve, SweepPayload } from './payload.js'

/** Equity of the best trials over time, each to be switched on and off. */
export function startEquity({ curves }: SweepPayload, element: HTMLElement): void {
  let isLog = false
  const labels = curves.map(({ label }) => label)
  const chips = new LineChips(byId('equity-legend'), labels, () => view.update())
  const view = mountChart(element, look => {
    chips.paint(k => strokeOf(look, k))
    return optionOf(curves, chips.shown, isLog, look)
  })
  const log = byId('equity-log')
  log.addEventListener('click', () => {
    isLog = !isLog
    log.setAttribute('aria-pressed', String(isLog))
    view.update()
  })
}

function optionOf(
  curves: readonly PayloadCurve[],
  shown: readonly number[],
  isLog: boolean,
  look: Look,
): EChartsCoreOption {
  const text = (value: number): string => typographic(formatShort(value))
  return {
    grid: GRID,
    xAxis: timeAxisOf(look, endsOf(curves)),
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

/** The first and the last time of all curves. */
function endsOf(curves: readonly PayloadCurve[]): readonly [number, number] {
  const ends = curves.map(({ time }) => [time[0] ?? 0, time.at(-1) ?? 0] as const)
  return [Math.min(...ends.map(([from]) => from)), Math.max(...ends.map(([, to]) => to))]
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
