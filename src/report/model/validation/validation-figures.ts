import type { HistogramBin } from '../../../core/statistics/splits/backtest-overfitting.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatFixed, formatShort } from '../../../core/number-format.js'
import type { Fan } from '../../../backtest/stress/trades/trade-paths.js'

/** Counts over even groups, those below 0 in the colour of loss. */
export function histogramFigure(bins: readonly HistogramBin[]): Markup {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const low = bins[0]?.from ?? 0
  const high = bins.at(-1)?.to ?? 1
  const x = scale(low, high)
  const columns = bins.map(({ from, to, count }) => {
    const height = (count / most) * 100
    const tone = to <= 0 ? 'var(--loss)' : 'var(--accent)'
    return html`<rect
      x="${x(from).toFixed(2)}"
      y="${(100 - height).toFixed(2)}"
      width="${Math.max(0.1, x(to) - x(from) - 0.15).toFixed(2)}"
      height="${height.toFixed(2)}"
      style="fill:${tone}"
    >
      <title>${`${formatFixed(from, 2)} to ${formatFixed(to, 2)}: ${count}`}</title>
    </rect>`
  })
  const labels = [low, 0, high].filter((_, k) => k !== 1 || (low < 0 && high > 0))
  return plot({
    label: `Histogram of logits from ${formatFixed(low, 1)} to ${formatFixed(high, 1)}, at most ${formatFixed(most, 0)} in a group`,
    shapes: columns,
    up: [
      [100, formatFixed(most, 0)],
      [0, '0'],
    ],
    along: labels.map(value => [x(value), formatFixed(value, 1)]),
  })
}

/** Quantiles of equity over trades, on a logarithmic scale. */
export function fanFigure(fan: Fan): Markup {
  const floor = Math.max(1e-9, Math.min(...fan.p5.filter(value => value > 0)))
  const top = Math.max(...fan.p95)
  const trades = fan.trade.at(-1)!
  const x = scale(0, trades)
  const height = scale(Math.log(floor), Math.log(top))
  const y = (value: number): number => height(Math.log(Math.max(floor, value)))
  const line = (values: readonly number[]): string =>
    values
      .map((value, k) => `${x(fan.trade[k]!).toFixed(2)},${(100 - y(value)).toFixed(2)}`)
      .join(' ')
  const band = (low: readonly number[], high: readonly number[], opacity: number): Markup =>
    html`<polygon
      points="${line(high)} ${line(low).split(' ').reverse().join(' ')}"
      style="fill:var(--accent);opacity:${String(opacity)}"
    />`
  const values = [floor, Math.sqrt(floor * top), top]
  return plot({
    label: `Fan of equity over ${trades} trades, from ${formatShort(floor)} to ${formatShort(top)}`,
    shapes: [
      band(fan.p5, fan.p95, 0.18),
      band(fan.p25, fan.p75, 0.3),
      html`<polyline
        points="${line(fan.median)}"
        style="fill:none;stroke:var(--accent);stroke-width:2"
        vector-effect="non-scaling-stroke"
      />`,
    ],
    up: values.map(value => [y(value), formatShort(value)]),
    along: [
      [0, '0'],
      [100, `${trades} trades`],
    ],
  })
}

/** A place along an axis, in percent, and what stands there. */
type Label = readonly [place: number, text: string]

interface Plot {
  readonly label: string
  /** Drawn in a box of 100 by 100, which is stretched to the width there is. */
  readonly shapes: readonly Markup[]
  readonly up: readonly Label[]
  readonly along: readonly Label[]
}

/** Shapes in a box that fits every width, with labels that keep their size. */
export function plot({ label, shapes, up, along }: Plot): Markup {
  return html`<div class="plot" role="img" aria-label="${withMinus(label)}">
    <svg viewBox="0 0 100 100" preserveAspectRatio="none">${shapes}</svg>
    ${up.map(([place, text]) => html`<span class="up" style="bottom:${place.toFixed(2)}%">${text}</span>`)}
    ${along.map(
      ([place, text]) =>
        html`<span class="along ${place > 90 ? 'last' : ''}" style="left:${place.toFixed(2)}%"
          >${withMinus(text)}</span
        >`,
    )}
  </div>`
}

/** Percent of the way from one number to another. */
export function scale(from: number, to: number): (value: number) => number {
  const span = to === from ? 1 : to - from
  return value => ((value - from) / span) * 100
}

/** Rules of the figures, for the style sheet of their page. */
export const PLOT_STYLE = `.plot{position:relative;height:230px;max-width:800px;margin:10px 0 0 52px;border-bottom:1px solid var(--border)}
section>.plot{margin-bottom:22px}
.plot svg{display:block;width:100%;height:100%}
.plot span{position:absolute;color:var(--muted);font-size:11.5px;line-height:14px;white-space:nowrap}
.plot .up{right:100%;margin:0 8px -7px 0}
.plot .along{top:100%;margin-top:4px;transform:translateX(-50%)}.plot .along.last{transform:translateX(-100%)}
`
