import { ECHARTS_NOTICE } from '../page/figure-frames.js'
import { html, type Markup } from '../page/html-text.js'
import { monthlySection } from '../page/monthly-section.js'
import { loadPage, type PageBundle } from '../page/page-bundle.js'
import { pageText } from '../page/page-document.js'
import { writeWholeFile } from '../page/page-file.js'
import { costSection, fillSection, manifestSection, metricSection } from '../run/page-reference.js'
import { orderSection } from '../run/order-section.js'
import { tagSection } from '../run/trade-groups.js'
import { headlineSection } from '../run/page-sections.js'
import { diagnosisSection } from '../run/diagnosis-section.js'
import { settingSection } from '../run/settings-text.js'
import { stopSection } from '../run/stop-section.js'
import { portfolioSettings } from './portfolio-settings.js'
import { NOTHING_BESIDE, type Beside } from '../page/page-links.js'
import { pageMain } from '../page/page-main.js'
import { correlationSection } from './correlation-section.js'
import { gainSection, legSection, weightSection } from './leg-sections.js'
import { limitSection } from './limit-section.js'
import { portfolioFigures } from './portfolio-figures.js'
import { accountSection, portfolioHeader } from './portfolio-headline.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'

/** Writes a portfolio as one HTML file that needs no network. It appears whole or not at all. */
export async function writePortfolioPage(
  report: PortfolioReport,
  path: string,
  beside: Beside = NOTHING_BESIDE,
): Promise<void> {
  const text = portfolioPage(report, await loadPage('figure-page'), beside)
  await writeWholeFile(path, add => add(text))
}

/** The page as text, with the bundle of its script and style. */
export function portfolioPage(
  report: PortfolioReport,
  bundle: PageBundle,
  beside: Beside = NOTHING_BESIDE,
): string {
  const body = html`${pageMain(sections(report), beside)}
    <footer>
      <p>
        Assay ${report.manifest.engine_version} · all times are UTC · amounts are quote currency ·
        past results of a simulation, not advice
      </p>
      ${ECHARTS_NOTICE}
    </footer>`
  const title = `Portfolio · ${report.manifest.symbol} · ${report.manifest.timeframe}`
  return pageText({ ...bundle, title, body }, { figures: portfolioFigures(report) })
}

function sections(report: PortfolioReport): (Markup | null)[] {
  const { outcome, manifest } = report
  const { metrics, trades, time } = outcome
  const account = { metrics, manifest, trades }
  return [
    portfolioHeader(report),
    stopSection(report.stop),
    diagnosisSection({ ...report, remarks: [] }),
    headlineSection(account),
    settingSection(portfolioSettings(report)),
    accountSection(report),
    legSection(report),
    gainSection(report),
    weightSection(report),
    correlationSection(report),
    monthlySection({ ...outcome, capital: manifest.capital }),
    tagSection(outcome),
    orderSection(outcome.orders),
    limitSection(report),
    costSection(account),
    metricSection({
      metrics,
      trades,
      candles: { time, length: time.length, timeframeMs: outcome.timeframeMs },
    }),
    fillSection({ manifest: { ...manifest, detail: manifest.symbols[0]!.detail } }),
    manifestSection(report),
  ]
}
