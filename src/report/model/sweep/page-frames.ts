import { NEEDS_SCRIPT } from '../page/figure-frames.js'
import { html, type Markup } from '../page/html-text.js'
import { formatFixed, plural } from '../../../core/number-format.js'
import { scoredTrials } from './page-headline.js'
import type { SweepPageData } from '../../../backtest/sweep/tally/sweep-page-data.js'

/** Scores over two axes, or a line over the only one. */
export function heatMapSection(data: SweepPageData): Markup | null {
  if (data.axes.length === 0 || scoredTrials(data).length === 0) return null
  if (data.heatMaps.length === 0) return lineSection(data)
  return html`<section>
    <h2>Heat maps</h2>
    ${NEEDS_SCRIPT}
    <div class="tools" role="group" aria-label="What the heat map shows">
      <label class="field"
        ><span>Axes</span
        ><select id="map-pair">
          ${data.heatMaps.map(
            ({ x, y }, k) =>
              html`<option value="${k}">
                ${data.axes[x]?.name ?? ''} × ${data.axes[y]?.name ?? ''}
              </option>`,
          )}
        </select></label
      >
      ${VIEWS.map(
        ([value, label, title], k) =>
          html`<button
            type="button"
            class="quiet"
            data-map="${value}"
            aria-pressed="${k === 0 ? 'true' : 'false'}"
            title="${title}"
          >
            ${label}
          </button>`,
      )}
    </div>
    <div id="map-scale" class="scale-key"></div>
    <div
      id="map-chart"
      class="chart map"
      tabindex="0"
      role="group"
      aria-label="Heat map of scores. Arrow keys move from cell to cell."
    ></div>
    <p id="map-cell" class="note" role="status">
      Point at a cell, or move with the arrow keys. The ring is the best trial.
    </p>
  </section>`
}

const VIEWS = [
  ['best', 'Best', 'The best score among the trials of a cell'],
  ['mean', 'Mean', 'The mean score of the trials of a cell'],
  ['count', 'Count', 'How many trials stand in a cell'],
] as const

function lineSection(data: SweepPageData): Markup | null {
  if (data.axes.length > 1) return null
  return html`<section>
    <h2>Score along ${data.axes[0]!.name}</h2>
    ${NEEDS_SCRIPT}
    <div
      id="line-chart"
      class="chart"
      role="img"
      aria-label="Best and mean score along ${data.axes[0]!.name}"
    ></div>
    <p class="note key">
      <i class="swatch best-line"></i>best <i class="swatch mean-line"></i>mean of the trials with
      this value
    </p>
  </section>`
}

/** The objective against each parameter, a small chart each. */
export function parameterSection(data: SweepPageData): Markup | null {
  if (data.axes.length === 0 || scoredTrials(data).length < 2) return null
  return html`<section>
    <h2>Score against each parameter</h2>
    ${NEEDS_SCRIPT}
    <div class="multiples">
      ${data.axes.map(
        ({ name }, k) =>
          html`<figure>
            <figcaption>${name}</figcaption>
            <div
              class="chart small"
              data-axis="${k}"
              role="img"
              aria-label="Score against ${name}"
            ></div>
          </figure>`,
      )}
    </div>
    <p class="note key">
      <i class="swatch dot-key"></i>one trial <i class="swatch mean-line"></i>mean at each value.
      ${sampleSentence(data)}
    </p>
  </section>`
}

/** What the charts show where there are more trials than the page holds. */
function sampleSentence({ trials, trialsTotal, trialsFailed }: SweepPageData): string {
  if (trials.length >= trialsTotal - trialsFailed) return ''
  return `Shown are the best trials and an even sample of the others, ${formatFixed(trials.length, 0)} of ${formatFixed(trialsTotal, 0)}.`
}

/** The best trials as lines over all axes at once. */
export function parallelSection(data: SweepPageData): Markup | null {
  const scored = scoredTrials(data).length
  if (data.axes.length < 2 || scored < 2) return null
  const choices = [25, 100, 500].filter((count, k) => k === 0 || count < scored * 2)
  return html`<section>
    <h2>Parallel coordinates</h2>
    ${NEEDS_SCRIPT}
    <div class="tools" role="group" aria-label="How many trials">
      ${choices.map(
        count =>
          html`<button
            type="button"
            class="quiet"
            data-best="${count}"
            aria-pressed="${count === (choices[1] ?? choices[0]) ? 'true' : 'false'}"
          >
            Best ${Math.min(count, scored)}
          </button>`,
      )}
    </div>
    <div id="parallel-scale" class="scale-key"></div>
    <div
      id="parallel-chart"
      class="chart tall"
      role="img"
      aria-label="Parallel coordinates of the best trials, coloured by score"
    ></div>
    <p class="note">
      One line a trial. Drag along an axis to keep the lines that cross there; click the axis to let
      go.
    </p>
  </section>`
}

/** Equity of the best trials. */
export function equitySection({ curves }: SweepPageData): Markup | null {
  if (curves.length === 0) return null
  return html`<section>
    <h2>Equity of the best ${curves.length === 1 ? 'trial' : String(curves.length)}</h2>
    ${NEEDS_SCRIPT}
    <div class="tools">
      <button type="button" class="quiet" id="equity-log" aria-pressed="false">Log</button>
    </div>
    <div id="equity-legend" class="chips" role="group" aria-label="Lines that are shown"></div>
    <div
      id="equity-chart"
      class="chart tall"
      role="img"
      aria-label="Equity of the best ${formatFixed(curves.length, 0)} ${plural(curves.length, 'trial')} over time"
    ></div>
  </section>`
}

/** All trials that the page holds; rows are drawn as they scroll into view. */
export function trialSection(data: SweepPageData): Markup | null {
  if (data.trials.length === 0) return null
  return html`<section>
    <h2>Trials</h2>
    <noscript
      ><p class="note">The list is drawn by the page’s script; the best stand above.</p></noscript
    >
    <form id="filters" class="needs-script" role="search" aria-label="Filter trials">
      <label
        ><span>Search</span
        ><input type="search" name="text" placeholder="${placeholder(data)}" autocomplete="off"
      /></label>
      <label class="check"><input type="checkbox" name="all" /> all metrics</label>
    </form>
    <p id="trial-count" class="note" role="status">
      ${formatFixed(data.trials.length, 0)} ${plural(data.trials.length, 'trial')}
    </p>
    <div
      id="trial-scroll"
      class="scroll needs-script"
      tabindex="0"
      role="region"
      aria-label="Trials"
    >
      <table id="trial-table" class="rows">
        <caption class="hidden">
          Trials. Buttons in the heads sort.
        </caption>
        <thead></thead>
        <tbody></tbody>
      </table>
    </div>
    <p class="note">
      ${sampleSentence(data)} Words must all stand in a row; <code>name=value</code> finds a value.
    </p>
  </section>`
}

function placeholder({ axes, trials }: SweepPageData): string {
  const value = trials[0]?.values[0]
  return axes.length > 0 && value !== null && value !== undefined
    ? `${axes[0]!.name}=${String(value)}`
    : 'word'
}
