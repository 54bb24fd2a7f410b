import { html, withMinus, type Markup } from './html-text.js'
import { monthlyReturns, type Curve, type YearReturns } from './monthly-returns.js'
import { formatChange, formatPercent } from '../../../core/number-format.js'
import { toneOf } from './page-blocks.js'

/** Years by months, coloured by size. */
export function monthlySection(curve: Curve): Markup {
  const years = monthlyReturns(curve)
  const strongest = strongestOf(years)
  return html`<section>
    <h2>Monthly returns</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Monthly returns">
      <table class="months">
        <thead>
          <tr>
            <th scope="col">Year</th>
            ${MONTHS.map(month => html`<th scope="col">${month}</th>`)}
            <th scope="col">Year total</th>
          </tr>
        </thead>
        <tbody>
          ${years.map(
            ({ year, months, total }) =>
              html`<tr>
                <th scope="row">${year}</th>
                ${months.map(value => heatCell(value, strongest))}
                <td class="total ${toneOf(total)}">${withMinus(formatChange(total))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      Last equity of the UTC month against the last before it. Colour deepens with size, up to
      ${formatPercent(strongest)}.
    </p>
  </section>`
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** The 90th percentile of the sizes, so that one wild month does not pale the rest. */
function strongestOf(years: readonly YearReturns[]): number {
  const sizes = years
    .flatMap(year => year.months)
    .filter(value => value !== null)
    .map(Math.abs)
    .sort((a, b) => a - b)
  return sizes[Math.ceil(0.9 * (sizes.length - 1))] || 0.01
}

function heatCell(value: number | null, strongest: number): Markup {
  if (value === null) return html`<td class="none">·</td>`
  const depth = Math.min(1, Math.abs(value) / strongest)
  const level = value === 0 ? 0 : Math.max(1, Math.round(depth * 5))
  const tone = value < 0 ? 'down' : 'up'
  return html`<td class="heat ${tone}-${level}">${withMinus(formatChange(value))}</td>`
}
