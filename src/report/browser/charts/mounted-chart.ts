import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { make, typographic } from '../document/dom.js'
import { readLook, type Look } from './look.js'

/** What the charts of all pages need; a page adds the kinds of chart that it has. */
use([GridComponent, TooltipComponent, CanvasRenderer])

/** A chart on the page that can be redrawn. */
export interface MountedChart {
  readonly chart: EChartsType
  /** Draws it from its data, its controls and the colours of now. */
  readonly update: () => void
}

const mounted: MountedChart[] = []

/** Puts a chart into an element; it follows its width from then on. Heights are pixels. */
export function mountChart(
  element: HTMLElement,
  optionOf: (look: Look) => EChartsCoreOption,
  heightOf?: (look: Look) => number,
): MountedChart {
  const chart = init(element)
  const update = (): void => {
    if (heightOf) {
      element.style.height = `${heightOf(readLook(element))}px`
      chart.resize()
    }
    const look = readLook(element)
    chart.setOption({ ...frameOf(look), ...optionOf(look) }, { notMerge: true })
  }
  let width = element.clientWidth
  new ResizeObserver(() => {
    if (element.clientWidth === width) return
    width = element.clientWidth
    chart.resize()
    update()
  }).observe(element)
  const view = { chart, update }
  mounted.push(view)
  update()
  return view
}

/** Draws all charts again, with the colours of now. */
export function repaintCharts(): void {
  for (const { update } of mounted) update()
}

/** What all charts have in common. */
function frameOf(look: Look): EChartsCoreOption {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: look.font, color: look.text },
  }
}

/** A tip in the colours of the page. Its content is elements, so that no text is read as HTML. */
export function tipOf(
  look: Look,
  content: (params: TipParams | TipParams[]) => HTMLElement | string,
): EChartsCoreOption {
  return {
    confine: true,
    transitionDuration: 0,
    backgroundColor: look.background,
    borderColor: look.line,
    padding: [6, 10],
    textStyle: { color: look.text, fontSize: 12.5, fontFamily: look.font },
    formatter: content,
  }
}

/** What a chart says about the thing under the pointer. */
export interface TipParams {
  readonly seriesIndex: number
  readonly dataIndex: number
  readonly value: unknown
  readonly axisValue?: number
}

/** Lines of a tip: the first is its title, the others are names with values. */
export function tipLines(
  title: string,
  rows: readonly (readonly [name: string, value: string])[],
): HTMLElement {
  const tip = make('div', { class: 'tip' })
  if (title !== '') tip.append(make('b', { class: 'tip-title' }, title))
  for (const [name, value] of rows) {
    const row = make('div', {})
    row.append(make('span', {}, name), make('b', {}, typographic(value)))
    tip.append(row)
  }
  return tip
}

/** Room for axis labels on all sides. */
export const GRID = {
  left: 4,
  right: 14,
  top: 14,
  bottom: 4,
  outerBoundsMode: 'same',
  outerBoundsContain: 'all',
}

/** Text that stays legible over lines and dots. */
export function haloOf(look: Look): EChartsCoreOption {
  return { textBorderColor: look.background, textBorderWidth: 3 }
}

/** An axis as this page draws them; `rest` says what it shows. */
export function axisOf(look: Look, rest: EChartsCoreOption): EChartsCoreOption {
  return {
    nameLocation: 'middle',
    nameTruncate: { maxWidth: 240 },
    nameTextStyle: { color: look.muted, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: look.line } },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: look.faint } },
    ...rest,
    axisLabel: {
      color: look.muted,
      fontSize: 11.5,
      hideOverlap: true,
      ...(rest['axisLabel'] as object | undefined),
    },
  }
}
