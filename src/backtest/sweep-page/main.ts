import { byId, make } from '../page/dom.js'
import { remembered, startTheme } from '../page/theme.js'
import { startAxisLine } from './axis-line.js'
import { repaintCharts } from './charts.js'
import { startEquity } from './equity.js'
import { HeatMapView } from './heat-map.js'
import { startParallel } from './parallel.js'
import { scoreRange, startParameter } from './parameters.js'
import type { SweepPayload } from './payload.js'
import { startPlateau } from './plateau.js'
import { TrialTable } from './trial-table.js'

document.documentElement.dataset['theme'] = remembered()

/** Draws what the page has a frame for, one after the other, so that scrolling works meanwhile. */
async function start(): Promise<void> {
  const payload = JSON.parse(byId('payload').textContent) as SweepPayload
  startTheme(repaintCharts)
  const has = (id: string, draw: (element: HTMLElement) => unknown): (() => void) => {
    const element = document.getElementById(id)
    return () => {
      if (element) guarded(element, draw)
    }
  }
  const range = scoreRange(payload)
  const steps = [
    has('map-chart', element => new HeatMapView(payload, element)),
    has('line-chart', element => startAxisLine(payload, element)),
    has('trial-table', () => new TrialTable(payload)),
    ...[...document.querySelectorAll<HTMLElement>('[data-axis]')].map(element => () => {
      guarded(element, () =>
        startParameter(payload, Number(element.dataset['axis']), range, element),
      )
    }),
    has('parallel-chart', element => startParallel(payload, element)),
    has('plateau-chart', element => startPlateau(payload, element)),
    has('equity-chart', element => startEquity(payload, element)),
  ]
  for (const step of steps) {
    step()
    await new Promise(resolve => setTimeout(resolve, 0))
  }
  document.documentElement.dataset['ready'] = 'true'
}

/** One chart that fails leaves its reason, and the others whole. */
function guarded(element: HTMLElement, draw: (element: HTMLElement) => unknown): void {
  try {
    draw(element)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    element.replaceChildren(make('p', { class: 'note' }, `This could not be drawn: ${text}`))
    console.error(error)
  }
}

void start()
