import type { HistogramBin } from '../../core/statistics/backtest-overfitting.js'
import { html, withMinus, type Markup } from '../html-text.js'
import { formatAmount, formatFixed } from '../number-format.js'
import type { Fan } from '../stress/trade-paths.js'

const WIDTH = 860
const HEIGHT = 260
const LEFT = 70
const BOTTOM = 24

/** Counts over even groups, those below 0 in the colour of loss. */
export function histogramFigure(bins: readonly HistogramBin[]): Markup {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const low = bins[0]?.from ?? 0
  const high = bins.at(-1)?.to ?? 1
  const x = scale(low, high, LEFT, WIDTH - 10)
  const columns = bins.map(({ from, to, count }) => {
    const height = (count / most) * (HEIGHT - BOTTOM - 10)
    const tone = to <= 0 ? 'var(--loss)' : 'var(--accent)'
    return html`<rect
      x="${x(from).toFixed(1)}"
      y="${(HEIGHT - BOTTOM - height).toFixed(1)}"
      width="${Math.max(0.5, x(to) - x(from) - 1).toFixed(1)}"
      height="${height.toFixed(1)}"
      style="fill:${tone}"
    >
      <title>${`${formatFixed(from, 2)} to ${formatFixed(to, 2)}: ${count}`}</title>
    </rect>`
  })
  const labels = [low, 0, high].filter((_, k) => k !== 1 || (low < 0 && high > 0))
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histogram of logits">
    ${columns}
    ${labels.map(value => label(x(value), HEIGHT - 6, withMinus(formatFixed(value, 1)), 'middle'))}
    ${label(LEFT - 8, 16, formatFixed(most, 0), 'end')}
  </svg>`
}

/** Quantiles of equity over trades, on a logarithmic scale. */
export function fanFigure(fan: Fan): Markup {
  const floor = Math.max(1e-9, Math.min(...fan.p5.filter(value => value > 0)))
  const top = Math.max(...fan.p95)
  const x = scale(0, fan.trade.at(-1)!, LEFT, WIDTH - 10)
  const height = scale(Math.log(floor), Math.log(top), HEIGHT - BOTTOM, 10)
  const y = (value: number): number => height(Math.log(Math.max(floor, value)))
  const line = (values: readonly number[]): string =>
    values.map((value, k) => `${x(fan.trade[k]!).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const band = (low: readonly number[], high: readonly number[], opacity: number): Markup =>
    html`<polygon
      points="${line(high)} ${line(low).split(' ').reverse().join(' ')}"
      style="fill:var(--accent);opacity:${String(opacity)}"
    />`
  const values = [floor, Math.sqrt(floor * top), top]
  return html`<svg
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="Fan of equity over trades"
  >
    ${band(fan.p5, fan.p95, 0.18)} ${band(fan.p25, fan.p75, 0.3)}
    <polyline points="${line(fan.median)}" style="fill:none;stroke:var(--accent);stroke-width:2" />
    ${values.map(value => label(LEFT - 8, y(value) + 4, formatAmount(value), 'end'))}
    ${label(LEFT, HEIGHT - 6, '0', 'middle')}
    ${label(WIDTH - 10, HEIGHT - 6, `${fan.trade.at(-1)!} trades`, 'end')}
  </svg>`
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): Markup {
  return html`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const span = to === from ? 1 : to - from
  return value => start + ((value - from) / span) * (end - start)
}
