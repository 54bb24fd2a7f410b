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
  /** Whether all candles and files of decisions are those of the stored run. */
  readonly hasSameData: boolean
}

/** Runs a stored run again, of one symbol or of a portfolio, unless it was made by other rules. */
export async function verify(workspace: Workspace, run: RunRecord): Promise<Verification> {
  const otherModel = otherModelText(run)
  if (otherModel !== null) {
    return { repeated: null, isSame: false, hasSameData: true, differences: [otherModel] }
  }
  const portfolio = portfolioOfRun(run)
  if (portfolio !== null) {
    const repeated = await repeatPortfolio(workspace, portfolio)
    const differences = portfolioDifferences(portfolio, repeated.manifest)
    return { repeated, differences, ...sameness(run, repeated) }
  }
  const repeated = await repeatRun(workspace, run)
  return { repeated, differences: differencesOf(run, repeated), ...sameness(run, repeated) }
}

interface Repeated {
  readonly resultHash: string
  readonly curveHash: string
  readonly manifest: unknown
}

function sameness(
  { resultHash, curveHash, manifest }: RunRecord,
  repeated: Repeated,
): Pick<Verification, 'isSame' | 'hasSameData'> {
  const hasSameData = haveSameData(manifest, repeated.manifest)
  const hasSameCurve = curveHash === null || repeated.curveHash === curveHash
  return { hasSameData, isSame: hasSameData && hasSameCurve && repeated.resultHash === resultHash }
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
