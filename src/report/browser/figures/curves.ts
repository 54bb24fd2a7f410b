import type { EChartsCoreOption } from 'echarts/core'
import { LineChips } from '../charts/line-chips.js'
import type { Look } from '../charts/look.js'
import { mountChart } from '../charts/mounted-chart.js'
import { byId } from '../document/dom.js'
import { curveOption, curveStroke } from './curve-option.js'
import type { CurveFigure } from './payload.js'
import { TimeWindow } from './time-window.js'

/** Lines over time with their drawdown: to be moved, zoomed, and shown by logarithms. */
export function startCurves(figure: CurveFigure, element: HTMLElement): void {
  const { id, time, lines } = figure
  const window = new TimeWindow(time[0] ?? 0, time.at(-1) ?? 0)
  let isLog = figure.startsLog
  const labels = lines.map(({ label }) => label)
  const chips = new LineChips(byId(`${id}-legend`), labels, () => view.update())
  const view = mountChart(element, look => {
    chips.paint(k => curveStroke(figure, look, k))
    return optionNow(look)
  })
  function optionNow(look: Look): EChartsCoreOption {
    return curveOption(figure, { window, isLog, shown: chips.shown }, look)
  }
  const move = (kind: string): void => {
    window.move(kind)
    view.update()
  }
  for (const button of byId(`${id}-tools`).querySelectorAll<HTMLElement>('button')) {
    const kind = button.dataset['move']
    if (kind === undefined) button.setAttribute('aria-pressed', String(isLog))
    button.addEventListener('click', () => {
      if (kind !== undefined) return move(kind)
      isLog = !isLog
      button.setAttribute('aria-pressed', String(isLog))
      view.update()
    })
  }
  element.addEventListener('keydown', event => {
    const kind = KEYS[event.key]
    if (kind === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move(kind)
  })
}

const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  '+': 'in',
  '-': 'out',
}
