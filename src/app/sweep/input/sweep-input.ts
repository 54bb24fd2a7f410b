import type { RunData, RunRequest } from '../../../backtest/run/record/run-request.js'
import { backtestInput } from '../../../backtest/run/run.js'
import { describeRun } from '../../../backtest/run/record/manifest.js'
import { commonStart } from '../../../backtest/sweep/plan/decision-start.js'
import { parseGrids } from '../../../backtest/sweep/plan/dimensions.js'
import { Field } from '../../../backtest/sweep/plan/field.js'
import {
  dimensionsOf,
  type FieldPlan,
  type SweepPlan,
} from '../../../backtest/sweep/plan/sweep-plan.js'
import { cutCandles } from '../../../core/candles/candles.js'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import type { ParamSpecs } from '../../../core/strategy/params.js'
import { SEARCH_METHODS, type SearchMethod } from '../../../core/search/methods.js'
import type { Workspace } from '../../workspace/compose.js'
import { listOption, numberOption, optionLabel, textOption } from '../../options/options.js'
import type { SearchOptions } from './search-options.js'
import { loadRunData, timedRun } from '../../backtest/run-execution.js'
import { timed, timedCall } from '../../strategy/guard/time-limit.js'
import { readRunRequest } from '../../backtest/input/run-input.js'
import type { Output } from '../../output/output.js'
import { Planning } from './planning.js'
import { allowsOf } from './allowed-sets.js'
import { openFields } from './sweep-fields.js'
import { objectiveSource } from './sweep-objectives.js'

/** A plan with its fields opened over their candles. */
export interface OpenSweep {
  readonly plan: SweepPlan
  readonly fields: readonly Field[]
  readonly data: readonly RunData[]
  /** Whether threads give the daily returns of each trial. */
  readonly wantsDaily?: boolean
}

/**
 * The plan that options ask for, over the stored candles.
 * @throws AppError for whatever in the input does not hold
 */
export async function readSweep(workspace: Workspace, options: SearchOptions): Promise<OpenSweep> {
  const settings = await readSettings(options, workspace.home.cache)
  const fields: FieldPlan[] = []
  const data: RunData[] = []
  for (const place of placesOf(options)) {
    const field = await readField(workspace, place, options, settings)
    fields.push(field.plan)
    data.push(field.data)
  }
  const plan: SweepPlan = { schema_version: 1, fields, ...settings }
  return { plan, fields: await openFields(plan, data, workspace.home.cache), data }
}

export type SearchSettings = Omit<SweepPlan, 'schema_version' | 'fields'>

