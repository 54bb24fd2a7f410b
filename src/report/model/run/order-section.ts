import type { OrderFigures } from '../../../core/metrics/order-figures.js'
import { formatAmount, formatFixed, formatPercent } from '../../../core/number-format.js'
import { html, withMinus, type Markup } from '../page/html-text.js'

/** The figures of resting orders as names and texts, for the summary and the page. */
export function orderRows(figures: OrderFigures): readonly (readonly [string, string])[] {
  const count = (value: number): string => formatFixed(value, 0)
  const share = (value: number | null): string => (value === null ? '–' : formatPercent(value))
  const bps = (value: number | null): string => (value === null ? '–' : formatFixed(value, 2))
  return [
    ['Placed', count(figures.placed)],
    ['Filled whole', count(figures.filled)],
    ['Cancelled', count(figures.cancelled)],
    ['Expired', count(figures.expired)],
    ['Refused', count(figures.refused)],
    ['Fills bought', count(figures.buyFills)],
    ['Fills sold', count(figures.sellFills)],
    ['Maker share', share(figures.makerShare)],
    ['Spread captured, bps', bps(figures.spreadCapturedBps)],
    ['Quoting both sides', share(figures.quotingShare)],
    ['Markout 1, bps', bps(figures.markout1Bps)],
    ['Markout 5, bps', bps(figures.markout5Bps)],
    ['Markout 20, bps', bps(figures.markout20Bps)],
    ['Mean inventory', formatAmount(figures.inventoryMean)],
    ['Largest inventory', formatAmount(figures.inventoryLargest)],
  ]
}

/** Why orders were refused, most frequent first; empty where none was. */
export function refusalText({ refusedBy }: OrderFigures): string {
  return Object.entries(refusedBy)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${formatFixed(count, 0)}`)
    .join(', ')
}

/** What resting orders did; null where none has rested. */
export function orderSection(figures: OrderFigures | null | undefined): Markup | null {
  if (figures === null || figures === undefined) return null
  const refusals = refusalText(figures)
  return html`<section class="orders">
    <h2>Resting orders</h2>
    <div class="scroll">
      <table class="plain">
        <tbody>
          ${orderRows(figures).map(
            ([name, text]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${withMinus(text)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      Spread captured: mean sell price less mean buy price, by the middle of the two. Markout k:
      what the price did in favour of fills that waited, by the close k candles later. Inventory:
      absolute value held at the closes, quote
      currency.${refusals === '' ? '' : ` Refused: ${refusals}.`}
    </p>
  </section>`
}
