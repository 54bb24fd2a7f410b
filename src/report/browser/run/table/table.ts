import {
  formatChange,
  formatFixed,
  formatProfit,
  formatQuantity,
  formatAmount,
} from '../../../../core/number-format.js'
import { byId, make, minuteText, typographic } from '../../document/dom.js'
import { readFilter, selectTrades, type Filter } from './filter.js'
import type { TradeData } from '../load.js'
import type { Payload } from '../payload.js'

/** A column of the trade table. */
interface TableColumn {
  readonly label: string
  /** What rows sort by. */
  readonly key: (k: number) => number | string
  readonly text: (k: number) => string
  readonly kind?: 'word' | 'tone'
}

const ROW_PX = 27
const EXTRA_ROWS = 12
const PRINT_ROWS = 300

/** The trade table: sorts, filters, and holds only the rows in view. */
export class TradeTable {
  private readonly data: TradeData
  private readonly payload: Payload
  private readonly onChoose: (trade: number) => void
  private readonly columns: readonly TableColumn[]
  private readonly scroller = byId('trade-scroll')
  private readonly body: HTMLElement
  private order: Uint32Array
  private sortBy = 0
  private direction = 1
  private chosen = -1
  private drawn = ''

  constructor(data: TradeData, payload: Payload, onChoose: (trade: number) => void) {
    this.data = data
    this.payload = payload
    this.onChoose = onChoose
    this.columns = columnsOf(data, payload)
    this.order = Uint32Array.from(data.pnl, (_, k) => k)
    const table = byId('trade-table')
    this.body = table.querySelector('tbody')!
    table.querySelector('thead')!.append(this.head())
    this.listen()
    this.update()
  }

  private head(): HTMLElement {
    const row = make('tr', {})
    this.columns.forEach((column, k) => {
      const cell = make('th', { scope: 'col', class: column.kind === 'word' ? 'word' : '' })
      const button = make('button', { type: 'button' }, column.label)
      button.addEventListener('click', () => this.sort(k))
      cell.append(button)
      row.append(cell)
    })
    return row
  }

  private listen(): void {
    const form = byId('filters') as HTMLFormElement
    let timer = 0
    form.addEventListener('submit', event => event.preventDefault())
    form.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(() => this.filter(readFilter(form)), 120)
    })
    this.scroller.addEventListener('scroll', () => this.draw(), { passive: true })
    new ResizeObserver(() => this.draw()).observe(this.scroller)
    this.body.addEventListener('click', event => {
      const row = (event.target as HTMLElement).closest('tr')
      if (row?.dataset['trade']) this.choose(Number(row.dataset['trade']))
    })
    this.scroller.addEventListener('keydown', event => this.press(event))
    addEventListener('beforeprint', () => this.drawRows(0, Math.min(PRINT_ROWS, this.order.length)))
    addEventListener('afterprint', () => this.redraw())
  }

  private press(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).tagName === 'BUTTON') return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const at = this.order.indexOf(this.chosen)
    if (step !== undefined) {
      event.preventDefault()
      const next = Math.min(this.order.length - 1, Math.max(0, at + step))
      if (this.order.length > 0) this.mark(this.order[next]!, next)
    } else if (event.key === 'Enter' && at >= 0) this.choose(this.chosen)
  }

  private mark(trade: number, row: number): void {
    this.chosen = trade
    const [top, height] = [row * ROW_PX, this.scroller.clientHeight - 2 * ROW_PX]
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top
    if (top > this.scroller.scrollTop + height) this.scroller.scrollTop = top - height
    this.redraw()
  }

  private choose(trade: number): void {
    this.chosen = trade
    this.redraw()
    this.onChoose(trade)
  }

  private filter(filter: Filter): void {
    this.order = selectTrades(this.data, this.payload, filter, k => this.rowText(k))
    this.scroller.scrollTop = 0
    this.update()
  }

  /** What a search looks at: the words and times of a row. */
  private rowText(k: number): string {
    const words = this.columns.filter(column => column.kind === 'word')
    return words.map(column => column.text(k)).join(' ')
  }

  private sort(column: number): void {
    this.direction = column === this.sortBy ? -this.direction : 1
    this.sortBy = column
    this.update()
  }

  private update(): void {
    const { key } = this.columns[this.sortBy]!
    const keys = Array.from(this.data.pnl, (_, k) => key(k))
    const { direction } = this
    this.order.sort((a, b) => direction * compare(keys[a]!, keys[b]!) || a - b)
    byId('trade-table')
      .querySelectorAll('th')
      .forEach((cell, k) => {
        const state = k !== this.sortBy ? 'none' : direction > 0 ? 'ascending' : 'descending'
        cell.setAttribute('aria-sort', state)
      })
    byId('trade-table').setAttribute('aria-rowcount', String(this.order.length + 1))
    byId('trade-count').textContent = this.summary()
    this.redraw()
  }

  private summary(): string {
    const all = this.data.pnl.length
    let [sum, wins] = [0, 0]
    for (const k of this.order) {
      sum += this.data.pnl[k]!
      if (this.data.pnl[k]! > 0) wins += 1
    }
    const count = this.order.length
    if (count === 0) return all === 0 ? 'No trades.' : `None of ${formatFixed(all, 0)} trades.`
    const part = count === all ? '' : ` of ${formatFixed(all, 0)}`
    return `${formatFixed(count, 0)}${part} trades · pnl ${typographic(formatProfit(sum))} · ${formatFixed((100 * wins) / count, 2)}% won`
  }

  private redraw(): void {
    this.drawn = ''
    this.draw()
  }

  private draw(): void {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / ROW_PX) - EXTRA_ROWS)
    const shown = Math.ceil(this.scroller.clientHeight / ROW_PX) + 2 * EXTRA_ROWS
    const last = Math.min(this.order.length, first + shown)
    if (this.drawn === `${first}-${last}`) return
    this.drawRows(first, last)
    this.drawn = `${first}-${last}`
  }

  private drawRows(first: number, last: number): void {
    const rows = Array.from(this.order.subarray(first, last), (trade, k) =>
      this.row(trade, first + k),
    )
    this.body.replaceChildren(
      spacer(first, this.columns.length),
      ...rows,
      spacer(this.order.length - last, this.columns.length),
    )
  }

  private row(trade: number, position: number): HTMLElement {
    const row = make('tr', { 'data-trade': String(trade), 'aria-rowindex': String(position + 2) })
    if (trade === this.chosen) row.setAttribute('aria-current', 'true')
    for (const { text, kind, key } of this.columns) {
      const tone = kind === 'tone' ? (Number(key(trade)) < 0 ? 'loss' : 'gain') : (kind ?? '')
      row.append(make('td', { class: tone }, typographic(text(trade))))
    }
    return row
  }
}

