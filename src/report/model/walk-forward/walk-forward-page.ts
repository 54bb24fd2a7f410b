import { ENGINE_VERSION } from '../../../core/version.js'
import { ECHARTS_NOTICE } from '../page/figure-frames.js'
import { html, type Markup } from '../page/html-text.js'
import { monthlySection } from '../page/monthly-section.js'
import { factList } from '../page/page-blocks.js'
import { loadPage, type PageBundle } from '../page/page-bundle.js'
import { NOTHING_BESIDE, type Beside } from '../page/page-links.js'
import { pageMain } from '../page/page-main.js'
import { pageText } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import { costSection, metricSection } from '../run/page-reference.js'
import { walkForwardFigures } from './fold-figures.js'
import { driftSection, joinedSection, pairSection, scatterSection } from './fold-sections.js'
import {
  walkForwardHeader,
  walkForwardHeadline,
  walkForwardNotices,
} from './walk-forward-headline.js'
import type { WalkForwardPageData } from '../../../backtest/walk-forward/walk-forward-page-data.js'

/** Writes a walk-forward as one HTML file that needs no network. It appears whole or not at all. */
export async function writeWalkForwardPage(
  data: WalkForwardPageData,
  path: string,
  beside: Beside = NOTHING_BESIDE,
): Promise<void> {
  const text = walkForwardPage(data, await loadPage('figure-page'), beside)
  await writeWholeFile(path, add => add(text))
}

/** The page as text, with the bundle of its script and style. */
export function walkForwardPage(
  data: WalkForwardPageData,
  bundle: PageBundle,
  beside: Beside = NOTHING_BESIDE,
): string {
  const body = html`${pageMain(sections(data), beside)}
    <footer>
      <p>
        Assay ${ENGINE_VERSION} · all times are UTC · amounts are quote currency · past results of
        simulations, chosen among many; not advice
      </p>
      ${ECHARTS_NOTICE}
    </footer>`
  const title = `Walk-forward · ${data.strategy} · ${data.symbol} · ${data.timeframe}`
  return pageText({ ...bundle, title, body }, { figures: walkForwardFigures(data) })
}

function sections(data: WalkForwardPageData): (Markup | null)[] {
  const { stitched } = data.result
  const { metrics, trades, time, timeframeMs } = stitched
  return [
    walkForwardHeader(data),
    walkForwardNotices(data),
    walkForwardHeadline(data),
    joinedSection(data),
    pairSection(data),
    scatterSection(data),
    driftSection(data),
    monthlySection({ ...stitched, capital: data.manifest.capital }),
    costSection({ metrics, trades, manifest: data.manifest }),
    metricSection({ metrics, trades, candles: { time, length: time.length, timeframeMs } }),
    termSection(),
    html`<section>
      <h2>Manifest</h2>
      ${factList(data.facts)}
    </section>`,
  ]
}

/** What the words of this page mean. */
function termSection(): Markup {
  return html`<section>
    <h2>What the words mean</h2>
    <details>
      <summary>Fold, score, efficiency and drift</summary>
      <dl class="terms">
        ${TERMS.map(
          ([term, meaning]) =>
            html`<dt>${term}</dt>
              <dd>${meaning}</dd>`,
        )}
      </dl>
    </details>
  </section>`
}

const TERMS = [
  [
    'Fold',
    'A training and the test that follows it, with purge and embargo left out between them.',
  ],
  [
    'Score',
    'The value of the objective; higher is better. In training that of the pick, which is the highest; in the test that of the same set, by the same objective.',
  ],
  [
    'Joined tests',
    'The tests one after another on one account. A position that is open at the end of a test is closed there, with its cost.',
  ],
  ['Growth a day', 'ln(1 + total return) / days of the window'],
  [
    'Efficiency',
    'growth a day of the joined tests / mean growth a day of the picks in their trainings; none where the picks did not grow in training',
  ],
  ['Changes', 'folds whose pick differs from the pick before / (folds with a pick − 1)'],
  [
    'Standard deviation of the mean',
    'sd of the picks, with n − 1, / |mean of the picks|; none for words, or a mean of 0',
  ],
] as const
