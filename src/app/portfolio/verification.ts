import { AppError } from '../../core/errors.js'
import type { RunRecord } from '../../core/ports/runs.js'
import type { Workspace } from '../workspace/compose.js'
import { portfolioDifferences, repeatPortfolio } from './portfolio-stored.js'
import { portfolioOfRun } from '../records/stored-manifest.js'
import { otherModelText } from '../backtest/execution-model.js'
import { differencesOf, repeatRun } from '../backtest/stored-run.js'

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
}

/** Runs a stored run again, of one symbol or of a portfolio, unless it was made by other rules. */
export async function verify(workspace: Workspace, run: RunRecord): Promise<Verification> {
  const otherModel = otherModelText(run)
  if (otherModel !== null) return { repeated: null, isSame: false, differences: [otherModel] }
  const portfolio = portfolioOfRun(run)
  if (portfolio !== null) {
    const report = await repeatPortfolio(workspace, portfolio)
    const differences = portfolioDifferences(portfolio, report.manifest)
    const { resultHash, curveHash, outcome } = report
    const repeated = { resultHash, curveHash, time: outcome.time, equity: outcome.equity }
    return { repeated, isSame: isSame(run, repeated), differences }
  }
  const report = await repeatRun(workspace, run)
  const { resultHash, curveHash, candles, equity } = report
  const repeated = { resultHash, curveHash, time: candles.time, equity }
  return { repeated, isSame: isSame(run, repeated), differences: differencesOf(run, report) }
}

/** Why a run that was made again does not vouch for what is stored. */
export function differenceError(run: RunRecord, { repeated, differences }: Verification): AppError {
  if (repeated === null) {
    return new AppError('RUN_DIFFERS', differences.join('; '), {
      hint: `run it again by the rules of docs/execution.md: assay runs show ${run.runId} has its settings`,
    })
  }
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

function isSame({ resultHash, curveHash }: RunRecord, repeated: Repeated): boolean {
  if (repeated.resultHash !== resultHash) return false
  return curveHash === null || repeated.curveHash === curveHash
}
