import { snakeKeys } from '../../core/canonical.js'
import type {
  CombinationResult,
  CrossValidationDetails,
  PickCount,
} from '../../core/statistics/splits/cross-validation.js'
import type { PathFigures } from '../../core/statistics/splits/cross-validation-paths.js'
import { DAY_MS, formatTime } from '../../core/candles/time.js'
import type { ComparedSet, FinishedCrossValidation } from './cross-validation.js'

/** A cross-validation as programs read it. Groups and combinations count from 0, ends are exclusive. */
export function crossValidationJson(finished: FinishedCrossValidation): Record<string, unknown> {
  const { result, record, days, sets, objective, field } = finished
  const { details, plan } = result
  const { decideFrom } = field.base
  return {
    schema_version: 1,
    sweep_id: record.sweepId,
    strategy: record.strategy,
    symbol: record.symbol,
    timeframe: record.timeframe,
    from: formatTime(days.time[0]!),
    to: formatTime(days.time[days.count - 1]! + DAY_MS),
    decide_from: decideFrom === null ? null : formatTime(decideFrom),
    days: days.count,
    days_without_candles: days.withoutCandles,
    groups: plan.groups,
    test_groups: plan.testGroups,
    purge: `${plan.purge}d`,
    embargo: `${plan.embargo}d`,
    objective,
    min_trades: finished.minTrades,
    trials_total: record.trialsTotal,
    trials_failed: record.trialsFailed,
    trials_eligible: sets.length,
    median_sharpe: details?.sharpeAnnual?.median ?? null,
    reason: result.reason ?? null,
    formula: `√365 × ${result.formula}`,
    ...(details ? detailsJson(details, finished) : WITHOUT_DETAILS),
    notes: finished.notes,
  }
}

/** What stands there where nothing could be tested; `reason` says why. */
const WITHOUT_DETAILS = {
  distribution: null,
  shares: null,
  holding: null,
  below_median_probability: null,
  degradation: null,
  without_pick: null,
  picks: [],
  group_list: [],
  combinations: [],
  paths: [],
}

function detailsJson(
  details: CrossValidationDetails,
  { days, sets }: FinishedCrossValidation,
): Record<keyof typeof WITHOUT_DETAILS, unknown> {
  const setNamed = new Map(sets.map(set => [set.name, set]))
  return {
    distribution: {
      sharpe: details.sharpeAnnual,
      total_return: details.totalReturn,
      cagr: details.cagr,
      max_drawdown: details.maxDrawdown,
    },
    shares: {
      sharpe_below_zero: details.shareSharpeBelowZero,
      return_below_zero: details.shareReturnBelowZero,
      sharpe_below_holding: details.shareSharpeBelowBenchmark,
      return_below_holding: details.shareReturnBelowBenchmark,
    },
    holding: snakeKeys(details.benchmark),
    below_median_probability: details.belowMedianProbability,
    degradation: {
      slope: details.degradationSlope,
      intercept: details.degradationIntercept,
      r2: details.degradationR2,
    },
    without_pick: details.withoutPick,
    picks: details.picks.map(pick => pickJson(pick, setNamed.get(pick.name)!)),
    group_list: details.groupList.map(({ from, to }) => ({
      from: formatTime(days.time[from]!),
      to: formatTime(days.time[to - 1]! + DAY_MS),
      days: to - from,
    })),
    combinations: details.combinationList.map(one => combinationJson(one, setNamed)),
    paths: details.pathList.map(pathJson),
  }
}

function pickJson(
  { combinations, share }: PickCount,
  { number, runId, template, params }: ComparedSet,
): Record<string, unknown> {
  return { trial: number, run_id: runId, template, params, combinations, share }
}

function combinationJson(
  { tested, trainingDays, name, picked }: CombinationResult,
  setNamed: ReadonlyMap<string, ComparedSet>,
): Record<string, unknown> {
  return {
    tested,
    training_days: trainingDays,
    trial: name === null ? null : setNamed.get(name)!.number,
    score_in_sample: picked?.scoreInSample ?? null,
    score_out_of_sample: picked?.scoreOutOfSample ?? null,
    rank: picked?.rank ?? null,
    in_sample: picked && snakeKeys(picked.inSample),
    out_of_sample: picked && snakeKeys(picked.outOfSample),
  }
}

function pathJson(path: PathFigures): Record<string, unknown> {
  const { sharpeAnnual, totalReturn, cagr, maxDrawdown, combinations } = path
  return {
    sharpe: sharpeAnnual,
    total_return: totalReturn,
    cagr,
    max_drawdown: maxDrawdown,
    combinations,
  }
}
