import { html, withMinus, type Markup } from '../page/html-text.js'
import { counted, formatFixed } from '../../../core/number-format.js'
import { legName } from './portfolio-figures.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'

/** How alike the legs move. */
export function correlationSection({ outcome }: PortfolioReport): Markup | null {
  const { legs, correlations } = outcome
  if (legs.length < 2) return null
  const known = correlations.flatMap((row, k) => row.slice(0, k)).filter(value => value !== null)
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  return html`<section>
    <h2>Correlation</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Correlation of the legs">
      <table class="plain matrix">
        <thead>
          <tr>
            <th scope="col">Leg</th>
            ${legs.map((_, k) => html`<th scope="col">${k + 1}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${legs.map(
            (leg, row) =>
              html`<tr>
                <th scope="row">${row + 1} ${legName(leg)}</th>
                ${correlations[row]!.map((value, k) => heatCell(value, row === k))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      Pearson’s correlation of the legs’ pnl by UTC day. Blue: they gain and lose together; orange:
      one gains while the other loses; – for a leg that never
      traded.${
        known.length === 0
          ? ''
          : ` Mean of ${counted(known.length, 'pair')}: ${withMinus(formatFixed(mean, 2))}.`
      }
    </p>
  </section>`
}

function heatCell(value: number | null, isSelf: boolean): Markup {
  if (value === null) return html`<td class="none">–</td>`
  const depth = isSelf ? 0 : Math.round(Math.abs(value) * 5)
  const way = value < 0 ? 'against' : 'with'
  return html`<td class="heat ${isSelf ? 'self' : `${way}-${depth}`}">
    ${withMinus(formatFixed(value, 2))}
  </td>`
}
