import type { RunRecord } from '../../core/ports/runs.js'
import type { Workspace } from '../workspace/compose.js'
import { portfolioDifferences, repeatPortfolio } from './portfolio-stored.js'
import { portfolioOfRun } from '../records/stored-manifest.js'
import { otherModelText } from '../backtest/execution-model.js'
import { differencesOf, repeatRun } from '../backtest/stored-run.js'

/** A stored run made again, and what makes it differ, in words. */
export interface Verification {
  /** Null where the run was made by other rules, under which it cannot be made again. */
  readonly repeated: { readonly resultHash: string; readonly curveHash: string } | null
  /** Whether result and curve are those that were stored. */
  readonly isSame: boolean
  readonly differences: readonly string[]
}

/** Runs a stored run again, of one symbol or of a portfolio, unless it was made by other rules. */
export async function verify(workspace: Workspace, run: RunRecord): Promise<Verification> {
  const otherModel = otherModelText(run)
  if (otherModel !== null) return { repeated: null, isSame: false, differences: [otherModel] }
  const portfolio = portfolioOfRun(run)
  if (portfolio !== null) {
    const repeated = await repeatPortfolio(workspace, portfolio)
    const differences = portfolioDifferences(portfolio, repeated.manifest)
    return { repeated, isSame: isSame(run, repeated), differences }
  }
  const repeated = await repeatRun(workspace, run)
  return { repeated, isSame: isSame(run, repeated), differences: differencesOf(run, repeated) }
}

function isSame(
  { resultHash, curveHash }: RunRecord,
  repeated: { readonly resultHash: string; readonly curveHash: string },
): boolean {
  if (repeated.resultHash !== resultHash) return false
  return curveHash === null || repeated.curveHash === curveHash
}