/** What options say of a search, apart from what it goes over. */
export async function readSettings(
  options: SearchOptions,
  folder: string,
): Promise<SearchSettings> {
  const method = readMethod(options)
  const objectives = listOption(options, 'objective')
  const texts = objectives.length === 0 ? ['sharpe'] : objectives
  const trials = numberOption(options, 'trials', { min: 1, max: 1e9, whole: true }) ?? null
  return {
    method,
    trials: trials ?? (method === 'grid' ? null : TRIALS_DEFAULT),
    seed: numberOption(options, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1,
    patience: numberOption(options, 'patience', { min: 1, max: 1e6, whole: true }) ?? null,
    where: listOption(options, 'where'),
    objectives: texts,
    objective_source: await objectiveSource(texts, folder),
    min_trades: numberOption(options, 'minTrades', { min: 0, max: 1e9, whole: true }) ?? 1,
    align: readChoice(options, 'align', ['common', 'own'] as const),
  }
}

const TRIALS_DEFAULT = 200

function readMethod(options: SearchOptions): SearchMethod {
  const method = readChoice(options, 'method', SEARCH_METHODS)
  const isGuided = method === 'tpe' || method === 'genetic'
  if (!isGuided || listOption(options, 'objective').length < 2) return method
  throw new AppError('USAGE', `--method ${method} follows one objective, but several are given`, {
    hint: 'mix them into one, as in --objective "sharpe - max_drawdown", or use grid or sobol',
  })
}

function readChoice<T extends string>(
  options: SearchOptions,
  name: 'method' | 'align',
  choices: readonly T[],
): T {
  const given = textOption(options, name) ?? choices[0]!
  const choice = choices.find(one => one === given)
  if (choice !== undefined) return choice
  const near = nearestName(given, choices)
  throw new AppError(
    'INVALID_SETTING',
    `${optionLabel(name)} is "${given}", but it must be one of ${choices.join(', ')}`,
    {
      hint: near ? `did you mean ${near}?` : `leave ${optionLabel(name)} out for ${choices[0]}`,
    },
  )
}

/** One strategy on one market and timeframe. */
export interface Place {
  readonly strategy: string | undefined
  readonly symbol: string | undefined
  readonly timeframe: string | undefined
}

function placesOf(options: SearchOptions): Place[] {
  const named = words(options, 'strategy')
  const strategies = named.length > 0 ? named : [undefined]
  const symbols = words(options, 'symbol')
  const timeframes = words(options, 'timeframe')
  return strategies.flatMap(strategy =>
    (symbols.length > 0 ? symbols : [undefined]).flatMap(symbol =>
      (timeframes.length > 0 ? timeframes : [undefined]).map(timeframe => ({
        strategy,
        symbol,
        timeframe,
      })),
    ),
  )
}

/** The parts of an option that is a list with commas. */
function words(
  options: SearchOptions,
  name: 'strategy' | 'symbol' | 'timeframe' | 'templates',
): string[] {
  const parts = (textOption(options, name) ?? '').split(',').map(word => word.trim())
  const given = parts.filter(word => word !== '')
  const twice = given.find((word, k) => given.indexOf(word) !== k)
  if (twice === undefined) return given
  throw new AppError('USAGE', `${optionLabel(name)} names "${twice}" twice`, {
    hint: 'name each once',
  })
}

/** One field over its candles, with the candle at which its trials begin to decide. */
export async function readField(
  workspace: Workspace,
  place: Place,
  options: SearchOptions,
  settings: SearchSettings,
): Promise<{ plan: FieldPlan; data: RunData }> {
  const { strategy, ...where } = place
  const read = (template?: string): Promise<RunRequest> =>
    readRunRequest(
      strategy,
      { ...options, ...where, ...(template && { template }) },
      workspace.home.cache,
    )
  const first = await read()
  checkAlone(first)
  const requests = await templateRequests(first, options, read)
  const request = requests[0]!
  const specs = request.strategies[0]!.strategy.params as ParamSpecs
  const data = await loadRunData(workspace, request)
  const starts = Object.fromEntries(
    requests.map(({ strategies: [one] }) => [one!.template ?? '', one!.params]),
  )
  const draft: FieldPlan = {
    base: manifestOf(request, data),
    starts,
    grid: gridOf(options, specs, settings, starts),
  }
  dimensionsOf(draft, specs)
  return { plan: align(draft, request, data, { settings, output: workspace.output }), data }
}

function checkAlone({ strategies }: RunRequest): void {
  if (strategies.length === 1) return
  const names = strategies.map(({ strategy }) => strategy.name)
  throw new AppError('USAGE', `the configuration file runs ${names.join(' and ')} on one account`, {
    hint: `a sweep varies one strategy: name it, as in assay sweep ${names[0]}`,
  })
}

/** The request once for each template that is to be compared. */
async function templateRequests(
  first: RunRequest,
  options: SearchOptions,
  read: (template: string) => Promise<RunRequest>,
): Promise<RunRequest[]> {
  const given = words(options, 'templates')
  if (given.length === 0) return [first]
  if (textOption(options, 'template') !== undefined) {
    throw new AppError('USAGE', '--template and --templates are given both', {
      hint: 'name one template with --template, or several with --templates',
    })
  }
  const known = Object.keys(first.strategies[0]!.strategy.templates)
  const names = given.length === 1 && given[0] === 'all' ? known : given
  return Promise.all(names.map(read))
}

/** The `--grid` texts; none where only templates are compared; null for all parameters. */
function gridOf(
  options: SearchOptions,
  specs: ParamSpecs,
  { method }: SearchSettings,
  starts: FieldPlan['starts'],
): readonly string[] | null {
  const entries = parseGrids(listOption(options, 'grid'))
  for (const entry of entries) entry.dimension(specs)
  if (entries.length > 0) return entries.map(({ text }) => text)
  if (Object.keys(starts).length > 1 || textOption(options, 'templates') !== undefined) return []
  if (method !== 'grid') return null
  throw new AppError('USAGE', 'nothing is varied', {
    hint: `give --grid, as in --grid ${exampleGrid(specs)}, --templates all, or --method tpe for all parameters`,
  })
}

function exampleGrid(specs: ParamSpecs): string {
  const [name, spec] = Object.entries(specs)[0] ?? ['risk.stop_loss', undefined]
  if (spec === undefined || !('min' in spec)) return `${name}=0.01:0.05:0.01`
  return `${name}=${spec.min}:${spec.max}:${spec.step ?? 1}`
}

function manifestOf(
  request: RunRequest,
  data: RunData,
  decideFrom: number | null = request.decideFrom,
): FieldPlan['base'] {
  const { candles, first } = backtestInput(request, data)
  return describeRun(request, data, cutCandles(candles, first, candles.length), decideFrom)
}

/** The field with the candle at which all its trials begin to decide. */
function align(
  draft: FieldPlan,
  request: RunRequest,
  data: RunData,
  { settings, output }: { readonly settings: SearchSettings; readonly output: Output },
): FieldPlan {
  if (settings.align === 'own') return draft
  const limits = timedRun([request], [data])
  const field = timedCall(limits.names, () => new Field(draft, request, data))
  const planning = new Planning(output)
  const allows = allowsOf({ ...settings, schema_version: 1, fields: [draft] }, [field], planning)
  const { start } = timed(limits, () => ({ start: commonStart(field, point => allows(0, point)) }))
  planning.end()
  const { candles } = data.main
  if (start < candles.length) {
    return { ...draft, base: manifestOf(request, data, candles.time[start]) }
  }
  throw new AppError(
    'NO_CANDLES',
    `a set needs more candles before its first decision than the ${candles.length} of ${request.symbol} ${request.timeframe}`,
    { hint: 'vary over smaller values, import more candles, or give --align own' },
  )
}
