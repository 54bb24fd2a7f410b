import type { MouseEventParams } from 'lightweight-charts'
import {
  formatAmount,
  formatChange,
  formatFixed,
  formatShort,
} from '../../../../core/number-format.js'
import type { ReportChart } from './chart.js'
import { indicatorColour } from './chart-series.js'
import { byId, make, minuteText, typographic } from '../../document/dom.js'
import type { Payload } from '../payload.js'

/** The line of values above the chart, and the names in its panes. */
export class Legend {
  private readonly view: ReportChart
  private readonly payload: Payload
  private readonly placement: readonly number[]
  private readonly facts: HTMLElement
  private logical: number | undefined = undefined
  private readonly span = byId('span')
  private readonly chips: { readonly value: HTMLElement; readonly swatch: HTMLElement }[]
  private readonly labels: readonly HTMLElement[]

  constructor(
    element: HTMLElement,
    view: ReportChart,
    payload: Payload,
    placement: readonly number[],
  ) {
    this.view = view
    this.placement = placement
    this.payload = payload
    this.facts = make('div', { class: 'facts' })
    const row = make('div', { class: 'chips' })
    this.chips = payload.indicators.map((_, k) => this.addChip(row, k))
    element.append(this.facts, row)
    this.labels = view.series.panes.map(name =>
      make('span', { class: 'pane-label', title: name }, name),
    )
    byId('pane-labels').replaceChildren(...this.labels)
    view.chart.subscribeCrosshairMove(event => {
      this.logical = event.logical
      this.show(event)
    })
    new ResizeObserver(() => this.arrange()).observe(view.chart.chartElement())
    view.chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      this.showSpan()
      if (this.logical === undefined) this.show({})
    })
    this.show({})
    this.showSpan()
    this.paint()
  }

  /** Takes the colours of the chart. */
  paint(): void {
    this.chips.forEach(({ swatch }, k) => {
      swatch.style.background = indicatorColour(this.view.palette, k)
    })
  }

  private addChip(row: HTMLElement, k: number): { value: HTMLElement; swatch: HTMLElement } {
    const { name, strategy } = this.payload.indicators[k]!
    const owner = this.payload.strategies.length > 1 ? `${this.payload.strategies[strategy]} ` : ''
    const swatch = make('i', {})
    const value = make('b', {})
    const chip = make('button', { type: 'button', class: 'chip', 'aria-pressed': 'true' })
    chip.append(swatch, `${owner}${name} `, value)
    chip.addEventListener('click', () => {
      const isOn = chip.getAttribute('aria-pressed') !== 'true'
      chip.setAttribute('aria-pressed', String(isOn))
      this.view.series.indicators[k]!.applyOptions({ visible: isOn })
    })
    row.append(chip)
    return { value, swatch }
  }

  /** Values under the crosshair; of the last visible candle where there is none. */
  private show({ logical }: Pick<MouseEventParams, 'logical'>): void {
    const { level } = this.view
    const group = (logical === undefined ? null : this.view.groupAt(logical)) ?? this.view.lastGroup
    const price = (column: Float64Array): string =>
      formatFixed(column[group]!, this.payload.priceDigits)
    const facts: [string, string][] = [
      ['O', price(level.open)],
      ['H', price(level.high)],
      ['L', price(level.low)],
      ['C', price(level.close)],
      ['volume', formatShort(level.volume[group]!)],
      ['equity', formatAmount(level.equity[group]!)],
      ['buy and hold', formatAmount(level.hold[group]!)],
      ['drawdown', formatChange(level.drawdown[group]!)],
    ]
    const merged = level.factor > 1 ? ` · ${formatFixed(level.factor, 0)} candles a bar` : ''
    this.facts.replaceChildren(
      make('time', {}, `${minuteText(level.time[group]!)} UTC${merged}`),
      ...facts.map(([name, value]) => {
        const item = make('span', {}, `${name} `)
        item.append(make('b', {}, typographic(value)))
        return item
      }),
    )
    this.chips.forEach(({ value }, k) => {
      const number = level.indicators[k]![group]!
      value.textContent = this.indicatorText(k, number)
    })
  }

  /** What stretch of time the chart shows. */
  private showSpan(): void {
    const { span, candles } = this.view
    const finest = this.view.finest.time
    const at = (index: number): string =>
      minuteText(finest[Math.min(candles - 1, Math.max(0, Math.round(index)))]!)
    this.span.textContent = `${at(span.from)} to ${at(span.to - 1)}`
  }

  private indicatorText(k: number, value: number): string {
    if (Number.isNaN(value)) return '–'
    const isPrice = this.placement[k] === 0
    return typographic(isPrice ? formatFixed(value, this.payload.priceDigits) : formatShort(value))
  }

  private arrange(): void {
    let top = 0
    this.view.chart.panes().forEach((pane, k) => {
      const height = pane.getHeight()
      const label = this.labels[k]
      if (label) {
        label.style.top = `${top}px`
        label.style.height = `${height}px`
      }
      top += height + 1
    })
  }
}
