import { HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts'
import { ParallelComponent, VisualMapContinuousComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { drawInTurn, type Step } from '../charts/drawing.js'
import { byId } from '../document/dom.js'
import { remembered, startTheme } from '../document/theme.js'
import { startAxisLine } from './axes/axis-line.js'
import { repaintCharts } from '../charts/mounted-chart.js'
import { startEquity } from './equity.js'
import { HeatMapView } from './axes/heat-map.js'
import { startParallel } from './parallel.js'
import { scoreRange, startParameter } from './axes/parameters.js'
import type { SweepPayload } from './payload.js'
import { startPlateau } from './plateau.js'
import { TrialTable } from './trials/trial-table.js'

use([HeatmapChart, LineChart, ParallelChart, ScatterChart])
use([ParallelComponent, VisualMapContinuousComponent])

document.documentElement.dataset['theme'] = remembered()

/** Draws what the page has a frame for. */
async function start(): Promise<void> {
  const payload = JSON.parse(byId('payload').textContent) as SweepPayload
  startTheme(repaintCharts)
  const range = scoreRange(payload)
  const at = (id: string, draw: Step['draw']): Step[] => {
    const element = document.getElementById(id)
    return element ? [{ element, draw }] : []
  }
  await drawInTurn([
    ...at('map-chart', element => new HeatMapView(payload, element)),
    ...at('line-chart', element => startAxisLine(payload, element)),
    ...at('trial-table', () => new TrialTable(payload)),
    ...Array.from(document.querySelectorAll<HTMLElement>('[data-axis]'), element => ({
      element,
      draw: () => startParameter(payload, Number(element.dataset['axis']), range, element),
    })),
    ...at('parallel-chart', element => startParallel(payload, element)),
    ...at('plateau-chart', element => startPlateau(payload, element)),
    ...at('equity-chart', element => startEquity(payload, element)),
  ])
}

void start()
