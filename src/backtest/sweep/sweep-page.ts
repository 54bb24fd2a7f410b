import { rename, rm, writeFile } from 'node:fs/promises'
import { ENGINE_VERSION } from '../../core/version.js'
import { html, scriptJson, type Markup } from '../html-text.js'
import { pagePolicy } from '../page-policy.js'
import { loadPage, type PageBundle } from '../page-bundle.js'
import { bestSection, headerSection, headlineSection, noticeSection } from './page-headline.js'
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
import type { SweepPageData } from './sweep-page-data.js'

/**
 * Writes a sweep as one HTML file that needs no network. The file appears whole or not at all.
 * Tables and the spread are in the HTML; charts and the list of all trials need the script.
 */
export async function writeSweepPage(data: SweepPageData, path: string): Promise<void> {
  const text = sweepPage(data, await loadPage('sweep-page'))
  const part = `${path}.part`
  try {
    await writeFile(part, text)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** The page as text, with the bundle of its script and style. */
export function sweepPage(data: SweepPageData, bundle: PageBundle): string {
  const meta = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="Content-Security-Policy" content="${pagePolicy(bundle.script)}" />
    <title>Sweep · ${data.title}</title>`
  const body = html`<main>${sections(data)}</main>
    ${footer()}
    <script type="application/json" id="payload">
      ${scriptJson(sweepPayload(data))}
    </script>`
  return `<!doctype html>\n<html lang="en">\n<head>\n${meta.markup}\n<style>\n${bundle.style}</style>\n</head>\n<body>\n${body.markup}\n<script>${bundle.script}</script>\n</body></html>\n`
}

function sections(data: SweepPageData): (Markup | null)[] {
  return [
    headerSection(data),
    noticeSection(data),
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
    <p>
      Apache ECharts, Copyright 2017-2026 The Apache Software Foundation, Apache License 2.0.
      ZRender, Copyright 2017 Baidu Inc., BSD 3-Clause.
    </p>
  </footer>`
}
