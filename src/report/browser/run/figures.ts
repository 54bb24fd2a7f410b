import { formatChange, formatFixed } from '../../../core/number-format.js'
import { draw, make, typographic } from '../document/dom.js'
import type { TradeData } from './load.js'

const HEIGHT = 240
const PAD = { left: 44, right: 12, top: 10, bottom: 34 }
const DOTS_MAX = 4000

/** Draws both figures, again whenever their width changes. */
export function startFigures(data: TradeData, histogram: HTMLElement, scatter: HTMLElement): void {
  const redraw = (element: HTMLElement, figure: (width: number) => Element[]): void => {
    let width = 0
    new ResizeObserver(() => {
      if (element.clientWidth === width) return
      width = element.clientWidth
      element.replaceChildren(...figure(width))
    }).observe(element)
  }
  redraw(histogram, width => drawHistogram(data.return, width))
  redraw(scatter, width => drawScatter(data, width))
}

function drawHistogram(returns: Float64Array, width: number): Element[] {
  if (returns.length < 2) return [make('p', { class: 'note' }, 'Fewer than two trades.')]
  const sorted = returns.slice().sort()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!
  const [low, high] = [Math.min(0, at(0.005)), Math.max(0, at(0.995))]
  const bins = binReturns(returns, low, high, at(0.75) - at(0.25))
  const most = Math.max(...bins.counts)
  const frame = new Frame(
    width,
    [bins.low, bins.low + bins.size * bins.counts.length],
    [0, most * 1.12],
  )
  frame.axes('return of a trade', 'trades', value => formatFixed(value, 0))
  bins.counts.forEach((count, k) => {
    const since = bins.low + k * bins.size
    const [left, right] = [frame.x(since), frame.x(since + bins.size)]
    const tone = since + bins.size / 2 < 0 ? 'loss' : 'gain'
    const bar = draw('rect', {
      x: left + 0.5,
      y: frame.y(count),
      width: Math.max(0.5, right - left - 1),
      height: frame.y(0) - frame.y(count),
      class: `bar ${tone}`,
    })
    const range = `${formatChange(since)} to ${formatChange(since + bins.size)}`
    bar.append(draw('title', {}, `${range}: ${formatFixed(count, 0)} trades`))
    frame.svg.append(bar)
  })
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  frame.mark(at(0.5), 'median')
  const words = [
    `median ${formatChange(at(0.5))}`,
    `mean ${formatChange(mean)}`,
    `worst ${formatChange(sorted[0]!)}`,
    `best ${formatChange(sorted.at(-1)!)}`,
    `n ${formatFixed(returns.length, 0)}`,
  ]
  const note = `${words.map(typographic).join(' · ')}. The outermost half percent on each side is drawn in the end bars.`
  return [frame.svg, make('p', { class: 'note' }, note)]
}

/** Bins by Freedman and Diaconis, 12 to 60 of them, one edge at zero; the ends take the outliers. */
function binReturns(
  returns: Float64Array,
  low: number,
  high: number,
  middleHalf: number,
): { low: number; size: number; counts: number[] } {
  const range = high - low || 1e-6
  const wanted = (2 * middleHalf) / Math.cbrt(returns.length) || range / 30
  const size = Math.min(range / 12, Math.max(range / 60, wanted))
  const first = Math.floor(low / size)
  const count = Math.max(1, Math.ceil(high / size) - first)
  const counts = Array.from({ length: count }, () => 0)
  for (const value of returns) {
    const bin = Math.min(count - 1, Math.max(0, Math.floor(value / size) - first))
    counts[bin]! += 1
  }
  return { low: first * size, size, counts }
}

