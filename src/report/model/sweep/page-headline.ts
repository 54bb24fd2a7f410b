import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatFixed, formatPercent, plural } from '../../../core/number-format.js'
import { headlineFigure, noticeSection, pageHeader } from '../page/page-blocks.js'
import {
  formatParam,
  formatScore,
  formatTrialMetric,
  mainMetrics,
  metricFormula,
  metricLabel,
} from './page-format.js'
import type { PageTrial, SweepPageData } from '../../../backtest/sweep/tally/sweep-page-data.js'

/** Trials that stand in the page's own HTML, for readers without a script. */
export const BEST_SHOWN = 10

/** The score of a trial as the whole page writes it. */
export function scoreText(data: SweepPageData, score: number | null): string {
  return withMinus(formatScore(score, metricFormula(data.objective.trim())?.unit ?? null))
}

/** The trials that have a score, best first. */
export function scoredTrials(data: SweepPageData): PageTrial[] {
  return data.trials.filter(({ score }) => score !== null && Number.isFinite(score))
}

/** Title, what was judged by what, and the theme switch. */
export function headerSection(data: SweepPageData): Markup {
  return pageHeader({
    title: 'Sweep',
    on: data.title,
    badge: data.isComplete ? null : 'stopped early',
    facts: [
      html`objective <code>${data.objective}</code>`,
      html`${formatFixed(data.trialsTotal, 0)} ${plural(data.trialsTotal, 'trial')}`,
      html`sweep <code>${data.sweepId}</code>`,
    ],
  })
}

/** What a reader must know before any number: selection above all. */
export function selectionSection(data: SweepPageData): Markup | null {
  const sentences = [selectionSentence(data), ...stoppedSentence(data), ...data.notes]
  return noticeSection('Before you read on', sentences)
}

function selectionSentence({ trialsTotal, trialsFailed, spread }: SweepPageData): string {
  const scored = spread?.scored ?? 0
  if (scored === 0) {
    return trialsTotal === trialsFailed && trialsTotal > 0
      ? 'Every trial failed: there is nothing to compare.'
      : 'No trial has a score: the objective has no value for any of them, so there is no best.'
  }
  const count = formatFixed(trialsTotal, 0)
  if (trialsTotal === 1) return 'One trial was run: there is nothing to compare it with.'
  return `The best of ${count} trials is flattered by selection: the more are tried, the better the best one looks by chance alone. Expect less of it on other data. Test it on candles that this sweep has not seen, and trust a set more whose neighbours score well too.`
}

function stoppedSentence({ isComplete }: SweepPageData): string[] {
  return isComplete
    ? []
    : [
        'The sweep was stopped early. What is shown is what was done; sets that were not run may be better.',
      ]
}

/** The numbers that decide whether to read on. */
export function headlineSection(data: SweepPageData): Markup {
  const { spread, trialsTotal, trialsFailed } = data
  const best = scoredTrials(data)[0] ?? null
  const scored = spread?.scored ?? 0
  const share = trialsTotal > 0 ? trialsFailed / trialsTotal : 0
  return html`<section aria-label="Headline numbers">
    <dl class="headline">
      ${headlineFigure('Best score', scoreText(data, best?.score ?? null), data.objective)}
      ${headlineFigure('Its plateau', scoreText(data, best?.plateau ?? null), 'mean of it and its neighbours')}
      ${headlineFigure('Median score', scoreText(data, spread?.median ?? null), `of ${formatFixed(scored, 0)} scored`)}
      ${headlineFigure('Profitable', spread ? formatPercent(spread.profitable) : 'none', 'trials with a return above 0')}
      ${headlineFigure('Trials', formatFixed(trialsTotal, 0), data.isComplete ? 'all that were asked for' : 'stopped early')}
      ${headlineFigure('Failed', formatFixed(trialsFailed, 0), `${formatPercent(share)} of all`)}
      ${headlineFigure('Scored', formatFixed(scored, 0), 'the objective has a value')}
      ${headlineFigure('Best trial', best ? `#${best.number}` : 'none', best === null ? 'no trial has a score' : bestNote(data, best))}
    </dl>
    ${best && bestSet(data, best)}
  </section>`
}

/** Those that have the same score as the best, for which of them stands first means nothing then. */
const TIED_SHOWN = 3

function bestNote(data: SweepPageData, best: PageTrial): string {
  const tied = scoredTrials(data).filter(({ score }) => score === best.score)
  if (tied.length < 2) return best.label
  const others = tied.slice(1, 1 + TIED_SHOWN).map(({ number }) => `#${number}`)
  const more = tied.length - 1 - others.length
  return `tied with ${others.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function bestSet({ axes }: SweepPageData, best: PageTrial): Markup | null {
  if (axes.length === 0) return null
  return html`<h2 class="set-title">Best set</h2>
    <dl class="set">
      ${axes.map(
        ({ name }, k) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${withMinus(formatParam(best.values[k]))}</dd>
          </div>`,
      )}
    </dl>`
}

/** The best ten, in HTML. */
export function bestSection(data: SweepPageData): Markup | null {
  const best = scoredTrials(data).slice(0, BEST_SHOWN)
  if (best.length === 0) return null
  return html`<section>
    <h2>${best.length === 1 ? 'The trial' : `Best ${best.length}`}</h2>
    ${trialTable(data, best, 'The best trials')}
  </section>`
}

/** A table of some trials: score, plateau, what they are, their values and main metrics. */
export function trialTable(
  data: SweepPageData,
  trials: readonly PageTrial[],
  label: string,
): Markup {
  const metrics = mainMetrics(Object.keys(trials[0]?.metrics ?? {}), data.objective)
  const hasLabels = new Set(data.trials.map(trial => trial.label)).size > 1
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="plain trials">
      <thead>
        <tr>
          <th scope="col">Trial</th>
          <th scope="col">Score</th>
          <th scope="col">Plateau</th>
          ${hasLabels && html`<th scope="col" class="word">Label</th>`}
          ${data.axes.map(({ name }) => html`<th scope="col">${name}</th>`)}
          ${metrics.map(name => html`<th scope="col">${metricLabel(name)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${trials.map(
          trial =>
            html`<tr>
              <th scope="row">#${trial.number}</th>
              <td class="score">${scoreText(data, trial.score)}</td>
              <td>${scoreText(data, trial.plateau)}</td>
              ${hasLabels && html`<td class="word">${trial.label}</td>`}
              ${data.axes.map((_, k) => html`<td>${withMinus(formatParam(trial.values[k]))}</td>`)}
              ${metrics.map(name => metricCell(name, trial.metrics[name] ?? null))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** A metric of a trial, coloured where it is a gain or a loss. */
export function metricCell(name: string, value: number | null): Markup {
  const isChange = metricFormula(name)?.unit === 'change' && value !== null
  const tone = !isChange || value === 0 ? '' : value > 0 ? 'gain' : 'loss'
  return html`<td class="${tone}">${withMinus(formatTrialMetric(name, value))}</td>`
}
