import { AppError } from '../../core/errors.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import type { Workspace } from '../workspace/compose.js'
import { portfolioDifferences, repeatPortfolio } from './portfolio-stored.js'
import { portfolioOfRun } from '../records/stored-manifest.js'
import { otherModelText } from '../backtest/stored/execution-model.js'
import { differencesOf, repeatRun } from '../backtest/stored/stored-run.js'

/** What was made of a stored run again. */
export interface Repeated {
  readonly resultHash: string
  readonly curveHash: string
  /** Open time of each candle. */
  readonly time: Float64Array
  /** Equity at the close of each. */
  readonly equity: Float64Array
}

/** A stored run made again, and what makes it differ, in words. */
export interface Verification {
  /** Null where the run was made by other rules, under which it cannot be made again. */
  readonly repeated: Repeated | null
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
    const report = await repeatPortfolio(workspace, portfolio)
    const differences = portfolioDifferences(portfolio, report.manifest)
    const { resultHash, curveHash, outcome } = report
    const repeated = { resultHash, curveHash, time: outcome.time, equity: outcome.equity }
    return { repeated, differences, ...sameness(run, report) }
  }
  const report = await repeatRun(workspace, run)
  const { resultHash, curveHash, candles, equity } = report
  const repeated = { resultHash, curveHash, time: candles.time, equity }
  const differences = differencesOf(run, report)
  return { repeated, differences, ...sameness(run, report) }
}

/** Why a run that was made again does not vouch for what is stored. */
export function differenceError(
  run: RunRecord,
  { repeated, differences, hasSameData }: Verification,
): AppError {
  if (repeated === null) {
    return new AppError('RUN_DIFFERS', differences.join('; '), {
      hint: `run it again by the rules of docs/execution.md: assay runs show ${run.runId} has its settings`,
    })
  }
  if (!hasSameData) return otherData(run, differences)
  return new AppError(
    'RUN_DIFFERS',
    repeated.resultHash === run.resultHash
      ? `run ${run.runId} gives its trades again, but its equity curve is another: ${run.curveHash?.slice(0, 16)} was stored, now it is ${repeated.curveHash.slice(0, 16)}`
      : `run ${run.runId} gave ${run.resultHash.slice(0, 16)}, now it gives ${repeated.resultHash.slice(0, 16)}`,
    {
      hint:
        differences.join('; ') ||
        'candles and sources are the same: a strategy file of your own that reads a clock or chance, or keeps state outside `state`, does this; else it is a bug in Assay',
    },
  )
}

/** An equal result of other candles is a coincidence, and proves nothing. */
function otherData({ runId }: RunRecord, differences: readonly string[]): AppError {
  return new AppError('RUN_DIFFERS', `the data of run ${runId} is not stored any more`, {
    hint: differences.join('; '),
  })
}

function sameness(
  { resultHash, curveHash, manifest }: RunRecord,
  repeated: Pick<Repeated, 'resultHash' | 'curveHash'> & { readonly manifest: unknown },
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
