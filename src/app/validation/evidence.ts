import { holdingReturns } from '../../core/metrics/holding-returns.js'
import { runRequest } from '../../backtest/run/run.js'
import type { RunData, RunRequest } from '../../backtest/run/record/run-request.js'
import type { Report } from '../../backtest/run/record/report.js'
import { backtestInput } from '../../backtest/run/run.js'
import { createKernel } from '../../backtest/kernel/wasm-kernel.js'
import type { Evidence, TrialEvidence } from '../../backtest/validation/evidence.js'
import { proveStrategy, PROOF_SAMPLES, type Proof } from '../../backtest/proof/proof.js'
import { AppError } from '../../core/errors.js'
import { dailyReturns } from '../../core/metrics/metrics.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import type { SweepRecord, TrialRecord } from '../../core/ports/research/sweeps.js'
import { Scratch } from '../../core/fast/scratch.js'
import { manifestOfRun } from '../records/stored-manifest.js'
import { freshInstance } from '../strategy/check-instance.js'
import type { Workspace } from '../workspace/compose.js'
import { Progress } from '../output/progress.js'
import { loadRunData, timedRun } from '../backtest/run-execution.js'
import { timed } from '../strategy/guard/time-limit.js'
import { findRun, requestOfRun } from '../backtest/stored/stored-run.js'
import { openStored } from '../sweep/sweep-resume.js'
import { bestTrials, fieldIndexOf, findSweep } from '../sweep/stored/sweeps-lookup.js'

/** Trials whose returns are computed again, at most; of more an even sample. */
const COLUMNS_MAX = 1000
/** How often proofs go over the candles, about. */
const PROOF_PASSES = 50

/** What is validated: a run, or the best set of a sweep. */
interface Case {
  readonly request: RunRequest
  readonly data: RunData
  readonly storedHash: string
  readonly runId: string
  /** Sweeps that may hold trials of the same strategy over the same candles. */
  readonly sweeps: readonly SweepRecord[]
}

export interface GatheredEvidence {
  readonly evidence: Evidence
  readonly request: RunRequest
  readonly data: RunData
  readonly subject: { readonly kind: 'run' | 'sweep'; readonly id: string }
}

/** Gathers everything that is known of a stored run or sweep. @throws AppError UNKNOWN_RUN, NO_SCORE */
export async function gatherEvidence(
  workspace: Workspace,
  reference: string,
  { seed, paths }: { readonly seed: number; readonly paths: number },
): Promise<GatheredEvidence> {
  workspace.output.log('reading what was tried')
  const sweep = await sweepNamed(workspace, reference)
  const brought =
    sweep === undefined
      ? await caseOfRun(workspace, await findRun(workspace, reference))
      : await caseOfSweep(workspace, sweep)
  const { request, data, storedHash, runId } = brought
  const report = timed(timedRun([request], [data]), () =>
    runRequest(request, data, { bounds: true }),
  )
  const trials = await trialsOf(workspace, brought, report)
  return {
    evidence: {
      report,
      storedHash,
      returns: returnsOf(report, report.equity),
      holding: holdingReturns(report.candles),
      trials,
      proof: await proofOf(workspace, request, data, seed),
      seed,
      paths,
    },
    request,
    data,
    subject: { kind: sweep === undefined ? 'run' : 'sweep', id: sweep?.sweepId ?? runId },
  }
}

async function sweepNamed(
  workspace: Workspace,
  reference: string,
): Promise<SweepRecord | undefined> {
  if (reference === 'latest') return undefined
  const sweeps = await workspace.sweeps()
  const known = await sweeps.get(reference)
  if (known) return known
  return findSweep(sweeps, reference).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'UNKNOWN_SWEEP') return undefined
    throw error
  })
}

async function caseOfRun(workspace: Workspace, run: RunRecord): Promise<Case> {
  const request = await requestOfRun(workspace, manifestOfRun(run))
  if (request.strategies.length > 1) {
    throw new AppError('USAGE', `run ${run.runId} has several strategies on one account`, {
      hint: 'validate each strategy by a run of its own',
    })
  }
  const data = await loadRunData(workspace, request)
  const all = await (await workspace.sweeps()).list(10_000)
  const sweeps = all.filter(
    ({ strategy, symbol, timeframe }) =>
      strategy.split('+').includes(run.strategy) &&
      symbol.split('+').includes(run.symbol) &&
      timeframe.split('+').includes(run.timeframe),
  )
  return { request, data, storedHash: run.resultHash, runId: run.runId, sweeps }
}

