import { snakeCase } from '../../../core/canonical.js'
import { AppError } from '../../../core/errors.js'
import type { Metrics } from '../../../core/metrics/metrics.js'
import { lacksLosses } from '../../../core/metrics/undefined.js'
import { nearestName } from '../../../core/names.js'
import type { ParamValue } from '../../../core/strategy/params.js'
import { compileExpression } from './expression.js'

/** Metrics by their snake_case names, as `--json` prints them. */
export type MetricRecord = Readonly<Record<string, number | null>>
export type ParamRecord = Readonly<Record<string, ParamValue>>

/** What trials are judged by; a higher score is better. */
export interface Objective {
  /** As the user wrote it. */
  readonly text: string
  /** The metrics it reads, besides those of `RULE_METRICS`; null where it may read any, and the parameters. */
  readonly names: readonly string[] | null
  /**
   * Null where a metric it needs is null, there were too few trades, or the account was ruined;
   * Infinity for a metric that is null because nothing was lost.
   */
  score(metrics: MetricRecord, params: ParamRecord): number | null
}

export interface ObjectiveOptions {
  /** With fewer trades there is no score. */
  readonly minTrades?: number
}

/**
 * Which way each metric is better. An average loss is below zero, so more is better; exposure is
 * taken as neither a virtue nor a fault, which makes more of it better only when it is asked for.
 */
const BETTER: Readonly<Record<keyof Metrics, 'higher' | 'lower'>> = {
  finalEquity: 'higher',
  totalReturn: 'higher',
  cagr: 'higher',
  sharpe: 'higher',
  sortino: 'higher',
  calmar: 'higher',
  volatility: 'lower',
  maxDrawdown: 'lower',
  maxDrawdownDays: 'lower',
  ulcerIndex: 'lower',
  trades: 'higher',
  winRate: 'higher',
  profitFactor: 'higher',
  expectancy: 'higher',
  sqn: 'higher',
  averageWin: 'higher',
  averageLoss: 'higher',
  longestLosingStreak: 'lower',
  exposure: 'higher',
  turnover: 'lower',
  feesPaid: 'lower',
  txCostsPaid: 'lower',
  slippagePaid: 'lower',
  buyAndHoldReturn: 'higher',
  ambiguousTrades: 'lower',
}

const KEYS = Object.keys(BETTER) as readonly (keyof Metrics)[]
const NAME_OF = KEYS.map(key => [snakeCase(key), key] as const)

/** Every metric in snake_case. */
export const METRIC_NAMES: readonly string[] = NAME_OF.map(([name]) => name)

/** Metrics under their snake_case names; what `snakeKeys` gives, without looking at each letter. */
export function metricRecord(metrics: Metrics): MetricRecord {
  const record: Record<string, number | null> = {}
  for (const [name, key] of NAME_OF) record[name] = metrics[key]
  return record
}

/** Writes metrics in the order of METRIC_NAMES, NaN for null, from place `at` on. */
export function writeMetrics(metrics: Metrics, row: Float64Array, at: number): void {
  for (let k = 0; k < KEYS.length; k++) row[at + k] = metrics[KEYS[k]!] ?? NaN
}

/**
 * A metric's name, where the better way is known; `max:NAME` or `min:NAME`; or an arithmetic mix
 * such as `sharpe - 2 * max_drawdown`, taken as written: higher is better.
 * @throws AppError INVALID_OBJECTIVE, or INVALID_EXPRESSION for a mix that cannot be read
 */
export function parseObjective(given: string, options: ObjectiveOptions = {}): Objective {
  const text = given.trim()
  const [, way, name] = /^(?:(max|min):\s*)?([\w]+)$/.exec(text) ?? []
  if (name !== undefined && !/^\d/.test(name)) return metricObjective(text, name, way, options)
  if (/^(max|min):/.test(text)) {
    throw new AppError(
      'INVALID_OBJECTIVE',
      `objective "${text}" is not ${way ?? 'max or min'} of one metric`,
      {
        hint: 'write max:NAME or min:NAME, or the mix alone: it is maximised',
        data: { text },
      },
    )
  }
  return mixObjective(text, options)
}

/** @throws AppError INVALID_OBJECTIVE where there is none, or one twice */
export function parseObjectives(
  texts: readonly string[],
  options: ObjectiveOptions = {},
): readonly Objective[] {
  const objectives = texts.map(text => parseObjective(text, options))
  if (objectives.length === 0) {
    throw new AppError('INVALID_OBJECTIVE', 'there is no objective', { hint: 'give one: sharpe' })
  }
  const twice = objectives.find(({ text }, k) => objectives.findIndex(o => o.text === text) !== k)
  if (twice === undefined) return objectives
  throw new AppError('INVALID_OBJECTIVE', `objective "${twice.text}" was given twice`, {
    hint: 'give each once',
    data: { text: twice.text },
  })
}

