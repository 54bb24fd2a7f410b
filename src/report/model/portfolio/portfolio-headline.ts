import { curveFrame } from '../page/figure-frames.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import {
  counted,
  formatAmount,
  formatFixed,
  formatPercent,
  plural,
} from '../../../core/number-format.js'
import { pageHeader } from '../page/page-blocks.js'
import { allocationText } from './portfolio-summary.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'

/** What the portfolio is, over what, and the theme switch. */
export function portfolioHeader({ manifest, outcome, runId }: PortfolioReport): Markup {
  const symbols = manifest.symbols.map(({ symbol }) => symbol)
  const made = symbols.filter(symbol => symbol.startsWith('SYNTH')).length
  const minute = (time: string): string => time.slice(0, 16).replace('T', ' ')
  return pageHeader({
    title: 'Portfolio',
    on: `${symbols.join(' + ')} · ${manifest.timeframe}`,
    badge: made === 0 ? null : made === symbols.length ? 'synthetic data' : 'partly synthetic data',
    facts: [
      html`${minute(manifest.from)} to ${minute(manifest.to)} UTC`,
      html`${counted(symbols.length, 'symbol')}, ${counted(outcome.legs.length, 'leg')}`,
      html`${formatFixed(manifest.times, 0)} times`,
      html`run <code>${runId}</code>`,
    ],
  })
}

/** The account over time. */
export function accountSection({ outcome, manifest }: PortfolioReport): Markup {
  const { metrics, legs, markets } = outcome
  return html`<section>
    <h2>Equity and drawdown</h2>
    ${curveFrame(
      {
        id: 'equity-chart',
        label: withMinus(
          `Equity of ${counted(legs.length, 'leg')} from ${formatAmount(manifest.capital)} to ${formatAmount(metrics.finalEquity)}, with buy and hold, and drawdown, at most ${formatPercent(metrics.maxDrawdown)}.`,
        ),
      },
      true,
    )}
    <p class="note">
      Dashed: the capital in ${markets.length === 1 ? '' : `${markets.length} `}equal
      ${plural(markets.length, 'share')}, one a symbol, whatever the weights of the legs; each
      bought at the first open of its symbol and held without costs. Below: how far equity is under
      its peak. Of long curves each stretch shows its highest and lowest point.
    </p>
  </section>`
}

/** How the account was divided. */
export function weightSentence({ manifest, outcome }: PortfolioReport): string {
  return `Weights: ${allocationText(manifest.allocation, outcome.weights.length)}.`
}