async function caseOfSweep(workspace: Workspace, sweep: SweepRecord): Promise<Case> {
  const [best] = await bestTrials(await workspace.sweeps(), sweep.sweepId, 1)
  if (best === undefined || best.resultHash === null || best.score === null) {
    throw new AppError('NO_SCORE', `sweep ${sweep.sweepId} has no set with a score to validate`, {
      hint: `assay sweeps show ${sweep.sweepId} says what its sets did`,
    })
  }
  const { plan, fields, data } = await openStored(workspace, sweep)
  const index = fieldIndexOf(plan.fields, best)
  return {
    request: fields[index]!.requestFor(best),
    data: data[index]!,
    storedHash: best.resultHash,
    runId: best.runId,
    sweeps: [sweep],
  }
}

function returnsOf(report: Report, equity: Float64Array): Float64Array {
  const { time, length, timeframeMs } = report.candles
  const { capital } = report.manifest
  return dailyReturns({ time: time.subarray(0, length), equity, capital, timeframeMs })
}

async function trialsOf(
  workspace: Workspace,
  { request, data, runId, sweeps }: Case,
  report: Report,
): Promise<TrialEvidence> {
  const { strategy } = request.strategies[0]!
  const { symbol, timeframe } = request
  const entries = await (
    await workspace.ledger()
  ).count({ symbol, timeframe, strategy: strategy.name })
  const ledger = entries.reduce((sum, entry) => sum + entry.trials, 0)
  const widest = entries.reduce<(typeof entries)[number] | undefined>(
    (most, entry) => (most === undefined || entry.trials > most.trials ? entry : most),
    undefined,
  )
  const columns = await columnsOf(workspace, sweeps, { dataHash: data.main.hash, runId, report })
  return {
    ledger: Math.max(1, ledger, columns.length),
    sharpeVariance: widest?.sharpeVariance ?? null,
    columns,
    chosen: runId,
  }
}

/** Daily returns of stored trials over the same candles, computed again; the chosen one first. */
async function columnsOf(
  workspace: Workspace,
  sweeps: readonly SweepRecord[],
  chosen: { readonly dataHash: string; readonly runId: string; readonly report: Report },
): Promise<TrialEvidence['columns']> {
  const days = returnsOf(chosen.report, chosen.report.equity)
  const columns = new Map([[chosen.runId, days]])
  const repository = await workspace.sweeps()
  const lent = { scratch: new Scratch(), kernel: createKernel() }
  const progress = new Progress(workspace.output, 'trials run again', COLUMNS_MAX)
  for (const sweep of sweeps) {
    const trials: TrialRecord[] = []
    for await (const page of repository.trials(sweep.sweepId, { order: 'number' })) {
      trials.push(...page.filter(trial => isAlike(trial, chosen.dataHash)))
    }
    if (trials.length === 0) continue
    const opened = await openStored(workspace, sweep).catch((): null => null)
    if (opened === null) continue
    for (const trial of evenly(trials, COLUMNS_MAX - columns.size)) {
      const field = opened.fields[fieldIndexOf(opened.plan.fields, trial)]
      if (field === undefined || columns.has(trial.runId)) continue
      const { timeframeMs } = field.candles
      const { time, equity } = field.run(field.requestFor(trial), lent)
      const returns = dailyReturns({ time, equity, capital: field.base.capital, timeframeMs })
      if (returns.length === days.length) columns.set(trial.runId, returns)
      progress.show(columns.size)
    }
  }
  progress.end()
  return [...columns].map(([name, returns]) => ({ name, returns }))
}

function isAlike(trial: TrialRecord, dataHash: string): boolean {
  return trial.dataHash === dataHash && trial.resultHash !== null
}

function evenly<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list
  return Array.from(
    { length: Math.max(0, count) },
    (_, k) => list[Math.floor((k * list.length) / count)]!,
  )
}

async function proofOf(
  workspace: Workspace,
  request: RunRequest,
  data: RunData,
  seed: number,
): Promise<Proof | null> {
  // What was decided elsewhere hangs on nothing here: it would pass, and prove nothing.
  if (request.signals) return null
  workspace.output.log('proving that the strategy sees no future')
  const fresh = await freshInstance(request.strategies[0]!, workspace.home.cache)
  const options = { samples: PROOF_SAMPLES, seed, lookahead: true, warmUp: true, fresh }
  try {
    const limits = { ...timedRun([request], [data]), passes: PROOF_PASSES }
    return timed(limits, () => proveStrategy(backtestInput(request, data), options))
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_CANDLES') return null
    throw error
  }
}
