import { curveFrame, layerFrame, pairFrame } from '../page/figure-frames.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatMetric, type MetricUnit } from '../../../core/metrics/metric-formulas.js'
import { formatAmount, formatPercent, formatProfit } from '../../../core/number-format.js'
import { toneOf } from '../page/page-blocks.js'
import type { LegOutcome } from '../../../backtest/portfolio/portfolio-backtest.js'
import { isReweighed, legName, PART_LABEL, PART_NAMES } from './portfolio-figures.js'
import { weightSentence } from './portfolio-headline.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'

/** What each leg added to return, volatility and worst drawdown of the whole. */
export function legSection({ outcome }: PortfolioReport): Markup {
  const { legs, metrics } = outcome
  return html`<section>
    <h2>Legs</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Legs">
      <table class="plain pairs legs">
        <thead>
          <tr>
            <th scope="col">Leg</th>
            ${COLUMNS.map(([name]) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${legs.map(
            (leg, k) =>
              html`<tr>
                <th scope="row">${k + 1} ${legName(leg)}</th>
                ${COLUMNS.map(([, unit, value]) => cell(value(leg), unit))}
              </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Whole</th>
            ${cell(
              legs.reduce((sum, { weight }) => sum + weight, 0),
              'share',
            )}
            ${cell(
              legs.reduce((sum, { contribution }) => sum + contribution.pnl, 0),
              'profit',
            )}
            ${cell(metrics.totalReturn, 'change')} ${cell(metrics.volatility, 'share')}
            ${cell(legs.some(leg => leg.contribution.volatilityShare !== null) ? 1 : null, 'share')}
            ${cell(-metrics.maxDrawdown, 'change')} ${cell(metrics.trades, 'count')}
            ${cell(metrics.winRate, 'share')} ${cell(metrics.exposure, 'share')}
            ${cell(costsOf(outcome), 'quote')}
          </tr>
        </tfoot>
      </table>
    </div>
    ${pairFrame(
      {
        id: 'leg-parts',
        label: `Two columns a leg, each with its value: its ${PART_NAMES.join(' and its ')}. The table above has the numbers.`,
      },
      PART_NAMES,
      [PART_LABEL],
    )}
    <details>
      <summary>How the parts are computed</summary>
      <dl class="terms">
        ${TERMS.map(
          ([term, meaning]) =>
            html`<dt>${term}</dt>
              <dd>${meaning}</dd>`,
        )}
      </dl>
    </details>
  </section>`
}

type ColumnUnit = MetricUnit | 'profit'
type Column = readonly [name: string, unit: ColumnUnit, value: (leg: LegOutcome) => number | null]

const COLUMNS: readonly Column[] = [
  ['Last weight', 'share', leg => leg.weight],
  ['PnL', 'profit', leg => leg.contribution.pnl],
  ['Part of return', 'change', leg => leg.contribution.return],
  ['Part of volatility', 'share', leg => leg.contribution.volatility],
  ['Share of volatility', 'share', leg => leg.contribution.volatilityShare],
  ['Part of drawdown', 'change', leg => leg.contribution.drawdown],
  ['Trades', 'count', leg => leg.metrics.trades],
  ['Win rate', 'share', leg => leg.metrics.winRate],
  ['Exposure', 'share', leg => leg.metrics.exposure],
  ['Costs paid', 'quote', costsOf],
]

const TERMS = [
  ['Part of return', 'pnl of the leg / capital; over all legs it sums to the total return'],
  [
    'Part of volatility',
    '√365 × cov(leg, whole) / sd(whole), of daily pnl by the equity with which the day began; over all legs it sums to the volatility of the whole. Below 0: the leg moves against the others.',
  ],
  ['Share of volatility', 'cov(leg, whole) / var(whole)'],
  [
    'Part of drawdown',
    'pnl of the leg from the peak to the trough of the worst drawdown / equity at the peak; over all legs it sums to that drawdown',
  ],
  ['Costs paid', 'fees + slippage + transaction costs'],
  ['Exposure', 'candles with a position at the close / candles'],
] as const

function costsOf({ metrics }: Pick<LegOutcome, 'metrics'>): number {
  return metrics.feesPaid + metrics.slippagePaid + metrics.txCostsPaid
}

function cell(value: number | null, unit: ColumnUnit): Markup {
  const isSigned = unit === 'change' || unit === 'profit'
  const text =
    unit !== 'profit' ? formatMetric(value, unit) : value === null ? '–' : formatProfit(value)
  return html`<td class="${isSigned ? toneOf(value) : ''}">${withMinus(text)}</td>`
}

/** What each leg had gained, over time. */
export function gainSection({ outcome }: PortfolioReport): Markup {
  const { legs } = outcome
  const list = legs
    .map(leg => `${legName(leg)} ${formatAmount(leg.contribution.pnl)}`)
    .slice(0, 12)
    .join(', ')
  return html`<section>
    <h2>Gain of each leg</h2>
    ${curveFrame({ id: 'gain-chart', label: withMinus(`Gains over time; at the end: ${list}.`) }, false)}
    <p class="note">
      Quote currency: what the leg’s trades have moved, and what it holds. Together the lines are
      the equity above the capital. A name switches its line off and on.
    </p>
  </section>`
}

/** The weights over time, where they change. */
export function weightSection(report: PortfolioReport): Markup {
  const { outcome } = report
  const [first, last] = [outcome.weights[0]!, outcome.weights.at(-1)!]
  const change = outcome.legs
    .map(
      (leg, k) =>
        `${legName(leg)} from ${formatPercent(first.weights[k]!)} to ${formatPercent(last.weights[k]!)}`,
    )
    .slice(0, 12)
    .join(', ')
  return html`<section>
    <h2>Weights</h2>
    ${
      isReweighed(outcome)
        ? html`${layerFrame({ id: 'weight-chart', label: `Weights over time: ${change}.` })}
            <p class="note">
              ${weightSentence(report)} A weight is the share of equity that exposure 1 of the leg
              means. It trades nothing of itself: it holds for the next fill of its leg. What is
              free above the layers is given to no leg.
            </p>`
        : html`<p>${weightSentence(report)} They were made once, and hold throughout.</p>`
    }
  </section>`
}
