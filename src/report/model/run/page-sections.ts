import type { Metrics } from '../../../core/metrics/metrics.js'
import { timeframeMs } from '../../../core/candles/time.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatMetric, METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'
import {
  formatAmount,
  formatChange,
  formatFixed,
  formatPercent,
} from '../../../core/number-format.js'
import { pageHeader, toneOf } from '../page/page-blocks.js'
import { formatMinute } from './stop-section.js'
import type { Report } from '../../../backtest/run/record/report.js'

/** Whether the report's candles were made by a generator. */
export function isSynthetic(report: Report): boolean {
  return report.manifest.symbol.startsWith('SYNTH')
}

/** First open to last close of the run, UTC. */
export function spanOf({ manifest }: Report): { readonly since: string; readonly until: string } {
  const end = Date.parse(manifest.to) + timeframeMs(manifest.timeframe)
  return { since: formatMinute(Date.parse(manifest.from)), until: formatMinute(end) }
}

/** Title, what was run over what, and the theme switch. */
export function headerSection(report: Report): Markup {
  const { manifest } = report
  const { since, until } = spanOf(report)
  return pageHeader({
    title: strategyNames(report),
    on: `${manifest.symbol} · ${manifest.timeframe}`,
    badge: isSynthetic(report) ? 'synthetic data' : null,
    facts: [
      html`${since} to ${until} UTC`,
      html`${formatFixed(manifest.candles, 0)} candles`,
      html`run <code>${report.runId}</code>`,
    ],
  })
}

/** Names of the strategies, for titles. */
export function strategyNames({ manifest }: Report): string {
  return manifest.strategies.map(strategy => strategy.name).join(' + ') || 'no strategy'
}

/** An account that was measured. */
export interface Measured {
  readonly metrics: Metrics
  readonly manifest: Pick<Report['manifest'], 'capital' | 'costs'>
}

/** The numbers that decide whether to read on. */
export function headlineSection({ metrics, manifest }: Measured): Markup {
  const beaten = metrics.totalReturn > metrics.buyAndHoldReturn
  const costs = metrics.feesPaid + metrics.slippagePaid + metrics.txCostsPaid
  const against = `${beaten ? 'beats' : 'behind'} buy and hold ${withMinus(formatChange(metrics.buyAndHoldReturn))}`
  return html`<section aria-label="Headline numbers">
    <dl class="headline">
      ${figure(metrics, 'finalEquity', `from ${formatAmount(manifest.capital)}`)}
      ${figure(metrics, 'totalReturn', against)} ${figure(metrics, 'cagr', 'a year')}
      ${figure(metrics, 'sharpe', 'daily returns, √365')}
      ${figure(metrics, 'maxDrawdown', `${formatMetric(metrics.maxDrawdownDays, 'days')} long`)}
      ${figure(metrics, 'trades', `${formatPercent(metrics.exposure)} of the time in the market`)}
      ${figure(metrics, 'winRate', `profit factor ${formatMetric(metrics.profitFactor, 'ratio')}`)}
      <div>
        <dt>Fees and slippage paid</dt>
        <dd>${formatAmount(costs)}</dd>
        <dd class="note">${formatPercent(costs / manifest.capital)} of the capital</dd>
      </div>
    </dl>
  </section>`
}

function figure(metrics: Metrics, name: keyof Metrics, note: string): Markup {
  const { label, unit, nullMeaning } = METRIC_FORMULAS[name]
  const value = metrics[name]
  const tone = unit === 'change' ? toneOf(value) : ''
  return html`<div>
    <dt>${label}</dt>
    <dd class="${tone}" data-metric="${name}">${withMinus(formatMetric(value, unit))}</dd>
    <dd class="note">${value === null ? (nullMeaning ?? '') : note}</dd>
  </div>`
}

/** The run under both stories of its ambiguous candles. */
export function boundsSection({ bounds, metrics }: Report): Markup | null {
  if (bounds === null) return null
  const row = (name: string, run: { finalEquity: number; totalReturn: number }): Markup =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${formatAmount(run.finalEquity)}</td>
      <td class="${toneOf(run.totalReturn)}">${withMinus(formatChange(run.totalReturn))}</td>
    </tr>`
  return html`<section>
    <h2>Bounds</h2>
    <p>${boundsSentence(bounds, metrics.ambiguousTrades)}</p>
    <div class="scroll">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Inside ambiguous candles</th>
            <th scope="col">Final equity</th>
            <th scope="col">Total return</th>
          </tr>
        </thead>
        <tbody>
          ${row('the worse exit came first', bounds.pessimistic)}
          ${row('the better exit came first', bounds.optimistic)}
        </tbody>
      </table>
    </div>
  </section>`
}

/** What the bounds mean, in words. */
export function boundsSentence(bounds: NonNullable<Report['bounds']>, ambiguous: number): string {
  const { pessimistic, optimistic } = bounds
  if (ambiguous === 0) return 'No trade ends in a candle that two exits could have ended.'
  const trades = ambiguous === 1 ? '1 trade ends' : `${formatFixed(ambiguous, 0)} trades end`
  const facts = `${trades} in a candle that does not say which of two exits came first.`
  if (pessimistic.totalReturn < 0 && optimistic.totalReturn > 0) {
    return `${facts} The result changes sign with the order: these candles do not tell whether the strategy makes or loses money. Use finer candles (--detail).`
  }
  return `${facts} The order does not change the sign of the result.`
}
