import {
  comparedDays,
  returnsOn,
  type ComparedDays,
} from '../../backtest/cross-validation/compared-days.js'
import { returnObjective } from '../../backtest/cross-validation/return-objective.js'
import { holdingReturns } from '../../core/metrics/holding-returns.js'
import type { Field } from '../../backtest/sweep/plan/field.js'
import { dataNotes } from '../../backtest/sweep/tally/sweep-page-source.js'
import type { SweepPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import type { Trial } from '../../backtest/sweep/trials/trial.js'
import { AppError } from '../../core/errors.js'
import type { ParamValue } from '../../core/strategy/params.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import {
  crossValidation,
  type CrossValidation,
} from '../../core/statistics/splits/cross-validation.js'
import type { Workspace } from '../workspace/compose.js'
import { checkPlan, readDayPlan, type PlanOptions } from './cross-validation-plan.js'
import { SEARCH_OPTIONS, type SearchOptions } from '../sweep/input/search-options.js'
import { onePlace } from '../sweep/input/one-place.js'
import { openFields } from '../sweep/input/sweep-fields.js'
import { allowsOf, countSets } from '../sweep/input/allowed-sets.js'
import { readField, readSettings, type OpenSweep } from '../sweep/input/sweep-input.js'
import { runOpenSweep } from '../sweep/sweep.js'

/** A search whose sets are compared on days that were left out of the choice. */
export type CrossValidationOptions = SearchOptions & PlanOptions

export const CROSS_VALIDATION_OPTIONS = [
  ...SEARCH_OPTIONS,
  'groups',
  'testGroups',
  'purge',
  'embargo',
] as const satisfies readonly (keyof CrossValidationOptions)[]

/** A set that can be picked, with its returns on the compared days. */
export interface ComparedSet {
  /** The number of its trial, by which the result names it. */
  readonly name: string
  readonly number: number
  readonly runId: string
  readonly template: string | null
  readonly params: Readonly<Record<string, ParamValue>>
  readonly returns: Float64Array
}

/** A cross-validation that has run, with the sweep of its sets. */
export interface FinishedCrossValidation {
  readonly result: CrossValidation
  readonly record: SweepRecord
  readonly field: Field
  readonly days: ComparedDays
  /** Sets with trades enough, by the numbers of their trials. */
  readonly sets: readonly ComparedSet[]
  readonly objective: string
  readonly minTrades: number
  /** What is to be known of the search and of the candles. */
  readonly notes: readonly string[]
}

/** Runs every set once over all candles, and tests the choice among them on days left out of it. */
export async function runCrossValidation(
  workspace: Workspace,
  options: CrossValidationOptions,
): Promise<FinishedCrossValidation> {
  const plan = readDayPlan(options)
  const open = await openWhole(workspace, options)
  const [field] = open.fields as [Field]
  const [objective, ...others] = open.plan.objectives as [string, ...string[]]
  if (others.length > 0) throw severalObjectives(open.plan)
  const score = returnObjective(objective)
  const days = comparedDays(field.candles, field.base.decideFrom)
  checkPlan(days.count, plan)
  checkSets(open, days.count)
  const minTrades = open.plan.min_trades
  const sets: ComparedSet[] = []
  const { record } = await runOpenSweep(workspace, open, options, {
    onTrial: trial => {
      if (hasTrades(trial, minTrades)) sets.push(setOf(trial, days))
    },
  })
  if (record.status === 'stopped') throw stopped(record)
  if (sets.length < 2) throw tooFew(record, sets.length, minTrades)
  workspace.output.log(`comparing ${sets.length.toLocaleString('en-US')} sets on days left out`)
  const benchmark = returnsOn(days, holdingReturns(field.candles))
  return {
    result: crossValidation(sets, { plan, score, benchmark }),
    record,
    field,
    days,
    sets,
    objective,
    minTrades,
    notes: [...guidedNotes(open.plan), ...dataNotes(open.fields)],
  }
}

/** One field over all candles. */
async function openWhole(
  workspace: Workspace,
  options: CrossValidationOptions,
): Promise<OpenSweep> {
  const { cache } = workspace.home
  const place = onePlace(options, 'cross-validation')
  const settings = await readSettings(options, cache)
  const field = await readField(workspace, place, options, settings)
  const plan: SweepPlan = { schema_version: 1, fields: [field.plan], ...settings }
  const data = [field.data]
  return { plan, fields: await openFields(plan, data, cache), data, wantsDaily: true }
}

function hasTrades({ result }: Trial, least: number): boolean {
  return result.metrics !== null && result.metrics['trades']! >= least
}

function setOf({ number, template, params, result }: Trial, days: ComparedDays): ComparedSet {
  return {
    name: String(number),
    number,
    runId: result.runId,
    template,
    params,
    returns: returnsOn(days, result.daily!),
  }
}

/** Bytes of daily returns that are held at once: sets times days times 8. */
const RETURNS_BYTES_MAX = 2 ** 30

/** @throws AppError INVALID_GRID for one set, TOO_MANY_TRIALS for more than memory is to hold */
function checkSets({ plan, fields }: OpenSweep, days: number): void {
  const [field] = fields as [Field]
  const allows = allowsOf(plan, fields)
  const counted = countSets(field, point => allows(0, point))
  const sets = Math.min(counted.sets, plan.trials ?? Infinity)
  if (sets === 1) {
    throw new AppError('INVALID_GRID', 'one set is no choice, and a choice is what is validated', {
      hint: 'vary something with --grid, or name templates with --templates',
    })
  }
  const bytes = sets * days * Float64Array.BYTES_PER_ELEMENT
  if (bytes <= RETURNS_BYTES_MAX) return
  const most = Math.floor(RETURNS_BYTES_MAX / (days * Float64Array.BYTES_PER_ELEMENT))
  throw new AppError(
    'TOO_MANY_TRIALS',
    `the daily returns of ${sets.toLocaleString('en-US')} sets over ${days} days are ${(bytes / 2 ** 30).toFixed(1)} GB, but 1 GB is held at most`,
    {
      hint: `take larger steps, or draw some with --method sobol --trials ${most} or fewer`,
    },
  )
}

/** A search that learns has learnt from the days that are tested. */
function guidedNotes({ method }: SweepPlan): readonly string[] {
  if (method !== 'tpe' && method !== 'genetic') return []
  return [
    `--method ${method} looked for sets by their score on all days, tested ones too, so the paths flatter them; grid, random, latin and sobol do not.`,
  ]
}

function severalObjectives({ objectives }: SweepPlan): AppError {
  return new AppError(
    'USAGE',
    `--objective was given ${objectives.length} times, but a set is picked by one`,
    { hint: 'mix them into one, as in --objective "sharpe - max_drawdown"' },
  )
}

function stopped({ sweepId, trialsTotal }: SweepRecord): AppError {
  return new AppError('SWEEP_STOPPED', `the sweep was stopped after ${trialsTotal} sets`, {
    hint: `the trials are stored as sweep ${sweepId}; begin again for a whole cross-validation`,
  })
}

function tooFew(record: SweepRecord, sets: number, minTrades: number): AppError {
  const { sweepId, trialsTotal, trialsFailed } = record
  const failed = trialsFailed === 0 ? '' : `, and ${trialsFailed} failed`
  return new AppError(
    'INVALID_SETTING',
    `${sets} of ${trialsTotal} sets have as many trades as --min-trades ${minTrades} asks for${failed}; a choice needs 2`,
    { hint: `assay sweeps show ${sweepId} says what they did; vary over other values` },
  )
}
