import type { MouseEventParams } from 'lightweight-charts'
import {
  formatChange,
  formatFixed,
  formatProfit,
  formatQuantity,
} from '../../../../core/number-format.js'
import type { ReportChart } from './chart.js'
import { byId, make, minuteText, typographic } from '../../document/dom.js'
import type { Payload } from '../payload.js'
import { tradesWithin, type TradeIndex } from '../table/trades.js'

const SHOWN = 4

/** Tells what was traded in the candle under the crosshair. */
export function startTip(view: ReportChart, trades: TradeIndex, payload: Payload): void {
  const tip = byId('tip')
  view.chart.subscribeCrosshairMove(event => {
    const lines = linesAt(view, trades, payload, event)
    tip.hidden = lines.length === 0
    if (lines.length === 0 || !event.point) return
    tip.replaceChildren(...lines)
    place(tip, view.chart.chartElement(), event.point.x, event.point.y)
  })
}

function linesAt(
  view: ReportChart,
  trades: TradeIndex,
  payload: Payload,
  { logical, paneIndex }: MouseEventParams,
): HTMLElement[] {
  const group = logical === undefined || paneIndex !== 0 ? null : view.groupAt(logical)
  if (group === null) return []
  const { factor } = view.level
  const [since, until] = [group * factor, (group + 1) * factor]
  const entries = tradesWithin(trades.entryAt, trades.byEntry, since, until)
  const exits = tradesWithin(trades.exitAt, trades.byExit, since, until)
  const lines = [
    ...Array.from(exits.subarray(0, SHOWN), k => exitLine(trades, payload, k)),
    ...Array.from(entries.subarray(0, SHOWN), k => entryLine(trades, payload, k)),
  ]
  const more = entries.length + exits.length - lines.length
  if (more > 0) lines.push(make('p', {}, `and ${more} more: zoom in`))
  return lines
}

function entryLine({ data }: TradeIndex, payload: Payload, k: number): HTMLElement {
  const line = make('p', {})
  line.append(
    make('b', {}, `#${k + 1} ${data.side[k]! > 0 ? 'buy' : 'sell short'}`),
    ` ${formatQuantity(data.size[k]!)} at ${formatFixed(data.entryPrice[k]!, payload.priceDigits)}`,
    make('span', {}, ` · ${minuteText(data.entryTime[k]!)}`),
  )
  return line
}

function exitLine({ data }: TradeIndex, payload: Payload, k: number): HTMLElement {
  const pnl = data.pnl[k]!
  const line = make('p', {})
  line.append(
    make('b', {}, `#${k + 1} exit`),
    ` ${formatQuantity(data.size[k]!)} at ${formatFixed(data.exitPrice[k]!, payload.priceDigits)} · `,
    (payload.reasons[data.exitReason[k]!] ?? '').replaceAll('_', ' '),
    data.ambiguous[k] ? ' (ambiguous) · ' : ' · ',
    make(
      'b',
      { class: pnl < 0 ? 'loss' : 'gain' },
      `${typographic(formatProfit(pnl))} (${typographic(formatChange(data.return[k]!))})`,
    ),
    make('span', {}, ` · ${minuteText(data.exitTime[k]!)}`),
  )
  return line
}

/** Beside the crosshair, on the side where there is room. */
function place(tip: HTMLElement, chart: HTMLElement, x: number, y: number): void {
  const box = chart.getBoundingClientRect()
  const outer = (tip.offsetParent ?? document.body).getBoundingClientRect()
  const width = tip.offsetWidth
  const left = x + 16 + width > box.width ? Math.max(0, x - 16 - width) : x + 16
  tip.style.left = `${box.left - outer.left + left}px`
  tip.style.top = `${box.top - outer.top + Math.max(0, y - tip.offsetHeight - 12)}px`
}
