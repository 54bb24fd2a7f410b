import { isPortfolioManifest } from '../../backtest/portfolio/portfolio-manifest.js'
import type { RunRecord } from '../../core/ports/runs.js'
import type { Workspace } from '../workspace/compose.js'
import { portfolioDifferences, repeatPortfolio } from './portfolio-stored.js'
import { otherModelText } from '../backtest/execution-model.js'
import { differencesOf, repeatRun } from '../backtest/stored-run.js'

/** A stored run made again, and what makes it differ, in words. */
export interface Verification {
  /** Null where the run was made by other rules, under which it cannot be made again. */
  readonly repeated: { readonly resultHash: string } | null
  readonly differences: readonly string[]
  /** Whether all candles and files of decisions are those of the stored run. */
  readonly hasSameData: boolean
}

/** Runs a stored run again, of one symbol or of a portfolio, unless it was made by other rules. */
export async function verify(workspace: Workspace, run: RunRecord): Promise<Verification> {
  const otherModel = otherModelText(run)
  if (otherModel !== null) return { repeated: null, differences: [otherModel], hasSameData: true }
  if (isPortfolioManifest(run.manifest)) {
    const repeated = await repeatPortfolio(workspace, run.manifest)
    const differences = portfolioDifferences(run.manifest, repeated.manifest)
    return { repeated, differences, hasSameData: haveSameData(run.manifest, repeated.manifest) }
  }
  const repeated = await repeatRun(workspace, run)
  const differences = differencesOf(run, repeated)
  return { repeated, differences, hasSameData: haveSameData(run.manifest, repeated.manifest) }
}

/** Whether every hash of data in a manifest stands in the other. */
function haveSameData(before: unknown, now: unknown): boolean {
  const known = new Set(dataHashes(now))
  return dataHashes(before).every(hash => known.has(hash))
}

/** The hashes of candles and of files: in a manifest, those are what a key `hash` holds. */
function dataHashes(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'hash' && typeof value === 'string' ? [value] : dataHashes(value),
  )
}
