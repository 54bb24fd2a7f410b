import { returnObjective } from '../backtest/cross-validation/return-objective.js'
import { AppError } from '../core/errors.js'
import { backtestLength } from '../core/statistics/backtest-length.js'
import {
  backtestOverfitting,
  BLOCKS_DEFAULT,
  BLOCKS_MAX,
} from '../core/statistics/backtest-overfitting.js'
import { bootstrapIntervals } from '../core/statistics/bootstrap.js'
import { crossValidation } from '../core/statistics/cross-validation.js'
import { deflatedSharpe } from '../core/statistics/deflated-sharpe.js'
import { haircutSharpe } from '../core/statistics/haircut-sharpe.js'
import { probabilisticSharpe } from '../core/statistics/probabilistic-sharpe.js'
import { PERIODS_A_YEAR, type Statistic, type Trial } from '../core/statistics/statistic.js'
import { superiorAbility } from '../core/statistics/superior-ability.js'
import { trackRecordLength } from '../core/statistics/track-record.js'
import { checkPlan, readRowPlan } from './cross-validation-plan.js'
import { numberFlag, textFlag, type Flags } from './flags.js'
import { checkVaried, oneTrial, refusal, trialNamed, type ReturnsTable } from './stats-returns.js'

/** The statistics that `assay stats` computes. */
export const STATISTIC_NAMES = [
  'psr',
  'dsr',
  'mintrl',
  'minbtl',
  'pbo',
  'haircut',
  'bootstrap',
  'spa',
  'cpcv',
] as const

export type StatisticName = (typeof STATISTIC_NAMES)[number]

/** A statistic, and the column that it is of, where it is of one that was named or alone. */
export interface Measured {
  readonly statistic: Statistic
  readonly column?: string
}

/** Computes one statistic of a file of returns; only `minbtl` does without a file. */
export function measureStatistic(
  name: StatisticName,
  table: ReturnsTable | undefined,
  flags: Flags,
): Measured {
  if (name === 'minbtl') return { statistic: measureBacktestLength(table, flags) }
  if (table === undefined) {
    throw new AppError('USAGE', '--returns is missing', {
      hint: `write assay stats ${name} --returns FILE.csv`,
    })
  }
  switch (name) {
    case 'psr':
    case 'mintrl': {
      const trial = oneTrial(table, textFlag(flags, 'column'))
      const measure = name === 'psr' ? probabilisticSharpe : trackRecordLength
      return { statistic: measure(trial.returns, sharpeFlags(flags)), column: trial.name }
    }
    case 'bootstrap': {
      const trial = oneTrial(table, textFlag(flags, 'column'))
      const options = {
        ...confidenceFlag(flags),
        ...periodsFlag(flags),
        ...drawFlags(table, flags),
      }
      return {
        statistic: bootstrapIntervals(trial.returns, { ...options, ...methodFlag(flags) }),
        column: trial.name,
      }
    }
    case 'dsr':
      return { statistic: measureDeflated(table, flags) }
    case 'haircut': {
      const selected = selectedFlag(table, flags)
      checkVaried(table)
      const options = { selected, trials: trialsFlag(flags), ...periodsFlag(flags) }
      return { statistic: haircutSharpe(table.trials, options) }
    }
    case 'pbo':
      return { statistic: measureOverfitting(table, flags) }
    case 'spa':
      return { statistic: measureAbility(table, flags) }
    case 'cpcv':
      return { statistic: measureCrossValidation(table, flags) }
  }
}

function measureBacktestLength(table: ReturnsTable | undefined, flags: Flags): Statistic {
  const trials = trialsFlag(flags) ?? table?.trials.length
  if (trials === undefined) {
    throw new AppError('USAGE', 'the number of trials is missing', {
      hint: 'write --trials N, or give a file with a column for each with --returns',
    })
  }
  const target = numberFlag(flags, 'target-sharpe-annual', { min: 0, max: 100, open: true })
  return backtestLength({
    trials,
    targetSharpeAnnual: target ?? 1,
    count: table?.trials[0]!.returns.length ?? 0,
    ...periodsFlag(flags),
  })
}

function measureDeflated(table: ReturnsTable, flags: Flags): Statistic {
  const selected = selectedFlag(table, flags)
  checkVaried(table)
  const sharpeVariance = numberFlag(flags, 'sharpe-variance', { min: 0, max: 100 })
  return deflatedSharpe(table.trials, {
    selected,
    trials: trialsFlag(flags),
    sharpeVariance,
    ...confidenceFlag(flags),
    ...periodsFlag(flags),
  })
}

