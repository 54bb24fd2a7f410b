import type { Manifest } from '../../backtest/run/record/manifest.js'
import { contentHash } from '../../backtest/run/record/result-hash.js'
import type { RunRequest } from '../../backtest/run/record/run-request.js'
import type { FoundWalkForward } from '../../backtest/validation/walk-forward-check.js'
import type { WalkForwardStudy } from '../../backtest/walk-forward/walk-forward-page-data.js'
import { canonicalJson } from '../../core/canonical.js'
import { formatTime, parseIso, timeframeMs, type Millis } from '../../core/candles/time.js'
import { dailyReturns } from '../../core/metrics/metrics.js'
import type {
  WalkForwardFigures,
  WalkForwardRecord,
} from '../../core/ports/research/walk-forwards.js'
import type { TrialRecord } from '../../core/ports/research/sweeps.js'
import { probabilisticSharpe } from '../../core/statistics/sharpe/probabilistic-sharpe.js'
import { EXECUTION_MODEL } from '../../core/version.js'
import { loadRunData } from '../backtest/run-execution.js'
import { requestFrom } from '../backtest/stored/stored-run.js'
import { planOfSweep } from '../records/stored-manifest.js'
import type { Workspace } from '../workspace/compose.js'

/** Keeps what a walk-forward came to, for whoever asks for evidence. */
export async function keepWalkForward(
  workspace: Workspace,
  { result, plan, record, fields }: WalkForwardStudy,
  now: Millis = Date.now(),
): Promise<WalkForwardRecord> {
  const { sweepId, strategy, symbol, timeframe } = record
  const [first, last] = [result.folds[0]!.fold, result.folds.at(-1)!.fold]
  const [from, to, testFrom] = [first.trainFrom, last.testTo, first.testFrom]
  const dataHash = await stretchHash(workspace, fields[0]!.base, { from, to })
  const decides = { sweepId, plan, from, to, dataHash, model: EXECUTION_MODEL }
  const kept: WalkForwardRecord = {
    walkForwardId: contentHash(decides).slice(0, 16),
    ...{ sweepId, strategy, symbol, timeframe },
    createdAt: now,
    executionModel: EXECUTION_MODEL,
    ...{ from, to, testFrom, dataHash },
    figures: figuresOf(result, fields[0]!.base.capital),
  }
  await (await workspace.walkForwards()).save(kept)
  return kept
}

function figuresOf(
  { folds, stitched, efficiency }: WalkForwardStudy['result'],
  capital: number,
): WalkForwardFigures {
  const { time, equity, timeframeMs: length, trades, metrics } = stitched
  const returns = dailyReturns({ time, equity, capital, timeframeMs: length })
  const { value, sharpeAnnual } = probabilisticSharpe(returns)
  return {
    probability: value,
    sharpe: sharpeAnnual,
    totalReturn: metrics.totalReturn,
    efficiency,
    folds: folds.length,
    trades: trades.length,
    days: returns.length,
  }
}

/** Of all candles that trainings and tests read, those of other markets too. */
async function stretchHash(
  workspace: Workspace,
  { references: _since, ...request }: RunRequest,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): Promise<string> {
  const stretch = { ...request, from, to, warmFrom: from, decideFrom: null }
  const { main, detail, references = [] } = await loadRunData(workspace, stretch)
  return contentHash([main.hash, detail?.hash ?? null, references.map(({ hash }) => hash)])
}

/**
 * The newest walk-forward that is evidence of a run: of the same source, terms and rules, over candles
 * that are stored unchanged and lie within those of the run, with the set of the run among its choices.
 */
export async function walkForwardOf(
  workspace: Workspace,
  run: Manifest,
): Promise<FoundWalkForward> {
  const [own] = run.strategies
  const { symbol, timeframe } = run
  const place = { strategy: own!.name, symbol, timeframe }
  const records = await (await workspace.walkForwards()).list(place)
  if (records.length === 0) {
    const reason = `no walk-forward of ${own!.name} on ${symbol} ${timeframe} is stored: assay walk-forward makes one`
    return { kind: 'none', reason }
  }
  const held: WalkForwardRecord[] = []
  let reason: string | null = null
  for (const record of records) {
    const against = await objectionTo(workspace, record, run)
    if (against === null) held.push(record)
    else reason ??= `walk-forward ${record.walkForwardId} is not of this run: ${against}`
  }
  const [newest] = held
  if (newest === undefined) return { kind: 'none', reason: reason! }
  const { walkForwardId, figures } = newest
  return { kind: 'found', walkForwardId, figures, count: held.length }
}

/** Why a walk-forward is no evidence of a run, in words; null where it is. */
async function objectionTo(
  workspace: Workspace,
  record: WalkForwardRecord,
  run: Manifest,
): Promise<string | null> {
  if (record.executionModel !== run.execution_model) {
    return `it was made by rules of version ${record.executionModel}`
  }
  const end = parseIso(run.to) + timeframeMs(run.timeframe)
  if (record.from < parseIso(run.data.first) || record.to > end) {
    return `it is of ${formatTime(record.from)} to ${formatTime(record.to)}, which the run does not cover`
  }
  const sweeps = await workspace.sweeps()
  const sweep = await sweeps.get(record.sweepId)
  if (sweep === undefined) return `its sweep ${record.sweepId} is gone`
  const { base } = planOfSweep(sweep).fields[0]!
  for await (const page of sweeps.trials(record.sweepId, { order: 'number' })) {
    const trial = page.find(one => isSetOf(one, run))
    if (trial === undefined) continue
    const other = otherTerm(base, run, trial)
    if (other !== null) return `${other} differs`
    const now = await stretchHash(workspace, await requestFrom(run, workspace.home.cache), record)
    return now === record.dataHash ? null : 'the candles have changed since'
  }
  return 'the parameters of the run were not among its choices'
}

/** Whether a trial has the values of a run; what it does not vary is of its base. */
function isSetOf({ params }: TrialRecord, run: Manifest): boolean {
  return Object.entries(params).every(([name, value]) => valueOf(run, name) === value)
}

function valueOf(run: Manifest, name: string): unknown {
  const { params, risk_settings: risk } = run.strategies[0]!
  const [part, key] = name.split('.') as [string, string | undefined]
  if (key === undefined) return params[name]
  const parts: Readonly<Record<string, object>> = { risk, cost: run.costs }
  return (parts[part] as Readonly<Record<string, unknown>> | undefined)?.[key]
}

/** The first term that is not the same in both, varied ones aside. */
function otherTerm(base: Manifest, run: Manifest, { params }: TrialRecord): string | null {
  const [one, other] = [termsOf(base), termsOf(run)]
  // What is varied beside parameters has a prefix: a parameter called `fill` is no term.
  const names = Object.keys(one).filter(name => !name.includes('.') || params[name] === undefined)
  return names.find(name => canonicalJson(one[name]) !== canonicalJson(other[name])) ?? null
}

function termsOf(manifest: Manifest): Readonly<Record<string, unknown>> {
  const {
    strategies,
    costs,
    market,
    capital,
    fill,
    path,
    detail,
    data,
    risk_limits: limits,
  } = manifest
  const [{ source_hash: source, risk_settings: risk }] = strategies as [
    Manifest['strategies'][number],
  ]
  return {
    'the source of the strategy': source,
    ...prefixed('risk', risk),
    ...prefixed('cost', costs),
    ...prefixed('market', market),
    ...prefixed('limit', limits),
    ...{ capital, fill, path },
    detail: detail?.timeframe ?? null,
    'the source of the candles': data.source ?? null,
  }
}

function prefixed(prefix: string, values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value as unknown]),
  )
}
