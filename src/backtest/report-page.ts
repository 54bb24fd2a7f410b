import { open, rename, rm } from 'node:fs/promises'
import { html, scriptJson, type Markup } from './html-text.js'
import { pagePolicy } from './page-policy.js'
import { loadPage, type PageBundle } from './page-bundle.js'
import { packReport, type PageData } from './page-data.js'
import { chartSection, distributionSection, tradeSection } from './page-frames.js'
import { costSection, fillSection, manifestSection, metricSection } from './page-reference.js'
import {
  boundsSection,
  headerSection,
  headlineSection,
  monthlySection,
  strategyNames,
  warningSection,
} from './page-sections.js'
import type { Report } from './report.js'

/**
 * Writes a report as one HTML file that needs no network. The file appears whole or not at all.
 * Numbers and texts are in the HTML; charts and the trade table are drawn from packed columns.
 */
export async function writeReportPage(report: Report, path: string): Promise<void> {
  const packing = packReport(report)
  const bundle = await loadPage()
  const page = staticPage(report, bundle)
  const part = `${path}.part`
  const file = await open(part, 'w')
  try {
    await file.write(page.head)
    const data = await packing
    await file.write(dataHead(data))
    for (const { column, base64 } of data.blocks) {
      await file.write(`<script type="text/plain" id="column-${column.id}">`)
      for (const plane of base64) await file.write(`${plane}\n`, null, 'latin1')
      await file.write('</script>\n')
    }
    await file.write(page.tail)
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
  await file.close()
  await rename(part, path)
}

/** The page without its data, which goes between the two halves. */
function staticPage(report: Report, bundle: PageBundle): { head: string; tail: string } {
  const title = `${strategyNames(report)} · ${report.manifest.symbol} · ${report.manifest.timeframe}`
  const meta = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="Content-Security-Policy" content="${pagePolicy(bundle.script)}" />
    <title>${title}</title>`
  const body = html`<main>${sections(report)}</main>
    ${footer(report)}`
  return {
    head: `<!doctype html>\n<html lang="en">\n<head>\n${meta.markup}\n<style>\n${bundle.style}</style>\n</head>\n<body>\n${body.markup}\n`,
    tail: `<script>${bundle.script}</script>\n</body></html>\n`,
  }
}

function sections(report: Report): (Markup | null)[] {
  return [
    headerSection(report),
    warningSection(report),
    headlineSection(report),
    boundsSection(report),
    chartSection(),
    monthlySection(report),
    tradeSection(report),
    distributionSection(),
    costSection(report),
    metricSection(report),
    fillSection(report),
    manifestSection(report),
  ]
}

function footer({ manifest }: Report): Markup {
  return html`<footer>
    <p>
      Assay ${manifest.engine_version} · all times are UTC · amounts are quote currency · past
      results of a simulation, not advice
    </p>
    <p>
      TradingView Lightweight Charts™, Copyright © 2026 TradingView, Inc.
      <a href="https://www.tradingview.com/" rel="noreferrer">www.tradingview.com</a>, Apache
      License 2.0
    </p>
  </footer>`
}

function dataHead({ payload }: PageData): string {
  return html`<script type="application/json" id="payload">
    ${scriptJson(payload)}
  </script>`.markup
}
