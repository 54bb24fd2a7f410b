import { formatFixed } from '../../../../core/number-format.js'
import { byId, make, typographic } from '../../document/dom.js'
import type { SweepPayload } from '../payload.js'
import { findTrials, trialColumns, type TrialColumn } from './trial-columns.js'

const ROW_PX = 27
const EXTRA_ROWS = 12
const PRINT_ROWS = 100

/** The list of trials: sorts, filters, and holds only the rows in view. */
export class TrialTable {
  private readonly payload: SweepPayload
  private readonly scroller = byId('trial-scroll')
  private readonly table = byId('trial-table')
  private readonly body = this.table.querySelector('tbody')!
  private columns: readonly TrialColumn[]
  private order: number[]
  private sortBy = 0
  private direction = 1
  private drawn = ''

  constructor(payload: SweepPayload) {
    this.payload = payload
    this.columns = trialColumns(payload, false)
    this.order = findTrials(payload, '')
    this.drawHead()
    this.listen()
    this.update()
  }

  private drawHead(): void {
    const row = make('tr', {})
    this.columns.forEach(({ label, kind }, k) => {
      const cell = make('th', { scope: 'col', class: kind === 'word' ? 'word' : '' })
      const button = make('button', { type: 'button' }, label)
      button.addEventListener('click', () => this.sort(k))
      cell.append(button)
      row.append(cell)
    })
    this.table.querySelector('thead')!.replaceChildren(row)
  }

  private listen(): void {
    const form = byId('filters') as HTMLFormElement
    let timer = 0
    form.addEventListener('submit', event => event.preventDefault())
    form.addEventListener('input', event => {
      if ((event.target as HTMLInputElement).name === 'all') return this.widen(form)
      clearTimeout(timer)
      timer = setTimeout(() => this.filter(String(new FormData(form).get('text') ?? '')), 120)
    })
    this.scroller.addEventListener('scroll', () => this.draw(), { passive: true })
    new ResizeObserver(() => this.draw()).observe(this.scroller)
    addEventListener('beforeprint', () => this.drawRows(0, Math.min(PRINT_ROWS, this.order.length)))
    addEventListener('afterprint', () => this.redraw())
  }

  /** Main metrics stand first, so that the sorted column keeps its place when all are shown. */
  private widen(form: HTMLFormElement): void {
    this.columns = trialColumns(this.payload, new FormData(form).has('all'))
    if (this.sortBy >= this.columns.length) {
      this.sortBy = 0
      this.direction = 1
    }
    this.drawHead()
    this.update()
  }

  private filter(search: string): void {
    this.order = findTrials(this.payload, search)
    this.scroller.scrollTop = 0
    this.update()
  }

  private sort(column: number): void {
    this.direction = column === this.sortBy ? -this.direction : this.columns[column]!.first
    this.sortBy = column
    this.scroller.scrollTop = 0
    this.update()
  }

  private update(): void {
    const { key } = this.columns[this.sortBy]!
    const keys = this.payload.trials.number.map((_, k) => key(k))
    this.order.sort((a, b) => compare(keys[a]!, keys[b]!, this.direction) || a - b)
    this.table.querySelectorAll('th').forEach((cell, k) => {
      const state = k !== this.sortBy ? 'none' : this.direction > 0 ? 'ascending' : 'descending'
      cell.setAttribute('aria-sort', state)
    })
    this.table.setAttribute('aria-rowcount', String(this.order.length + 1))
    const all = this.payload.trials.number.length
    const part = this.order.length === all ? '' : `${formatFixed(this.order.length, 0)} of `
    byId('trial-count').textContent =
      `${part}${formatFixed(all, 0)} ${all === 1 ? 'trial' : 'trials'}`
    this.redraw()
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
    this.body.replaceChildren(
      this.spacer(first),
      ...this.order.slice(first, last).map((trial, k) => this.row(trial, first + k)),
      this.spacer(this.order.length - last),
    )
  }

  private row(trial: number, position: number): HTMLElement {
    const row = make('tr', {
      'data-trial': String(this.payload.trials.number[trial]!),
      'aria-rowindex': String(position + 2),
    })
    for (const column of this.columns) {
      row.append(make('td', { class: toneOf(column, trial) }, typographic(column.text(trial))))
    }
    return row
  }

  private spacer(rows: number): HTMLElement {
    const row = make('tr', { class: 'spacer', 'aria-hidden': 'true' })
    const cell = make('td', { colspan: String(this.columns.length) })
    cell.style.height = `${rows * ROW_PX}px`
    row.append(cell)
    return row
  }
}

function toneOf({ kind, key }: TrialColumn, trial: number): string {
  if (kind !== 'tone') return kind === 'plain' ? '' : kind
  const value = key(trial)
  return typeof value !== 'number' || value === 0 ? '' : value < 0 ? 'loss' : 'gain'
}

/** Numbers before words, and what is missing last, whichever way it is sorted. */
function compare(a: number | string | null, b: number | string | null, direction: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a !== typeof b) return direction * (typeof a === 'number' ? -1 : 1)
  return direction * (a < b ? -1 : a > b ? 1 : 0)
}
