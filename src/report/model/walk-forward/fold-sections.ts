import type { ParamValue } from '../../../core/strategy/params.js'
import type { Millis } from '../../../core/candles/time.js'
import { chartFrame, curveFrame, pairFrame } from '../page/figure-frames.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatMetric, type MetricUnit } from '../../../core/metrics/metric-formulas.js'
import { formatAmount, formatFixed, formatPercent } from '../../../core/number-format.js'
import { toneOf } from '../page/page-blocks.js'
import { formatParam, formatScore, metricFormula } from '../sweep/page-format.js'
import { foldMeasures, hasDrift, hasOwnScore, PAIR_NAMES, scatterPoints } from './fold-figures.js'
import { day } from './walk-forward-headline.js'
import type { WalkForwardPageData } from '../../../backtest/walk-forward/walk-forward-page-data.js'
import type { FoldResult } from '../../../backtest/walk-forward/walk-forward.js'

/** The joined tests against buy and hold, fold by fold, with drawdown. */
export function joinedSection({ result, symbol, manifest }: WalkForwardPageData): Markup {
  const { metrics } = result.stitched
  return html`<section>
    <h2>Joined tests</h2>
    ${curveFrame(
      {
        id: 'equity-chart',
        label: withMinus(
          `Equity of the joined tests from ${formatAmount(manifest.capital)} to ${formatAmount(metrics.finalEquity)} over ${result.folds.length} folds, with buy and hold, and drawdown, at most ${formatPercent(metrics.maxDrawdown)}.`,
        ),
      },
      true,
    )}
    <p class="note">
      Each test begins with the equity that the one before left; folds are shaded in turn. Dashed:
      ${symbol} bought at the first open of the tests with all the capital, and held without costs.
      Below: how far equity is under its peak. Of long curves each stretch shows its highest and
      lowest point.
    </p>
  </section>`
}

/** Training and test of each fold beside each other. */
export function pairSection(data: WalkForwardPageData): Markup {
  const measures = foldMeasures(data)
  return html`<section>
    <h2>In sample and out of sample</h2>
    ${pairFrame(
      {
        id: 'fold-pairs',
        label: `Two columns a fold: ${PAIR_NAMES.join(' and ')}. The table below has the numbers.`,
      },
      PAIR_NAMES,
      measures.map(({ label }) => label),
    )}
    <p class="note">
      By fold. The pick was chosen for its score in training, so training flatters it. Training and
      test differ in length: returns and trades are shown a day.
    </p>
    ${foldTable(data)}
  </section>`
}

function foldTable(data: WalkForwardPageData): Markup {
  const { result, drift } = data
  const { metrics } = result.stitched
  const groups = [
    ...(hasOwnScore(data) ? ['Score'] : []),
    'Return',
    'Sharpe',
    'Max drawdown',
    'Trades',
  ]
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Folds">
    <table class="plain pairs">
      <thead>
        <tr>
          <th scope="col" rowspan="2">Fold</th>
          <th scope="col" rowspan="2" class="word">Training</th>
          <th scope="col" rowspan="2" class="word">Test</th>
          ${drift.map(({ name }) => html`<th scope="col" rowspan="2">${name}</th>`)}
          ${groups.map(name => html`<th scope="colgroup" colspan="2">${name}</th>`)}
        </tr>
        <tr>
          ${groups.map(
            () =>
              html`<th scope="col">in</th>
                <th scope="col">out</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${result.folds.map((fold, k) => foldRow(data, fold, k))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan="${3 + drift.length}">Joined tests</th>
          ${hasOwnScore(data) && html`<td colspan="2"></td>`}
          ${[
            [metrics.totalReturn, 'change'] as const,
            [metrics.sharpe, 'ratio'] as const,
            [metrics.maxDrawdown, 'share'] as const,
            [metrics.trades, 'count'] as const,
          ].map(
            ([value, unit]) =>
              html`<td></td>
                ${cell(value, unit)}`,
          )}
        </tr>
      </tfoot>
    </table>
  </div>`
}

function foldRow(data: WalkForwardPageData, result: FoldResult, k: number): Markup {
  const { fold, pick, inSample, outOfSample, testScore } = result
  const unit = metricFormula(data.objective)?.unit ?? null
  const score = (value: number | null): Markup =>
    html`<td>${withMinus(formatScore(value, unit))}</td>`
  const pair = (name: string, own: number | null, of: MetricUnit): Markup[] => [
    cell(inSample?.[name] ?? null, of),
    cell(pick === null ? null : own, of),
  ]
  return html`<tr>
    <th scope="row">${k + 1}</th>
    ${span(fold.trainFrom, fold.trainTo)} ${span(fold.testFrom, fold.testTo)}
    ${data.drift.map(({ values }) => html`<td>${pickText(values[k] ?? null)}</td>`)}
    ${hasOwnScore(data) && [score(pick?.scores[0] ?? null), score(testScore)]}
    ${pair('total_return', outOfSample.totalReturn, 'change')}
    ${pair('sharpe', outOfSample.sharpe, 'ratio')}
    ${pair('max_drawdown', outOfSample.maxDrawdown, 'share')}
    ${pair('trades', outOfSample.trades, 'count')}
  </tr>`
}

/** Two dates, which stay whole where the table is narrow. */
function span(from: Millis, to: Millis): Markup {
  return html`<td class="word span"><span>${day(from)}</span> <span>to ${day(to)}</span></td>`
}

function cell(value: number | null, unit: MetricUnit): Markup {
  const tone = unit === 'change' ? toneOf(value) : ''
  return html`<td class="${tone}">${withMinus(formatMetric(value, unit))}</td>`
}

function pickText(value: ParamValue | null): string {
  return value === null ? '–' : withMinus(formatParam(value))
}

/** How the picks move from fold to fold. */
export function driftSection(data: WalkForwardPageData): Markup | null {
  if (!hasDrift(data)) return null
  return html`<section>
    <h2>Parameter drift</h2>
    <p class="lead">
      The pick of each fold. A pick that jumps about says that the best set of a training is chance
      more than a trait of the market.
    </p>
    <div class="multiples">
      ${data.drift.map(
        ({ name, changes, spread }, k) =>
          html`<figure>
            <figcaption>${name}</figcaption>
            ${chartFrame({ id: `drift-${k}`, label: `Pick of ${name} in each fold` }, 'small')}
            <p class="note">${driftText(changes, spread)}</p>
          </figure>`,
      )}
    </div>
  </section>`
}

function driftText(changes: number | null, spread: number | null): string {
  if (changes === null) return 'Fewer than two folds have a pick.'
  const deviation =
    spread === null ? '' : `; standard deviation ${formatPercent(spread)} of the mean`
  return `Changes at ${formatPercent(changes)} of the steps from fold to fold${deviation}.`
}

/** Score in training against score in the test. */
export function scatterSection(data: WalkForwardPageData): Markup | null {
  const points = scatterPoints(data)
  if (points.length < 2) return null
  const below = points.filter(([x, y]) => y < x).length
  return html`<section>
    <h2>Score in training against score in the test</h2>
    ${chartFrame(
      {
        id: 'score-scatter',
        label: `Score in the test against score in training of ${points.length} folds; ${below} are lower in the test.`,
      },
      'tall',
    )}
    <p class="note">
      One dot a fold, with its number, by <code>${data.objective}</code>. On the dashed line a test
      scores as its training; below it, less. ${formatFixed(below, 0)} of ${points.length} are
      below. Folds without a score in training or test are not shown.
    </p>
  </section>`
}
