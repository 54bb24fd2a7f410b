import { isPortfolioManifest } from '../backtest/portfolio/portfolio-manifest.js'
import type { Workspace } from '../app/workspace/compose.js'
import { textFlag, type Flags } from './flags.js'
import { writePortfolio } from './portfolio-run.js'
import { repeatPortfolio } from './portfolio-stored.js'
import { writePage } from '../app/backtest/run-execution.js'
import { readReportPath } from './report-path.js'
import { findRun, repeatRun } from '../app/backtest/stored-run.js'

/** Runs a stored run again, of one symbol or of a portfolio, and writes its page. */
export async function rewritePage(
  workspace: Workspace,
  flags: Flags,
): Promise<{ readonly run_id: string; readonly report: string | null }> {
  const path = readReportPath(flags)
  const run = await findRun(workspace, textFlag(flags, 'run')!)
  if (isPortfolioManifest(run.manifest)) {
    const report = await repeatPortfolio(workspace, run.manifest)
    return { run_id: report.runId, report: await writePortfolio(workspace, report, path) }
  }
  const report = await repeatRun(workspace, run)
  return { run_id: report.runId, report: await writePage(workspace, report, path) }
}