function spacer(rows: number, columns: number): HTMLElement {
  const row = make('tr', { class: 'spacer', 'aria-hidden': 'true' })
  const cell = make('td', { colspan: String(columns) })
  cell.style.height = `${rows * ROW_PX}px`
  row.append(cell)
  return row
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function columnsOf(data: TradeData, payload: Payload): TableColumn[] {
  const number = (name: keyof TradeData) => (k: number) => data[name][k]!
  const price = (name: keyof TradeData) => (k: number) =>
    formatFixed(data[name][k]!, payload.priceDigits)
  const share = (name: keyof TradeData) => (k: number) => formatChange(data[name][k]!)
  const reason = (k: number): string =>
    (payload.reasons[data.exitReason[k]!] ?? '').replaceAll('_', ' ')
  const strategy = (k: number): string => payload.strategies[data.strategy[k]!] ?? ''
  const side = (k: number): string => (data.side[k]! > 0 ? 'long' : 'short')
  const ambiguous = (k: number): string => (data.ambiguous[k] ? 'ambiguous' : '')
  const word = (label: string, text: (k: number) => string): TableColumn => ({
    label,
    key: text,
    text,
    kind: 'word',
  })
  const time = (label: string, name: keyof TradeData): TableColumn => ({
    label,
    key: number(name),
    text: k => minuteText(data[name][k]!),
    kind: 'word',
  })
  const amount = (label: string, name: keyof TradeData): TableColumn => ({
    label,
    key: number(name),
    text: k => formatAmount(data[name][k]!),
  })
  return [
    { label: '#', key: k => k, text: k => String(k + 1) },
    ...(payload.strategies.length > 1 ? [word('Strategy', strategy)] : []),
    word('Side', side),
    time('Entry (UTC)', 'entryTime'),
    time('Exit (UTC)', 'exitTime'),
    { label: 'Entry price', key: number('entryPrice'), text: price('entryPrice') },
    { label: 'Exit price', key: number('exitPrice'), text: price('exitPrice') },
    { label: 'Size', key: number('size'), text: k => formatQuantity(data.size[k]!) },
    { label: 'PnL', key: number('pnl'), text: k => formatProfit(data.pnl[k]!), kind: 'tone' },
    { label: 'Return', key: number('return'), text: share('return'), kind: 'tone' },
    word('Exit reason', reason),
    { label: 'Candles', key: number('candles'), text: k => formatFixed(data.candles[k]!, 0) },
    { label: 'MAE', key: number('mae'), text: share('mae') },
    { label: 'MFE', key: number('mfe'), text: share('mfe') },
    amount('Fees', 'fees'),
    amount('Slippage', 'slippage'),
    ...(data.txCosts.some(cost => cost > 0) ? [amount('Tx costs', 'txCosts')] : []),
    ...(data.ambiguous.some(flag => flag > 0) ? [word('Doubt', ambiguous)] : []),
  ]
}
