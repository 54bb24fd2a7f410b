import { formatTime } from '../../../core/candles/time.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { counted, formatFixed, formatProfit } from '../../../core/number-format.js'
import type { MarketTrade } from '../../../core/account/trade.js'
import { legName } from './portfolio-figures.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'
import { limitsText } from '../run/settings-text.js'

/** Times of limits that are listed; the first. */
const LISTED_MAX = 20

/** The limits over the whole, when they closed positions, and what they refused. */
export function limitSection({ manifest, outcome }: PortfolioReport): Markup {
  const limits = limitsText(manifest.risk_limits)
  if (limits === 'none') {
    return html`<section>
      <h2>Limits</h2>
      <p>No limit over the whole was set.</p>
    </section>`
  }
  const refused = outcome.legs.filter(({ refusedByRisk }) => refusedByRisk > 0)
  return html`<section>
    <h2>Limits</h2>
    <p>Over the whole: ${limits}.</p>
    ${breaches(outcome.trades)}
    <p>
      ${
        refused.length === 0
          ? 'No entry was refused by a limit.'
          : `Entries refused by a limit: ${refused
              .map(leg => `${legName(leg)} ${formatFixed(leg.refusedByRisk, 0)}`)
              .join(', ')}.`
      }
    </p>
  </section>`
}

function breaches(trades: readonly MarketTrade[]): Markup {
  const times = new Map<number, { count: number; pnl: number }>()
  for (const { exitReason, exitTime, pnl } of trades) {
    if (exitReason !== 'risk_limit') continue
    const sum = times.get(exitTime) ?? { count: 0, pnl: 0 }
    times.set(exitTime, { count: sum.count + 1, pnl: sum.pnl + pnl })
  }
  if (times.size === 0) return html`<p>No limit closed or reduced a position.</p>`
  const listed = [...times].slice(0, LISTED_MAX)
  const more = times.size - listed.length
  return html`<p>Limits closed or reduced positions at ${counted(times.size, 'candle')}:</p>
    <ul class="prose listed">
      ${listed.map(
        ([time, { count, pnl }]) =>
          html`<li>
            ${formatTime(time).slice(0, 16).replace('T', ' ')}: ${counted(count, 'position')}, pnl
            ${withMinus(formatProfit(pnl))}
          </li>`,
      )}
    </ul>
    ${more > 0 && html`<p class="note">And ${formatFixed(more, 0)} more.</p>`}`
}
