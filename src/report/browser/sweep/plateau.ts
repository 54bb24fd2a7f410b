import { typographic } from '../document/dom.js'
import { formatScore } from '../../model/sweep/page-format.js'
import { axisOf, GRID, haloOf, mountChart, tipOf, type TipParams } from '../charts/mounted-chart.js'
import { diagonalOf } from '../charts/diagonal.js'
import type { Look } from '../charts/look.js'
import type { SweepPayload } from './payload.js'
import { trialTip } from './trials/trial-text.js'

/** Plateau against score: what stands top right is good together with its neighbours. */
export function startPlateau(payload: SweepPayload, element: HTMLElement): void {
  const { score, plateau } = payload.trials
  const points = score.flatMap((value, k): [number, number, number][] => {
    const around = plateau[k] ?? null
    return value === null || around === null ? [] : [[value, around, k]]
  })
  const best = points.reduce<[number, number, number] | null>(
    (top, point) => (top === null || point[1] > top[1] ? point : top),
    null,
  )
  const text = (value: number): string => typographic(formatScore(value, payload.scoreUnit))
  mountChart(element, look => ({
    grid: { ...GRID, top: 20, right: 24 },
    xAxis: axisOf(look, {
      type: 'value',
      scale: true,
      name: `score (${payload.objective})`,
      nameGap: 26,
      axisLabel: { formatter: text },
    }),
    yAxis: axisOf(look, {
      type: 'value',
      scale: true,
      name: 'plateau',
      nameGap: 46,
      axisLabel: { formatter: text },
    }),
    tooltip: tipOf(look, params => {
      const { value } = params as TipParams
      return trialTip(payload, (value as number[])[2]!)
    }),
    series: [
      {
        type: 'scatter',
        data: points,
        symbolSize: points.length > 600 ? 4.5 : 7,
        itemStyle: { color: look.accent, opacity: points.length > 600 ? 0.35 : 0.6 },
      },
      diagonalOf(points, look),
      ...(points[0] === best && best
        ? [named('best score and plateau', best, look.series[2]!, look)]
        : [
            named('best score', points[0], look.series[0]!, look, 9),
            named('best plateau', best, look.series[2]!, look, -9),
          ]),
    ],
  }))
}

function named(
  name: string,
  point: readonly number[] | null | undefined,
  colour: string,
  look: Look,
  drop = 0,
): object {
  return {
    type: 'scatter',
    data: point ? [point] : [],
    symbolSize: 12,
    itemStyle: { color: 'transparent', borderColor: colour, borderWidth: 2.5 },
    label: {
      show: true,
      formatter: name,
      position: 'left',
      // Both may stand close together: one name goes below, the other above.
      offset: [0, drop],
      color: colour,
      fontWeight: 600,
      ...haloOf(look),
    },
    z: 5,
  }
}
