import { EXIT_REASONS } from '../../../core/account/trade.js'
import { html, type Markup } from '../page/html-text.js'
import { formatFixed } from '../../../core/number-format.js'
import type { Report } from '../../../backtest/run/record/report.js'

/** The frame that the page's script draws the charts into. */
export function chartSection(): Markup {
  return html`<section class="charts">
    <h2>Chart</h2>
    <div class="tools" role="group" aria-label="Chart range">
      ${RANGES.map(
        ([label, days]) =>
          html`<button type="button" class="quiet" data-range="${days}">${label}</button>`,
      )}
      <output id="span"></output>
      ${MOVES.map(
        ([label, move, title]) =>
          html`<button type="button" class="quiet" data-move="${move}" aria-label="${title}">
            ${label}
          </button>`,
      )}
      <button type="button" class="quiet" id="log-scale" aria-pressed="false">Log</button>
    </div>
    <div id="legend" aria-live="off"></div>
    <div class="panes">
      <div id="pane-labels" aria-hidden="true"></div>
      <div
        id="chart"
        role="group"
        tabindex="0"
        aria-label="Candles with trades and indicators, equity and drawdown. Arrow keys move, plus and minus zoom."
      >
        <p class="note">The chart is drawn by this page’s script.</p>
      </div>
    </div>
    <p class="note">
      Arrow: entry. Dot: exit, green for a gain, red for a loss; square where it is ambiguous. Where
      trades would cover each other, a dot with a number stands for that many exits and has the
      colour of their sum. Thin lines: resting orders, with dots where they filled; they show once
      the range is short enough for single candles. Dashed: buy and hold. All times are UTC.
    </p>
    <div id="tip" role="status" hidden></div>
  </section>`
}

const RANGES = [
  ['All', 0],
  ['1 y', 365],
  ['90 d', 90],
  ['30 d', 30],
  ['7 d', 7],
  ['1 d', 1],
] as const

const MOVES = [
  ['←', 'left', 'Earlier'],
  ['→', 'right', 'Later'],
  ['−', 'out', 'Zoom out'],
  ['+', 'in', 'Zoom in'],
] as const

/** The trade table with its filters; rows are drawn as they scroll into view. */
export function tradeSection({ trades, manifest }: Report): Markup {
  const reasons = EXIT_REASONS.filter(reason => trades.some(trade => trade.exitReason === reason))
  const several = manifest.strategies.length > 1
  return html`<section class="trades">
    <h2>Trades</h2>
    <form id="filters" role="search" aria-label="Filter trades">
      ${several && choice('strategy', 'Strategy', strategyOptions(manifest.strategies))}
      ${choice(
        'side',
        'Side',
        ['long', 'short'].map(side => [side, side]),
      )}
      ${choice(
        'reason',
        'Exit',
        reasons.map(reason => [reason, reason.replaceAll('_', ' ')]),
      )}
      <label
        ><span>Search</span><input type="search" name="text" placeholder="2024-03, stop"
      /></label>
      <label class="check"><input type="checkbox" name="ambiguous" /> ambiguous only</label>
    </form>
    <p id="trade-count" class="note" role="status">${formatFixed(trades.length, 0)} trades</p>
    <div id="trade-scroll" class="scroll" tabindex="0" role="region" aria-label="Trades">
      <table id="trade-table">
        <caption class="hidden">
          Trades. Buttons in the heads sort; Enter on a row shows it in the chart.
        </caption>
        <thead></thead>
        <tbody></tbody>
      </table>
    </div>
  </section>`
}

function strategyOptions(strategies: Report['manifest']['strategies']): [string, string][] {
  return strategies.map((strategy, k) => [String(k), strategy.name])
}

function choice(name: string, label: string, options: readonly (readonly string[])[]): Markup {
  return html`<label
    ><span>${label}</span
    ><select name="${name}">
      <option value="">all</option>
      ${options.map(([value, text]) => html`<option value="${value!}">${text!}</option>`)}
    </select></label
  >`
}

/** Frames of the histogram and the scatter plot. */
export function distributionSection(): Markup {
  return html`<section class="pair">
    <div>
      <h2>Distribution of trade returns</h2>
      <div id="histogram" class="figure"></div>
    </div>
    <div>
      <h2>Worst and best while open</h2>
      <div id="scatter" class="figure"></div>
    </div>
  </section>`
}
