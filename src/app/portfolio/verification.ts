import { isPortfolioManifest } from '../../backtest/portfolio/portfolio-manifest.js'
import type { RunRecord } from '../../core/ports/runs.js'
import type { Workspace } from '../workspace/compose.js'
import { portfolioDifferences, repeatPortfolio } from './portfolio-stored.js'
import { differencesOf, repeatRun } from '../backtest/stored-run.js'

/** A stored run made again, and what makes it differ, in words. */
export interface Verification {
  readonly repeated: { readonly resultHash: string }
  readonly differences: readonly string[]
}

/** Runs a stored run again, of one symbol or of a portfolio. */
export async function verify(workspace: Workspace, run: RunRecord): Promise<Verification> {
  if (isPortfolioManifest(run.manifest)) {
    const repeated = await repeatPortfolio(workspace, run.manifest)
    return { repeated, differences: portfolioDifferences(run.manifest, repeated.manifest) }
  }
  const repeated = await repeatRun(workspace, run)
  return { repeated, differences: differencesOf(run, repeated) }
}
