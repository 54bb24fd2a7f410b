import { html, withMinus, type Markup } from '../page/html-text.js'
import { formatFixed, formatPercent, plural } from '../../../core/number-format.js'
import { BEST_SHOWN, scoredTrials, scoreText, trialTable } from './page-headline.js'
import type { Spread, SweepPageData } from '../../../backtest/sweep/tally/sweep-page-data.js'

/** How the scores of all trials lie: a histogram with the quartiles, without a script. */
export function spreadSection(data: SweepPageData): Markup {
  const { spread } = data
  if (spread === null || spread.scored === 0) {
    return html`<section>
      <h2>Spread of scores</h2>
      <p class="note">No trial has a score.</p>
    </section>`
  }
  const text = (score: number): string => scoreText(data, score)
  return html`<section>
    <h2>Spread of scores</h2>
    ${
      spread.max > spread.min
        ? histogram(spread, text)
        : html`<p>
            ${spread.scored === 1 ? 'The one score is' : 'All scores are'}
            <b>${text(spread.max)}</b>.
          </p>`
    }
    <dl class="quartiles">
      ${quartile('Worst', text(spread.min))} ${quartile('25% are below', text(spread.q25))}
      ${quartile('Median', text(spread.median))} ${quartile('75% are below', text(spread.q75))}
      ${quartile('Best', text(spread.max))}
      ${quartile('Profitable', formatPercent(spread.profitable))}
    </dl>
  </section>`
}

function quartile(label: string, value: string): Markup {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`
}

/** Drawn in shares of its box, so that it fits every width; the texts stay their size. */
function histogram(spread: Spread, text: (score: number) => string): Markup {
  const { min, max, histogram: counts } = spread
  const most = Math.max(1, ...counts)
  const size = (max - min) / counts.length
  const share = (score: number): number => (100 * (score - min)) / (max - min)
  const place = (score: number): string => share(score).toFixed(2)
  const marks = [
    ['quartile', spread.q25],
    ['quartile', spread.q75],
    ['median', spread.median],
  ] as const
  return html`<div
    class="histogram"
    role="img"
    aria-label="Histogram of ${formatFixed(spread.scored, 0)} scores from ${text(min)} to ${text(max)}, median ${text(spread.median)}"
  >
    <div class="most note">${formatFixed(most, 0)} ${plural(most, 'trial')}</div>
    <div class="bins">
      ${counts.map((count, k) => {
        const since = min + k * size
        const tone = since + size / 2 < 0 ? 'below' : 'above'
        const height = count === 0 ? 0 : Math.max(0.8, (100 * count) / most)
        return html`<i
          class="${tone}"
          style="height:${height.toFixed(2)}%"
          title="${text(since)} to ${text(since + size)}: ${formatFixed(count, 0)} ${plural(count, 'trial')}"
        ></i>`
      })}
      ${min < 0 && max > 0 && html`<b class="zero" style="left:${place(0)}%"></b>`}
      ${marks.map(([kind, score]) => html`<b class="${kind}" style="left:${place(score)}%"></b>`)}
    </div>
    <div class="range">
      ${scale(min, max).map(
        tick => html`<span style="left:${place(tick)}%" ${edge(share(tick))}>${text(tick)}</span>`,
      )}
    </div>
    <p class="note key">
      <i class="swatch below"></i>score below 0 <i class="swatch above"></i>0 or above
      <i class="swatch rule"></i>median <i class="swatch rule dotted"></i>quartiles
    </p>
  </div>`
}

/** Labels at the ends lean inward, so that they stay in the box. */
function edge(share: number): Markup {
  return { markup: share < 4 ? 'class="first"' : share > 96 ? 'class="last"' : '' }
}

/** About five round numbers from `min` to `max`. */
function scale(min: number, max: number): number[] {
  const rough = (max - min) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(k => k * power).find(size => size >= rough) ?? rough
  const first = Math.ceil(min / step)
  const count = Math.max(0, Math.floor(max / step) - first + 1)
  return Array.from({ length: count }, (_, k) => (first + k) * step)
}

/** Each set judged with its neighbours: a chart, and the best by that measure. */
export function plateauSection(data: SweepPageData): Markup | null {
  const judged = scoredTrials(data).filter(({ plateau }) => plateau !== null)
  if (judged.length < 2) return null
  const best = judged
    .map((trial, rank) => ({ trial, rank }))
    .sort((a, b) => b.trial.plateau! - a.trial.plateau! || a.rank - b.rank)
    .slice(0, BEST_SHOWN)
    .map(({ trial }) => trial)
  const first = scoredTrials(data)[0]!
  const robust = best[0]!
  return html`<section>
    <h2>Plateaus</h2>
    <p class="lead">
      The plateau of a set is the mean score of the set and its neighbours, one step along each
      axis. A high score on a low plateau is a lucky peak. ${robustSentence(data, first, robust)}
    </p>
    <div
      id="plateau-chart"
      class="chart tall"
      role="img"
      aria-label="Plateau against score of ${formatFixed(judged.length, 0)} trials"
    ></div>
    <p class="note">
      Top right is robust. On the dashed line a set scores as its neighbours do; far below it, it
      stands out from them.
    </p>
    <h3>Best by plateau</h3>
    ${trialTable(data, best, 'The best trials by plateau')}
  </section>`
}

function robustSentence(
  data: SweepPageData,
  first: ReturnType<typeof scoredTrials>[number],
  robust: ReturnType<typeof scoredTrials>[number],
): string {
  const score = (trial: typeof first): string =>
    `#${trial.number} (${scoreText(data, trial.score)})`
  return first === robust
    ? `Here the best trial, ${score(first)}, has the best plateau too.`
    : withMinus(
        `The best score is ${score(first)} on a plateau of ${scoreText(data, first.plateau)}; the best plateau, ${scoreText(data, robust.plateau)}, is that of ${score(robust)}.`,
      )
}
