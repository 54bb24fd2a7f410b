import { ENGINE_VERSION } from '../../../core/version.js'
import { ECHARTS_NOTICE } from '../page/figure-frames.js'
import { html, type Markup } from '../page/html-text.js'
import { loadPage, type PageBundle } from '../page/page-bundle.js'
import { NOTHING_BESIDE, type Beside } from '../page/page-links.js'
import { pageMain } from '../page/page-main.js'
import { pageText } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import { bestSection, headerSection, headlineSection, selectionSection } from './page-headline.js'
import {
  equitySection,
  heatMapSection,
  parallelSection,
  parameterSection,
  trialSection,
} from './page-frames.js'
import { definitionSection, factSection, groupSection } from './page-reference.js'
import { sweepPayload } from './page-payload.js'
import { plateauSection, spreadSection } from './page-scores.js'
import type { SweepPageData } from '../../../backtest/sweep/tally/sweep-page-data.js'

/**
 * Writes a sweep as one HTML file that needs no network. The file appears whole or not at all.
 * Tables and the spread are in the HTML; charts and the list of all trials need the script.
 */
export async function writeSweepPage(
  data: SweepPageData,
  path: string,
  beside: Beside = NOTHING_BESIDE,
): Promise<void> {
  const text = sweepPage(data, await loadPage('sweep-page'), beside)
  await writeWholeFile(path, add => add(text))
}

/** The page as text, with the bundle of its script and style. */
export function sweepPage(
  data: SweepPageData,
  bundle: PageBundle,
  beside: Beside = NOTHING_BESIDE,
): string {
  const body = html`${pageMain(sections(data), beside)} ${footer()}`
  return pageText({ ...bundle, title: `Sweep · ${data.title}`, body }, sweepPayload(data))
}

function sections(data: SweepPageData): (Markup | null)[] {
  return [
    headerSection(data),
    selectionSection(data),
    headlineSection(data),
    bestSection(data),
    spreadSection(data),
    heatMapSection(data),
    parameterSection(data),
    parallelSection(data),
    plateauSection(data),
    equitySection(data),
    groupSection(data),
    trialSection(data),
    definitionSection(data),
    factSection(data),
  ]
}

function footer(): Markup {
  return html`<footer>
    <p>
      Assay ${ENGINE_VERSION} · all times are UTC · past results of simulations, chosen among many;
      not advice
    </p>
    ${ECHARTS_NOTICE}
  </footer>`
}
