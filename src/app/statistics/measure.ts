import { counted } from '../../core/number-format.js'
import { returnObjective } from '../../backtest/cross-validation/return-objective.js'
import { AppError } from '../../core/errors.js'
import { backtestLength } from '../../core/statistics/sharpe/backtest-length.js'
import {
  backtestOverfitting,
  BLOCKS_DEFAULT,
  BLOCKS_MAX,
} from '../../core/statistics/splits/backtest-overfitting.js'
import { bootstrapIntervals } from '../../core/statistics/resampling/bootstrap.js'
import { crossValidation } from '../../core/statistics/splits/cross-validation.js'
import { deflatedSharpe } from '../../core/statistics/sharpe/deflated-sharpe.js'
import { haircutSharpe } from '../../core/statistics/sharpe/haircut-sharpe.js'
import { probabilisticSharpe } from '../../core/statistics/sharpe/probabilistic-sharpe.js'
import { PERIODS_A_YEAR, type Statistic, type Trial } from '../../core/statistics/statistic.js'
import { superiorAbility } from '../../core/statistics/resampling/superior-ability.js'
import { trackRecordLength } from '../../core/statistics/sharpe/track-record.js'
import {
  checkPlan,
  readRowPlan,
  type PlanOptions,
} from '../cross-validation/cross-validation-plan.js'
import { type Amount, numberOption, type Optional, textOption } from '../options/options.js'
import { checkVaried, oneTrial, refusal, trialNamed, type ReturnsTable } from './returns-file.js'

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

/** Options of the statistics; each takes some of them. docs/statistics.md explains them. */
export type StatisticOptions = PlanOptions &
  Optional<{
    column: string
    benchmarkSharpe: Amount
    confidence: Amount
    periods: Amount
    trials: Amount
    sharpeVariance: Amount
    targetSharpeAnnual: Amount
    blocks: Amount
    blockLength: Amount
    blockMethod: string
    paths: Amount
    seed: Amount
    benchmark: string
    objective: string
  }>

/** The names of the options of statistics. */
export const STATISTIC_OPTIONS = [
  'column',
  'benchmarkSharpe',
  'confidence',
  'periods',
  'trials',
  'sharpeVariance',
  'targetSharpeAnnual',
  'blocks',
  'blockLength',
  'blockMethod',
  'paths',
  'seed',
  'benchmark',
  'groups',
  'testGroups',
  'purge',
  'embargo',
  'objective',
] as const satisfies readonly (keyof StatisticOptions)[]

/** A statistic, and the column that it is of, where it is of one that was named or alone. */
export interface Measured {
  readonly statistic: Statistic
  readonly column?: string
}

/** Computes one statistic of a file of returns; only `minbtl` does without a file. */
export function measureStatistic(
  name: StatisticName,
  table: ReturnsTable | undefined,
  options: StatisticOptions,
): Measured {
  if (name === 'minbtl') return { statistic: measureBacktestLength(table, options) }
  if (table === undefined) {
    throw new AppError('USAGE', '--returns is missing', {
      hint: `write assay stats ${name} --returns FILE.csv`,
    })
  }
  switch (name) {
    case 'psr':
    case 'mintrl': {
      const trial = oneTrial(table, textOption(options, 'column'))
      const measure = name === 'psr' ? probabilisticSharpe : trackRecordLength
      return { statistic: measure(trial.returns, sharpeOption(options)), column: trial.name }
    }
    case 'bootstrap': {
      const trial = oneTrial(table, textOption(options, 'column'))
      const settings = {
        ...confidenceOption(options),
        ...periodsOption(options),
        ...drawOption(table, options),
      }
      return {
        statistic: bootstrapIntervals(trial.returns, { ...settings, ...methodOption(options) }),
        column: trial.name,
      }
    }
    case 'dsr':
      return { statistic: measureDeflated(table, options) }
    case 'haircut': {
      const selected = selectedOption(table, options)
      checkVaried(table)
      const settings = { selected, trials: trialsOption(options), ...periodsOption(options) }
      return { statistic: haircutSharpe(table.trials, settings) }
    }
    case 'pbo':
      return { statistic: measureOverfitting(table, options) }
    case 'spa':
      return { statistic: measureAbility(table, options) }
    case 'cpcv':
      return { statistic: measureCrossValidation(table, options) }
  }
}

function measureBacktestLength(
  table: ReturnsTable | undefined,
  options: StatisticOptions,
): Statistic {
  const trials = trialsOption(options) ?? table?.trials.length
  if (trials === undefined) {
    throw new AppError('USAGE', 'the number of trials is missing', {
      hint: 'write --trials N, or give a file with a column for each with --returns',
    })
  }
  const target = numberOption(options, 'targetSharpeAnnual', { min: 0, max: 100, open: true })
  return backtestLength({
    trials,
    targetSharpeAnnual: target ?? 1,
    count: table?.trials[0]!.returns.length ?? 0,
    ...periodsOption(options),
  })
}

