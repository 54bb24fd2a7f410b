import { ReportChart } from './chart/chart.js'
import { byId, make } from '../document/dom.js'
import { startFigures } from './figures.js'
import { Legend } from './chart/legend.js'
import { buildLevels } from './chart/levels.js'
import { loadMarket, loadOrders, loadTrades, readPayload } from './load.js'
import type { Payload } from './payload.js'
import { placeIndicators } from './placement.js'
import { TradeTable } from './table/table.js'
import { remembered, startTheme } from '../document/theme.js'
import { startTip } from './chart/tip.js'
import { indexTrades } from './table/trades.js'

const DAY_MS = 86_400_000
/** Height that each pane of indicators adds. */
const PANE_PX = 100

document.documentElement.dataset['theme'] = remembered()

/** Draws the page: first what is small, then the candles. */
async function start(): Promise<void> {
  const payload = readPayload()
  startCopying()
  const trades = await loadTrades(payload)
  let view: ReportChart | null = null
  let legend: Legend | null = null
  new TradeTable(trades, payload, trade => {
    view?.showTrade(trade)
    byId('chart').scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  })
  startFigures(trades, byId('histogram'), byId('scatter'))
  startTheme(() => {
    view?.repaint()
    legend?.paint()
  })
  const orders = await loadOrders(payload)
  const market = await loadMarket(payload)
  const levels = buildLevels(market, payload.capital, payload.firstOpen)
  const index = indexTrades(trades, market)
  const element = byId('chart')
  element.replaceChildren()
  const placement = placeIndicators(market)
  const panes = Math.max(0, ...placement)
  if (panes > 0) element.style.height = `${element.clientHeight + panes * PANE_PX}px`
  view = new ReportChart(element, payload, levels, { trades: index, orders }, placement)
  legend = new Legend(byId('legend'), view, payload, placement)
  startTip(view, index, payload)
  startTools(view, payload)
  document.documentElement.dataset['ready'] = 'true'
}

const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  '+': 'in',
  '-': 'out',
}

function startTools(view: ReportChart, payload: Payload): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-range]')) {
    const days = Number(button.dataset['range'])
    const wanted = days === 0 ? view.candles : (days * DAY_MS) / payload.timeframeMs
    if (days > 0 && (wanted >= view.candles || wanted < 4)) button.hidden = true
    button.addEventListener('click', () => {
      const end = Math.min(view.candles, view.span.to)
      view.show(days === 0 ? view.whole : { from: end - wanted, to: end })
    })
  }
  for (const button of document.querySelectorAll<HTMLElement>('[data-move]')) {
    button.addEventListener('click', () => view.move(button.dataset['move'] ?? ''))
  }
  const log = byId('log-scale')
  const setLog = (isOn: boolean): void => {
    log.setAttribute('aria-pressed', String(isOn))
    view.setLogarithmic(isOn)
  }
  if (payload.startsLog) setLog(true)
  log.addEventListener('click', () => setLog(log.getAttribute('aria-pressed') !== 'true'))
  byId('chart').addEventListener('keydown', event => {
    const move = KEYS[event.key]
    if (move === undefined || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    view.move(move)
  })
}

function startCopying(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const source = byId(button.dataset['copy']!)
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(source.textContent).then(
        () => (button.textContent = 'Copied'),
        () => getSelection()?.selectAllChildren(source),
      )
    })
  }
}

start().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error)
  byId('chart').replaceChildren(
    make('p', { class: 'note' }, `The charts could not be drawn: ${text}`),
  )
  throw error
})
