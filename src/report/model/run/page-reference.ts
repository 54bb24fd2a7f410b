import type { Metrics } from '../../../core/metrics/metrics.js'
import type { Trade } from '../../../core/account/trade.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatMetric, METRIC_FORMULAS, UNIT_WORDS } from '../../../core/metrics/metric-formulas.js'
import type { MetricSample } from '../../../core/metrics/metric-formulas.js'
import { formatAmount, formatFixed, formatPercent } from '../../../core/number-format.js'
import { factList } from '../page/page-blocks.js'
import type { Measured } from './page-sections.js'
import type { Report } from '../../../backtest/run/record/report.js'
import { sampleCounts, type Sampled } from '../../../core/metrics/sample-counts.js'

/** What trading cost, as amounts, against the capital and against what it earned. */
export function costSection({
  metrics,
  manifest,
  trades,
}: Measured & Pick<Report, 'trades'>): Markup {
  const gross = grossProfit(trades)
  const row = (name: string, amount: number, note: string): Markup =>
    html`<tr>
      <th scope="row">${name}<span class="note">${note}</span></th>
      <td>${formatAmount(amount)}</td>
      <td>${formatPercent(amount / manifest.capital)}</td>
      <td>${gross > 0 ? formatPercent(amount / gross) : '–'}</td>
    </tr>`
  const { feesPaid, slippagePaid, txCostsPaid } = metrics
  const { costs } = manifest
  return html`<section>
    <h2>Costs</h2>
    <div class="scroll">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Cost</th>
            <th scope="col">Amount</th>
            <th scope="col">Of capital</th>
            <th scope="col">Of gross profit</th>
          </tr>
        </thead>
        <tbody>
          ${row('Fees', feesPaid, `${costs.fee_bps} bps a side`)}
          ${row('Slippage', slippagePaid, `${costs.slippage_bps} bps, impact ${costs.impact}`)}
          ${row('Transaction costs', txCostsPaid, `${formatAmount(costs.tx_cost)} a side`)}
        </tbody>
        <tfoot>
          ${row('All costs', feesPaid + slippagePaid + txCostsPaid, '')}
        </tfoot>
      </table>
    </div>
    <p class="note">
      Gross profit is what trades that gained before all costs gained:
      ${formatAmount(gross)}${gross > 0 ? '' : ' (no trade made money before costs)'}. Amounts are
      quote currency.
    </p>
  </section>`
}

/** What the trades that gained before costs gained, quote currency. */
function grossProfit(trades: readonly Trade[]): number {
  let sum = 0
  for (const { pnl, fees, txCosts, slippage } of trades) {
    const gross = pnl + fees + txCosts + slippage
    if (gross > 0) sum += gross
  }
  return sum
}

/** Every metric with its formula, its unit and the number of observations behind it. */
export function metricSection(report: Pick<Measured, 'metrics'> & Sampled): Markup {
  const names = Object.keys(METRIC_FORMULAS) as (keyof Metrics)[]
  const counts = sampleCounts(report)
  return html`<section>
    <h2>Metrics</h2>
    <div class="scroll">
      <table class="plain metrics">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Value</th>
            <th scope="col" class="word">Unit</th>
            <th scope="col">n</th>
            <th scope="col">Formula</th>
          </tr>
        </thead>
        <tbody>
          ${names.map(name => metricRow(name, report.metrics, counts))}
        </tbody>
      </table>
    </div>
  </section>`
}

function metricRow(
  name: keyof Metrics,
  metrics: Metrics,
  counts: Readonly<Record<MetricSample, number>>,
): Markup {
  const { label, formula, unit, sample, nullMeaning } = METRIC_FORMULAS[name]
  const value = metrics[name]
  return html`<tr>
    <th scope="row">${label}</th>
    <td data-value="${name}">${withMinus(formatMetric(value, unit))}</td>
    <td class="word">${UNIT_WORDS[unit]}</td>
    <td class="sample">${formatFixed(counts[sample], 0)} <span>${sample}</span></td>
    <td class="formula">
      ${formula}${value === null && html` <em>(no value: ${nullMeaning ?? 'undefined'})</em>`}
    </td>
  </tr>`
}

interface StoredRun {
  readonly runId: string
  readonly resultHash: string
  readonly curveHash: string
  readonly manifest: unknown
}

/** Everything needed to run it again: as a list to read, and as JSON to copy. */
export function manifestSection(report: StoredRun): Markup {
  const json = JSON.stringify(report.manifest, null, 2)
  return html`<section>
    <h2>Manifest</h2>
    ${factList([
      ['run id', report.runId],
      ['result hash', report.resultHash],
      ['curve hash', report.curveHash],
      ...flatten(report.manifest),
    ])}
    <details>
      <summary>As JSON</summary>
      <button type="button" class="quiet" data-copy="manifest-json">Copy</button>
      <pre id="manifest-json" tabindex="0">${json}</pre>
    </details>
  </section>`
}

/** Leaves of a plain value with their paths: `costs fee_bps`, `strategies 1 params fast_ma`. */
function flatten(value: unknown, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object')
    return [[path, value === null ? 'none' : String(value)]]
  return Object.entries(value).flatMap(([name, inner]) => {
    const step = Array.isArray(value) ? String(Number(name) + 1) : name.replaceAll('_', ' ')
    return flatten(inner, path === '' ? step : `${path} ${step}`)
  })
}

type FillSettings = Pick<Report['manifest'], 'costs' | 'fill' | 'path' | 'keep_open' | 'detail'>

/** How the fills of this run were computed, with the settings it used. */
export function fillSection({ manifest }: { readonly manifest: FillSettings }): Markup {
  const { costs, fill, path, detail } = manifest
  return html`<section>
    <h2>How fills are computed</h2>
    <ul class="prose">
      <li>
        ${
          fill === 'next_open'
            ? 'A strategy sees closed candles only. What it decides at a close fills at the open of the next candle.'
            : 'Decisions fill at the close of the same candle. This reproduces published results; nobody can trade so.'
        }
      </li>
      <li>
        A market fill is ${costs.slippage_bps} bps worse than its reference
        price${
          costs.impact === 'none' ? '' : `, and worse again by the impact preset ${costs.impact}`
        }.
        Each side pays ${costs.fee_bps} bps of its
        value${costs.tx_cost > 0 ? ` and ${formatAmount(costs.tx_cost)} for the transaction` : ''}.
      </li>
      <li>
        A stop is a market order once its level is touched; a candle that opens beyond the level
        fills at that open. A take-profit is a resting order: it fills at its price, without
        slippage.
      </li>
      <li>
        ${
          detail
            ? `Where both could have been touched in one candle, the order is taken from ${detail.timeframe} candles.`
            : path === 'pessimistic'
              ? 'Where both could have been touched in one candle, the stop counts as first and the trade is marked ambiguous.'
              : 'Where both could have been touched in one candle, the better exit counts as first.'
        }
        A candle’s own high never tightens the trailing stop it is checked against.
      </li>
      <li>
        ${
          manifest.keep_open
            ? 'A position open at the end stays open, marked at the last close.'
            : 'A position open at the end is closed at the last close, with fee, without slippage.'
        }
      </li>
    </ul>
  </section>`
}