function drawScatter(data: TradeData, width: number): Element[] {
  const { mae, mfe, pnl } = data
  if (pnl.length === 0) return [make('p', { class: 'note' }, 'No trades.')]
  const worst = quantile(mae, 0.002)
  const best = quantile(mfe, 0.998)
  const frame = new Frame(
    width,
    [Math.min(worst * 1.05, -1e-4), 0],
    [0, Math.max(best * 1.05, 1e-4)],
  )
  frame.axes('worst unrealised return (MAE)', 'best (MFE)', axisPercent)
  const taken = new Set<number>()
  for (let k = 0; k < pnl.length && taken.size < DOTS_MAX; k++) {
    if (mae[k]! < worst || mfe[k]! > best) continue
    const [x, y] = [frame.x(mae[k]!), frame.y(mfe[k]!)]
    const tone = pnl[k]! < 0 ? 0 : 1
    const cell = (Math.round(x) * 4096 + Math.round(y)) * 2 + tone
    if (taken.has(cell)) continue
    taken.add(cell)
    frame.svg.append(
      draw('circle', {
        cx: x.toFixed(1),
        cy: y.toFixed(1),
        r: 2.2,
        class: `dot ${tone ? 'gain' : 'loss'}`,
      }),
    )
  }
  const note = `One dot a trade, ${formatFixed(pnl.length, 0)} in all; those that would cover each other are drawn once. Left: how far it went against the position; up: how far in favour.`
  return [frame.svg, key(), make('p', { class: 'note' }, note)]
}

function key(): HTMLElement {
  const row = make('p', { class: 'note key' })
  row.append(
    make('i', { class: 'swatch gain' }),
    'won ',
    make('i', { class: 'swatch loss' }),
    'lost',
  )
  return row
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort()
  return sorted[Math.round(share * (sorted.length - 1))]!
}

function axisPercent(value: number): string {
  const size = Math.abs(value * 100)
  return typographic(
    `${formatFixed(value * 100, size === 0 || size >= 10 ? 0 : size >= 1 ? 1 : 2)}%`,
  )
}

/** Axes of one figure. */
class Frame {
  readonly svg: SVGElement
  private readonly width: number
  private readonly rangeX: readonly [number, number]
  private readonly rangeY: readonly [number, number]

  constructor(width: number, rangeX: readonly [number, number], rangeY: readonly [number, number]) {
    this.width = width
    this.rangeX = rangeX
    this.rangeY = rangeY
    this.svg = draw('svg', {
      width,
      height: HEIGHT,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      role: 'img',
    })
  }

  x(value: number): number {
    const [low, high] = this.rangeX
    return PAD.left + ((value - low) / (high - low)) * (this.width - PAD.left - PAD.right)
  }

  y(value: number): number {
    const [low, high] = this.rangeY
    return HEIGHT - PAD.bottom - ((value - low) / (high - low)) * (HEIGHT - PAD.top - PAD.bottom)
  }

  axes(nameX: string, nameY: string, textY: (value: number) => string): void {
    this.svg.setAttribute('aria-label', `${nameY} by ${nameX}`)
    for (const value of ticks(this.rangeY, 4)) {
      const y = this.y(value)
      this.line(PAD.left, this.width - PAD.right, y, y, 'grid')
      this.text(PAD.left - 6, y + 3.5, textY(value), 'end')
    }
    for (const value of ticks(this.rangeX, this.width < 360 ? 4 : 7)) {
      const x = this.x(value)
      this.line(x, x, PAD.top, HEIGHT - PAD.bottom, value === 0 ? 'zero' : 'grid')
      this.text(x, HEIGHT - PAD.bottom + 14, axisPercent(value), 'middle')
    }
    this.text((this.width + PAD.left) / 2, HEIGHT - 5, nameX, 'middle')
    this.text(PAD.left + 4, PAD.top + 8, nameY, 'start')
  }

  mark(value: number, name: string): void {
    const x = this.x(value)
    this.line(x, x, PAD.top, HEIGHT - PAD.bottom, 'mark')
    this.text(x + 4, PAD.top + 20, name, 'start')
  }

  private line(x1: number, x2: number, y1: number, y2: number, kind: string): void {
    this.svg.append(draw('line', { x1, x2, y1, y2, class: kind }))
  }

  private text(x: number, y: number, text: string, anchor: string): void {
    this.svg.append(draw('text', { x, y, 'text-anchor': anchor }, text))
  }
}

/** Round numbers within a range, about `count` of them. */
function ticks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(k => k * power).find(size => size >= rough) ?? rough
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step)
}
