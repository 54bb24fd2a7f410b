import type { EChartsCoreOption } from 'echarts/core'
import { byId, typographic } from '../document/dom.js'
import { formatParam, formatScore } from '../../model/sweep/page-format.js'
import { mountChart } from '../charts/mounted-chart.js'
import { isNarrow, type Look } from '../charts/look.js'
import { isNumeric, rangeOf } from './axes/marginal.js'
import type { SweepPayload } from './payload.js'
import { drawScaleKey } from './axes/scale-key.js'
import { colourOf, scoreScale } from './axes/scale.js'

/** Pixels from an axis to the next where they lie: name, line, and labels have room there. */
const NARROW_STEP = 96
/** Letters of a name that a phone has room for. */
const NAME_LETTERS = 36

/** The best trials as lines over all axes and the score. */
export function startParallel(payload: SweepPayload, element: HTMLElement): void {
  const buttons = [...document.querySelectorAll<HTMLElement>('[data-best]')]
  const pressed = buttons.find(button => button.getAttribute('aria-pressed') === 'true')
  let most = Number(pressed?.dataset['best'] ?? 25)
  const view = mountChart(
    element,
    look => optionOf(payload, look, most),
    look => (isNarrow(look) ? 70 + NARROW_STEP * payload.axes.length : 400),
  )
  for (const button of buttons) {
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button))
      most = Number(button.dataset['best'])
      view.update()
    })
  }
}

function optionOf(payload: SweepPayload, look: Look, most: number): EChartsCoreOption {
  const { trials, axes, objective, scoreUnit } = payload
  const best = trials.score.flatMap((score, k) => (score === null ? [] : [k])).slice(0, most)
  const scores = best.map(k => trials.score[k]!)
  const scale = scoreScale(scores, look.stops)
  const text = (value: number): string => formatScore(value, scoreUnit)
  drawScaleKey(byId('parallel-scale'), scale, objective, text)
  const narrow = isNarrow(look)
  const style = styleOf(look)
  return {
    parallel: {
      layout: narrow ? 'vertical' : 'horizontal',
      left: narrow ? 16 : 60,
      right: narrow ? 16 : 76,
      top: narrow ? 32 : 14,
      bottom: narrow ? 24 : 34,
    },
    parallelAxis: [
      ...axes.map((axis, k) => ({
        dim: k,
        name: narrow ? cut(axis.name) : axis.name,
        ...style,
        ...scaleOf(payload, k, style),
      })),
      {
        dim: axes.length,
        name: 'score',
        ...style,
        type: 'value',
        scale: true,
        axisLabel: {
          ...style.axisLabel,
          formatter: (value: number) => typographic(text(value)),
        },
      },
    ],
    series: [
      {
        type: 'parallel',
        lineStyle: { width: best.length > 150 ? 1 : 1.5 },
        inactiveOpacity: 0.04,
        activeOpacity: 0.9,
        progressive: 0,
        // From the worst to the best, so that the best lie on top.
        data: best.toReversed().map(k => ({
          value: [...axes.map((_, axis) => cellOf(payload, axis, k)), trials.score[k]!],
          lineStyle: { color: colourOf(scale, trials.score[k]!), opacity: 0.75 },
        })),
      },
    ],
  }
}

/** How axes look, standing and lying. */
function styleOf(look: Look): EChartsCoreOption & { readonly axisLabel: object } {
  const narrow = isNarrow(look)
  return {
    nameTextStyle: {
      color: look.text,
      fontSize: 12,
      fontWeight: 600,
      // Lying axes have their names above their left end, where there is room.
      ...(narrow ? { align: 'left', verticalAlign: 'bottom', padding: [1, 4, 6, 0] } : {}),
      ...textOver(look),
    },
    // The ground of a name that the library cuts is as wide as it may be: lying axes cut their own.
    ...(narrow ? {} : { nameTruncate: { maxWidth: 130 } }),
    nameLocation: 'start',
    nameGap: narrow ? 0 : 16,
    axisLine: { lineStyle: { color: look.muted } },
    axisTick: { show: false },
    axisLabel: {
      color: look.text,
      fontSize: 11.5,
      hideOverlap: true,
      ...(narrow ? { margin: 5, padding: [1, 2] } : {}),
      ...textOver(look),
    },
    ...(narrow ? { splitNumber: 4 } : {}),
    areaSelectStyle: { width: 18, color: look.accent, opacity: 0.25, borderColor: look.accent },
  }
}

function cut(name: string): string {
  return name.length > NAME_LETTERS ? `${name.slice(0, NAME_LETTERS - 1)}…` : name
}

/** Text that lines run under: on a ground of its own. */
function textOver(look: Look): EChartsCoreOption {
  return { backgroundColor: look.background, borderRadius: 2 }
}

function scaleOf(
  payload: SweepPayload,
  axis: number,
  { axisLabel }: { readonly axisLabel: object },
): EChartsCoreOption {
  const { values } = payload.axes[axis]!
  const [min, max] = rangeOf(payload, axis)
  if (!isNumeric(payload, axis)) {
    return { type: 'category', data: values.map(value => typographic(formatParam(value))) }
  }
  return {
    type: 'value',
    min,
    max,
    axisLabel: { ...axisLabel, formatter: (value: number) => typographic(formatParam(value)) },
  }
}

function cellOf(payload: SweepPayload, axis: number, k: number): number | string {
  const value = payload.trials.values[axis]![k] ?? null
  if (value === null) return '-'
  return isNumeric(payload, axis) ? (value as number) : typographic(formatParam(value))
}
