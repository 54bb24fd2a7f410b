import { html, type Markup } from '../page/html-text.js'
import { METRIC_FORMULAS, UNIT_WORDS } from '../../../core/metrics/metric-formulas.js'
import { formatFixed } from '../../../core/number-format.js'
import { factList } from '../page/page-blocks.js'
import { mainMetrics, metricFormula, metricLabel } from './page-format.js'
import { metricCell, scoreText } from './page-headline.js'
import type { SweepPageData, TrialGroup } from '../../../backtest/sweep/tally/sweep-page-data.js'

/** Templates, strategies or markets side by side: the best of each, and how the rest lie. */
export function groupSection(data: SweepPageData): Markup | null {
  const { groups } = data
  if (groups.length < 2) return null
  const metrics = mainMetrics(Object.keys(groups[0]!.metrics), data.objective)
  const scores = groups.flatMap(({ score, median }) => [score, median]).filter(isNumber)
  const range = { low: Math.min(0, ...scores), high: Math.max(0, ...scores) }
  return html`<section>
    <h2>Side by side</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Groups side by side">
      <table class="plain trials groups">
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col" class="word">Best and median</th>
            <th scope="col">Best score</th>
            <th scope="col">Median</th>
            <th scope="col">Best trial</th>
            <th scope="col">Trials</th>
            ${metrics.map(name => html`<th scope="col">${metricLabel(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${groups.map(
            group =>
              html`<tr>
                <th scope="row">${group.label}</th>
                <td>${meter(group, range)}</td>
                <td class="score">${scoreText(data, group.score)}</td>
                <td>${scoreText(data, group.median)}</td>
                <td>${group.score === null ? 'none' : `#${group.bestNumber}`}</td>
                <td>${formatFixed(group.trials, 0)}</td>
                ${metrics.map(name => metricCell(name, group.metrics[name] ?? null))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      The strip ends at the best score of the group and the tick marks its median; the thin line is
      0. A group with more trials has had more chances: compare medians too. Metrics are those of
      the best trial.
    </p>
  </section>`
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value)
}

/** A strip from 0 to the best score, a tick at the median, on one range for all groups. */
function meter(
  { score, median }: TrialGroup,
  { low, high }: { low: number; high: number },
): Markup | null {
  if (!isNumber(score) || high <= low) return null
  const place = (value: number): number => (100 * (value - low)) / (high - low)
  const [left, right] = [place(Math.min(0, score)), place(Math.max(0, score))]
  return html`<span class="meter" aria-hidden="true">
    <i
      class="${score < 0 ? 'below' : 'above'}"
      style="left:${left.toFixed(2)}%;width:${(right - left).toFixed(2)}%"
    ></i>
    <b class="zero" style="left:${place(0).toFixed(2)}%"></b>
    ${isNumber(median) && html`<b class="median" style="left:${place(median).toFixed(2)}%"></b>`}
  </span>`
}

/** What the metrics of the tables are. */
export function definitionSection(data: SweepPageData): Markup | null {
  const names = Object.keys(METRIC_FORMULAS).filter(key =>
    Object.keys(data.trials[0]?.metrics ?? {}).some(
      name => metricFormula(name) === METRIC_FORMULAS[key as keyof typeof METRIC_FORMULAS],
    ),
  )
  if (names.length === 0) return null
  return html`<section>
    <h2>Metrics</h2>
    <details>
      <summary>How each metric is computed</summary>
      <div class="scroll">
        <table class="plain metrics">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="word">Unit</th>
              <th scope="col">Formula</th>
            </tr>
          </thead>
          <tbody>
            ${names.map(name => definitionRow(name))}
          </tbody>
        </table>
      </div>
    </details>
  </section>`
}

function definitionRow(name: string): Markup {
  const { label, formula, unit, nullMeaning } = metricFormula(name)!
  return html`<tr>
    <th scope="row">${label}</th>
    <td class="word">${UNIT_WORDS[unit]}</td>
    <td class="formula">
      ${formula}${nullMeaning !== null && html` <em>(none: ${nullMeaning})</em>`}
    </td>
  </tr>`
}

/** Everything needed to run it again. */
export function factSection({ facts, sweepId, sweepHash }: SweepPageData): Markup {
  return html`<section>
    <h2>Manifest</h2>
    ${factList([['sweep id', sweepId], ['sweep hash', sweepHash], ...facts])}
  </section>`
}