function measureOverfitting(table: ReturnsTable, flags: Flags): Statistic {
  const hint = `give an even number of blocks, such as ${BLOCKS_DEFAULT}`
  const limits = { min: 2, max: BLOCKS_MAX, whole: true, hint }
  const blocks = numberFlag(flags, 'blocks', limits) ?? BLOCKS_DEFAULT
  if (blocks % 2 !== 0) {
    throw new AppError('INVALID_SETTING', `--blocks is "${blocks}", but it must be even`, { hint })
  }
  const count = table.trials[0]!.returns.length
  const least = Math.max(4, blocks)
  if (count < least) {
    throw refusal(
      `"${table.file}" has ${count} rows of returns, too few for ${blocks} blocks, which need ${least}`,
      'give a longer file, or fewer --blocks',
    )
  }
  checkVaried(table)
  return backtestOverfitting(table.trials, { blocks })
}

function measureCrossValidation(table: ReturnsTable, flags: Flags): Statistic {
  const plan = readRowPlan(flags)
  const score = returnObjective(textFlag(flags, 'objective') ?? 'sharpe')
  const { benchmark, trials } = againstBenchmark(table, flags)
  checkPlan(table.trials[0]!.returns.length, plan)
  checkVaried(table)
  return crossValidation(trials, {
    plan,
    score,
    ...periodsFlag(flags),
    ...(benchmark && { benchmark: benchmark.returns }),
  })
}

function measureAbility(table: ReturnsTable, flags: Flags): Statistic {
  const { benchmark, trials } = againstBenchmark(table, flags)
  return superiorAbility(trials, {
    benchmark,
    ...confidenceFlag(flags),
    ...drawFlags(table, flags),
  })
}

/** The column that `--benchmark` names, and the others. @throws AppError USAGE where there is no other */
function againstBenchmark(
  table: ReturnsTable,
  flags: Flags,
): { readonly benchmark: Trial | undefined; readonly trials: readonly Trial[] } {
  const name = textFlag(flags, 'benchmark')
  const benchmark = name === undefined ? undefined : trialNamed(table, name, 'benchmark')
  const trials = table.trials.filter(trial => trial !== benchmark)
  if (trials.length > 0) return { benchmark, trials }
  throw new AppError('USAGE', `"${table.file}" has no column but the benchmark`, {
    hint: 'add a column of returns for each trial',
  })
}

function sharpeFlags(flags: Flags): { benchmark: number; confidence: number; periods: number } {
  const benchmark = numberFlag(flags, 'benchmark-sharpe', {
    min: -10,
    max: 10,
    hint: 'it is per period: an annual Sharpe ratio divided by the root of --periods',
  })
  return { benchmark: benchmark ?? 0, ...confidenceFlag(flags), ...periodsFlag(flags) }
}

function confidenceFlag(flags: Flags): { confidence: number } {
  const limits = { min: 0.5, max: 1, open: true, hint: 'write 0.95 for 95 %' }
  return { confidence: numberFlag(flags, 'confidence', limits) ?? 0.95 }
}

function periodsFlag(flags: Flags): { periods: number } {
  const limits = { min: 0, max: 1e7, open: true, hint: 'daily returns have 365 periods a year' }
  return { periods: numberFlag(flags, 'periods', limits) ?? PERIODS_A_YEAR }
}

function trialsFlag(flags: Flags): number | undefined {
  return numberFlag(flags, 'trials', { min: 1, max: 1e9, whole: true })
}

function selectedFlag(table: ReturnsTable, flags: Flags): string | undefined {
  const name = textFlag(flags, 'column')
  return name === undefined ? undefined : trialNamed(table, name, 'column').name
}

function drawFlags(
  table: ReturnsTable,
  flags: Flags,
): { blockLength: number | undefined; paths: number; seed: number } {
  const count = table.trials[0]!.returns.length
  const hint = 'a block is as long as one row at least, and as the file at most'
  return {
    blockLength: numberFlag(flags, 'block-length', { min: 1, max: Math.max(1, count), hint }),
    paths: numberFlag(flags, 'paths', { min: 100, max: 1e6, whole: true }) ?? 10_000,
    seed: numberFlag(flags, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1,
  }
}

function methodFlag(flags: Flags): { method: 'stationary' | 'circular' } {
  const method = textFlag(flags, 'block-method') ?? 'stationary'
  if (method === 'stationary' || method === 'circular') return { method }
  throw new AppError('INVALID_SETTING', `--block-method is "${method}"`, {
    hint: 'write stationary or circular',
  })
}