function measureDeflated(table: ReturnsTable, options: StatisticOptions): Statistic {
  const selected = selectedOption(table, options)
  checkVaried(table)
  const sharpeVariance = numberOption(options, 'sharpeVariance', { min: 0, max: 100 })
  return deflatedSharpe(table.trials, {
    selected,
    trials: trialsOption(options),
    sharpeVariance,
    ...confidenceOption(options),
    ...periodsOption(options),
  })
}

function measureOverfitting(table: ReturnsTable, options: StatisticOptions): Statistic {
  const hint = `give an even number of blocks, such as ${BLOCKS_DEFAULT}`
  const limits = { min: 2, max: BLOCKS_MAX, whole: true, hint }
  const blocks = numberOption(options, 'blocks', limits) ?? BLOCKS_DEFAULT
  if (blocks % 2 !== 0) {
    throw new AppError('INVALID_SETTING', `--blocks is "${blocks}", but it must be even`, { hint })
  }
  const count = table.trials[0]!.returns.length
  const least = Math.max(4, blocks)
  if (count < least) {
    throw refusal(
      `"${table.file}" has ${counted(count, 'row')} of returns, too few for ${blocks} blocks, which need ${least}`,
      'give a longer file, or fewer --blocks',
    )
  }
  checkVaried(table)
  return backtestOverfitting(table.trials, { blocks })
}

function measureCrossValidation(table: ReturnsTable, options: StatisticOptions): Statistic {
  const plan = readRowPlan(options)
  const score = returnObjective(textOption(options, 'objective') ?? 'sharpe')
  const { benchmark, trials } = againstBenchmark(table, options)
  checkPlan(table.trials[0]!.returns.length, plan)
  checkVaried(table)
  return crossValidation(trials, {
    plan,
    score,
    ...periodsOption(options),
    ...(benchmark && { benchmark: benchmark.returns }),
  })
}

function measureAbility(table: ReturnsTable, options: StatisticOptions): Statistic {
  const { benchmark, trials } = againstBenchmark(table, options)
  return superiorAbility(trials, {
    benchmark,
    ...confidenceOption(options),
    ...drawOption(table, options),
  })
}

/** The column that `--benchmark` names, and the others. @throws AppError USAGE where there is no other */
function againstBenchmark(
  table: ReturnsTable,
  options: StatisticOptions,
): { readonly benchmark: Trial | undefined; readonly trials: readonly Trial[] } {
  const name = textOption(options, 'benchmark')
  const benchmark = name === undefined ? undefined : trialNamed(table, name, 'benchmark')
  const trials = table.trials.filter(trial => trial !== benchmark)
  if (trials.length > 0) return { benchmark, trials }
  throw new AppError('USAGE', `"${table.file}" has no column but the benchmark`, {
    hint: 'add a column of returns for each trial',
  })
}

function sharpeOption(options: StatisticOptions): {
  benchmark: number
  confidence: number
  periods: number
} {
  const benchmark = numberOption(options, 'benchmarkSharpe', {
    min: -10,
    max: 10,
    hint: 'it is per period: an annual Sharpe ratio divided by the root of --periods',
  })
  return { benchmark: benchmark ?? 0, ...confidenceOption(options), ...periodsOption(options) }
}

function confidenceOption(options: StatisticOptions): { confidence: number } {
  const limits = { min: 0.5, max: 1, open: true, hint: 'write 0.95 for 95 %' }
  return { confidence: numberOption(options, 'confidence', limits) ?? 0.95 }
}

function periodsOption(options: StatisticOptions): { periods: number } {
  const limits = { min: 0, max: 1e7, open: true, hint: 'daily returns have 365 periods a year' }
  return { periods: numberOption(options, 'periods', limits) ?? PERIODS_A_YEAR }
}

function trialsOption(options: StatisticOptions): number | undefined {
  return numberOption(options, 'trials', { min: 1, max: 1e9, whole: true })
}

function selectedOption(table: ReturnsTable, options: StatisticOptions): string | undefined {
  const name = textOption(options, 'column')
  return name === undefined ? undefined : trialNamed(table, name, 'column').name
}

function drawOption(
  table: ReturnsTable,
  options: StatisticOptions,
): { blockLength: number | undefined; paths: number; seed: number } {
  const count = table.trials[0]!.returns.length
  const hint = 'a block is as long as one row at least, and as the file at most'
  return {
    blockLength: numberOption(options, 'blockLength', { min: 1, max: Math.max(1, count), hint }),
    paths: numberOption(options, 'paths', { min: 100, max: 1e6, whole: true }) ?? 10_000,
    seed: numberOption(options, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1,
  }
}

function methodOption(options: StatisticOptions): { method: 'stationary' | 'circular' } {
  const method = textOption(options, 'blockMethod') ?? 'stationary'
  if (method === 'stationary' || method === 'circular') return { method }
  throw new AppError('INVALID_SETTING', `--block-method is "${method}"`, {
    hint: 'write stationary or circular',
  })
}
