import type { Workspace } from '../workspace/compose.js'
import type { Optional } from '../options/options.js'
import { writePortfolio } from './portfolio.js'
import { repeatPortfolio } from './portfolio-stored.js'
import { writePage } from '../backtest/run-execution.js'
import { readReportPath } from '../backtest/report-path.js'
import { portfolioOfRun } from '../records/stored-manifest.js'
import { otherModelText } from '../backtest/stored/execution-model.js'
import { findRun, repeatRun } from '../backtest/stored/stored-run.js'

/** Runs a stored run again, of one symbol or of a portfolio, and writes its page. */
export async function rewritePage(
  workspace: Workspace,
  reference: string,
  options: Optional<{ report: string }>,
): Promise<{ readonly run_id: string; readonly report: string | null }> {
  const path = readReportPath(options)
  const run = await findRun(workspace, reference)
  const otherModel = otherModelText(run)
  if (otherModel !== null) {
    workspace.output.log(`${otherModel}: the page shows the run made again by these rules`)
  }
  const portfolio = portfolioOfRun(run)
  if (portfolio !== null) {
    const report = await repeatPortfolio(workspace, portfolio)
    return { run_id: report.runId, report: await writePortfolio(workspace, report, path) }
  }
  const report = await repeatRun(workspace, run)
  return { run_id: report.runId, report: await writePage(workspace, report, path) }
}
