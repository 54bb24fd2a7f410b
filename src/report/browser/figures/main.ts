import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { MarkAreaComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { assertNever } from '../../../core/assert.js'
import { drawInTurn } from '../charts/drawing.js'
import { repaintCharts } from '../charts/mounted-chart.js'
import { byId } from '../document/dom.js'
import { remembered, startTheme } from '../document/theme.js'
import { startCurves } from './curves.js'
import { startLayers } from './layers.js'
import { startPairs } from './pairs.js'
import type { Figure, FigurePayload } from './payload.js'
import { startScatter } from './scatter.js'
import { startSteps } from './steps.js'

use([BarChart, LineChart, ScatterChart, MarkAreaComponent, LabelLayout])

document.documentElement.dataset['theme'] = remembered()

function start(figure: Figure, element: HTMLElement): void {
  switch (figure.kind) {
    case 'curves':
      return startCurves(figure, element)
    case 'pairs':
      return startPairs(figure, element)
    case 'steps':
      return startSteps(figure, element)
    case 'scatter':
      return startScatter(figure, element)
    case 'layers':
      return startLayers(figure, element)
    default:
      return assertNever(figure)
  }
}

const { figures } = JSON.parse(byId('payload').textContent) as FigurePayload
startTheme(repaintCharts)
void drawInTurn(
  figures.map(figure => ({
    element: byId(figure.id),
    draw: element => start(figure, element),
  })),
)
