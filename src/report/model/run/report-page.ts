import { html, type Markup } from '../page/html-text.js'
import { monthlySection } from '../page/monthly-section.js'
import { loadPage, type PageBundle } from '../page/page-bundle.js'
import { packReport } from './page-data.js'
import { pageHalves, payloadBlock } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import { chartSection, distributionSection, tradeSection } from './page-frames.js'
import { orderSection } from './order-section.js'
import { tagSection } from './trade-groups.js'
import { costSection, fillSection, manifestSection, metricSection } from './page-reference.js'
import { boundsSection, headerSection, headlineSection, strategyNames } from './page-sections.js'
import { diagnosisSection } from './diagnosis-section.js'
import { originRows, settingRows, settingSection } from './settings-text.js'
import { sessionSection, type SessionFacts } from './session-section.js'
import { stopSection } from './stop-section.js'
import { NOTHING_BESIDE, type Beside } from '../page/page-links.js'
import { pageMain } from '../page/page-main.js'
import type { Remark } from '../../../backtest/diagnosis/remark.js'
import type { Report } from '../../../backtest/run/record/report.js'

/**
 * Writes a report as one HTML file that needs no network. The file appears whole or not at all.
 * Numbers and texts are in the HTML; charts and the trade table are drawn from packed columns.
 */
export async function writeReportPage(
  report: Report,
  path: string,
  beside: BesideReport = {},
): Promise<void> {
  const packing = packReport(report)
  const bundle = await loadPage()
  const page = staticPage(report, beside, bundle)
  await writeWholeFile(path, async add => {
    await add(page.head)
    const data = await packing
    await add(payloadBlock(data.payload))
    for (const { column, base64 } of data.blocks) {
      await add(`<script type="text/plain" id="column-${column.id}">`)
      for (const plane of base64) await add(`${plane}\n`, 'latin1')
      await add('</script>\n')
    }
    await add(page.tail)
  })
}

/** What a page says beside its report. */
export interface BesideReport {
  /** What the warnings of the report do not say yet, gravest first. */
  readonly remarks?: readonly Remark[]
  readonly pages?: Beside
  /** The session that it is of; null or absent for a run. */
  readonly session?: SessionFacts | null
}

/** The page without its data, which goes between the two halves. */
function staticPage(
  report: Report,
  { remarks = [], pages = NOTHING_BESIDE, session = null }: BesideReport,
  bundle: PageBundle,
): { head: string; tail: string } {
  return pageHalves({
    ...bundle,
    title: `${strategyNames(report)} · ${report.manifest.symbol} · ${report.manifest.timeframe}`,
    body: html`${pageMain(sections(report, remarks, session), pages)} ${footer(report)}`,
  })
}

function sections(
  report: Report,
  remarks: readonly Remark[],
  session: SessionFacts | null,
): (Markup | null)[] {
  return [
    headerSection(report),
    sessionSection(session),
    stopSection(report.stop),
    diagnosisSection({ ...report, remarks }),
    headlineSection(report),
    settingSection([...originRows(report), ...settingRows(report.manifest)]),
    boundsSection(report),
    chartSection(),
    monthlySection({ ...report.candles, equity: report.equity, capital: report.manifest.capital }),
    tradeSection(report),
    tagSection(report),
    orderSection(report.orders),
    distributionSection(),
    costSection(report),
    metricSection(report),
    session?.isVenue === true ? null : fillSection(report),
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