export type ScoreFunction = (metrics: MetricRecord, params: ParamRecord) => unknown

/**
 * An objective that a user's function decides. Where it gives null there is no score.
 * The score throws AppError INVALID_OBJECTIVE where it gives anything but a finite number.
 */
export function scoreBy(
  fn: ScoreFunction,
  { text, ...options }: ObjectiveOptions & { readonly text: string },
): Objective {
  return withRules(options, {
    text,
    names: null,
    score(metrics, params) {
      const value = fn(metrics, params)
      if (value === null) return null
      if (typeof value === 'number' && Number.isFinite(value)) return value
      const kind = typeof value === 'number' || value === undefined ? '' : ` (${typeof value})`
      throw new AppError(
        'INVALID_OBJECTIVE',
        `objective ${text} gave "${String(value)}"${kind}, but a score is a finite number, or null`,
        { hint: 'return null where a set has no score', data: { params: { ...params } } },
      )
    },
  })
}

function metricObjective(
  text: string,
  name: string,
  way: string | undefined,
  options: ObjectiveOptions,
): Objective {
  const key = NAME_OF.find(([known]) => known === name)?.[1]
  if (key === undefined) throw unknownMetric(text, name)
  const isLowerBetter = way === undefined ? BETTER[key] === 'lower' : way === 'min'
  return withRules(options, {
    text,
    names: [name, ...(BESIDE[key] ?? [])],
    score(metrics) {
      const value = metrics[name] ?? null
      if (value === null) {
        const isNull = metrics[name] === null
        return isNull && !isLowerBetter && isEndless(key, metrics) ? Infinity : null
      }
      // Not -value, which makes of 0 a -0 that prints differently.
      return isLowerBetter ? 0 - value : value
    },
  })
}

/** What says whether a metric that is null is so because nothing was lost. */
const BESIDE: Readonly<Partial<Record<keyof Metrics, readonly string[]>>> = {
  sortino: ['sharpe'],
  calmar: ['cagr', 'max_drawdown'],
  profitFactor: ['win_rate'],
}

function isEndless(key: keyof Metrics, record: MetricRecord): boolean {
  const metrics = Object.fromEntries(NAME_OF.map(([name, own]) => [own, record[name] ?? null]))
  return lacksLosses(key, metrics as unknown as Metrics)
}

function mixObjective(text: string, options: ObjectiveOptions): Objective {
  const mix = compileExpression(text, METRIC_NAMES)
  if (mix.names.length === 0) {
    throw new AppError('INVALID_OBJECTIVE', `objective "${text}" names no metric`, {
      hint: `name one: ${METRIC_NAMES.join(', ')}`,
      data: { text },
    })
  }
  if (mix.kind === 'boolean') throw noNumber(text)
  return withRules(options, {
    text,
    names: mix.names,
    score(metrics) {
      const value = mix.evaluate(name => metrics[name] ?? null)
      if (typeof value === 'boolean') throw noNumber(text)
      return value
    },
  })
}

/** Metrics that are read whatever the objective. */
export const RULE_METRICS: readonly string[] = ['trades', 'max_drawdown']

/** A fall of all there was, but for what floats leave of it: who is ruined has no score. */
const RUIN = 1 - 1e-9

function withRules({ minTrades = 0 }: ObjectiveOptions, objective: Objective): Objective {
  return {
    ...objective,
    score(metrics, params) {
      const isTooFew = minTrades > 0 && (metrics['trades'] ?? 0) < minTrades
      if (isTooFew || (metrics['max_drawdown'] ?? 0) >= RUIN) return null
      return objective.score(metrics, params)
    },
  }
}

function unknownMetric(text: string, name: string): AppError {
  const near = nearestName(name, METRIC_NAMES)
  return new AppError('INVALID_OBJECTIVE', `there is no metric "${name}" for objective "${text}"`, {
    hint: near ? `did you mean ${near}?` : `the metrics are ${METRIC_NAMES.join(', ')}`,
    data: { text, name },
  })
}

function noNumber(text: string): AppError {
  return new AppError('INVALID_OBJECTIVE', `objective "${text}" is a condition, not a number`, {
    hint: 'write a metric or a mix; a condition chooses as in trades > 50 ? sharpe : 0',
    data: { text },
  })
}
