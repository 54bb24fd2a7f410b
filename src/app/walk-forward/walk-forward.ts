import { counted } from '../../core/number-format.js'
import { sourcedSymbol } from '../../core/candles/symbols.js'
import { Progress } from '../output/progress.js'
import { SEARCH_OPTIONS, type SearchOptions } from '../sweep/input/search-options.js'
import {
  sourcedRequest,
  type RunData,
  type RunRequest,
} from '../../backtest/run/record/run-request.js'
import type { Field } from '../../backtest/sweep/plan/field.js'
import type { Objective } from '../../backtest/sweep/expressions/objective.js'
import type { SweepPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import type { Trial } from '../../backtest/sweep/trials/trial.js'
import { foldsOf, type Fold, type FoldPlan } from '../../backtest/walk-forward/folds.js'
import {
  walkForwardPageData,
  type Stretch,
  type WalkForwardStudy,
} from '../../backtest/walk-forward/walk-forward-page-data.js'
import { missNotes } from '../../backtest/sweep/trials/trial-misses.js'
import { dataWarnings } from '../../backtest/run/warnings/warnings.js'
import { testNotes } from '../../backtest/walk-forward/test-notes.js'
import { walkForward, type TestFold } from '../../backtest/walk-forward/walk-forward.js'
import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import { formatTime, timeframeMs, type Millis } from '../../core/candles/time.js'
import type { Workspace } from '../workspace/compose.js'
import {
  isOn,
  type Optional,
  optionLabel,
  textOption,
  timeLimitOption,
} from '../options/options.js'
import { loadRunData, writeAsked, timedRun } from '../backtest/run-execution.js'
import { timed } from '../strategy/guard/time-limit.js'
import { readReportPath } from '../backtest/report-path.js'
import { readRunRequest } from '../backtest/input/run-input.js'
import { onePlace } from '../sweep/input/one-place.js'
import { openFields } from '../sweep/input/sweep-fields.js'
import { readField, readSettings, type OpenSweep, type Place } from '../sweep/input/sweep-input.js'
import { loadObjectives } from '../sweep/input/sweep-objectives.js'
import { runOpenSweep } from '../sweep/sweep.js'
import { keepWalkForward } from './stored-walk-forward.js'

/** A search that is made anew for each training, and tested on what follows. */
export type WalkForwardOptions = SearchOptions &
  Optional<{
    /** Length of a training: `180d`. */
    train: string
    test: string
    /** Every training begins at the start of the candles. */
    anchored: boolean
    /** Left out at the end of a training. */
    purge: string
    /** Left out after that. */
    embargo: string
    /** Path of a page to write, or `none`. */
    report: string
  }>

export const WALK_FORWARD_OPTIONS = [
  ...SEARCH_OPTIONS,
  'train',
  'test',
  'anchored',
  'purge',
  'embargo',
  'report',
] as const satisfies readonly (keyof WalkForwardOptions)[]

/** A walk-forward that has run, with the sweep of its trainings. */
export interface FinishedWalkForward extends WalkForwardStudy {
  /** Path of the page; null where none was to be written. */
  readonly page: string | null
}

/** Optimises, tests, joins the tests, and writes the page. */
export async function runWalkForward(
  workspace: Workspace,
  options: WalkForwardOptions,
): Promise<FinishedWalkForward> {
  const path = readReportPath(options)
  const study = await studyFolds(workspace, options)
  await keepWalkForward(workspace, study)
  const name = `walk-forward-${study.record.sweepId}`
  const { sweepId, strategy, symbol, timeframe } = study.record
  const about = `${strategy} ${symbol} ${timeframe}`
  const subject = { label: 'Walk-forward', about, isStudy: true, sweeps: [sweepId] }
  const page = await writeAsked(workspace, { path, name, subject }, async (target, beside) => {
    const { writeWalkForwardPage } =
      await import('../../report/model/walk-forward/walk-forward-page.js')
    await writeWalkForwardPage(walkForwardPageData(study), target, beside)
  })
  return { ...study, page }
}

/** Optimises over each training, tests what came out best on what follows, and joins the tests. */
async function studyFolds(
  workspace: Workspace,
  options: WalkForwardOptions,
): Promise<WalkForwardStudy> {
  const place = onePlace(options, 'walk-forward')
  const plan = readFoldPlan(options)
  const whole = await readRunRequest(place.strategy, { ...options, ...place }, workspace.home.cache)
  const { from, to, candles } = await stretchOf(workspace, whole)
  const all = foldsOf(from, to, plan)
  const folds = all.filter(fold => isFilled(candles, fold))
  if (folds.length === 0) throw emptyFolds(whole)
  const open = await openTrainings(workspace, place, options, folds)
  const best = new Map<number, Trial>()
  const trials = new Map<number, number>()
  const { record, outcome } = await runOpenSweep(workspace, open, options, {
    onTrial: trial => {
      trials.set(trial.field, (trials.get(trial.field) ?? 0) + 1)
      if (isBetter(trial, best.get(trial.field))) best.set(trial.field, trial)
    },
  })
  if (record.status === 'stopped') throw stopped(record)
  const tests: TestFold[] = []
  const progress = new Progress(workspace.output, 'tests prepared', folds.length)
  for (const [k, fold] of folds.entries()) {
    const pick = best.get(k) ?? null
    const request = testRequest(open.fields[k]!, pick, fold)
    const data = await loadRunData(workspace, request)
    tests.push({ fold, pick, trials: trials.get(k) ?? 0, request, data })
    progress.show(tests.length)
  }
  progress.end()
  const score = await testScore(workspace, open)
  const end = all.at(-1)!.testTo
  const limits = timedRun(
    tests.map(({ request }) => request),
    tests.map(({ data }) => data),
    timeLimitOption(options),
  )
  const result = timed(limits, () => walkForward(tests, score))
  return {
    result,
    plan,
    record,
    fields: open.fields,
    sweepPlan: open.plan,
    leftOver: end < to ? { from: end, to } : null,
    skipped: all.filter(fold => !folds.includes(fold)),
    notes: [
      ...testNotes(result),
      ...missNotes(outcome),
      ...notesOf(sourcedRequest(whole, tests[0]!.data), candles, {
        from: all[0]!.trainFrom,
        to: end,
      }),
    ],
  }
}

/** What is to be known of all candles that trainings and tests lie in. */
function notesOf(request: RunRequest, candles: Candles, { from, to }: Stretch): readonly string[] {
  const [first, end] = [indexAtOrAfter(candles, from), indexAtOrAfter(candles, to)]
  return dataWarnings(request, cutCandles(candles, first, end))
}

/** The objective of the trainings; a function of the user's need not bear a test without a score. */
async function testScore({ home }: Workspace, { plan }: OpenSweep): Promise<Objective['score']> {
  const [objective] = await loadObjectives(plan, home.cache)
  return (metrics, params) => {
    try {
      return objective!.score(metrics, params)
    } catch (error) {
      if (error instanceof AppError) return null
      throw error
    }
  }
}

function isBetter(trial: Trial, than: Trial | undefined): boolean {
  const score = trial.scores[0] ?? null
  return score !== null && (than === undefined || score > than.scores[0]!)
}

function stopped({ sweepId, trialsTotal }: SweepRecord): AppError {
  return new AppError(
    'SWEEP_STOPPED',
    `the trainings were stopped after ${counted(trialsTotal, 'set')}`,
    {
      hint: `the trials are stored as sweep ${sweepId}; begin again for a whole walk-forward`,
    },
  )
}

/** The pick over its test; a strategy that was not picked is never asked. */
function testRequest(field: Field, pick: Trial | null, fold: Fold): RunRequest {
  const request = pick === null ? field.base : field.requestFor(pick)
  const decideFrom = pick === null ? fold.testTo : null
  return { ...request, from: fold.testFrom, to: fold.testTo, warmFrom: null, decideFrom }
}

async function stretchOf(
  workspace: Workspace,
  request: RunRequest,
): Promise<{ from: Millis; to: Millis; candles: Candles }> {
  const { dataSet, candles } = await workspace.candles.load(
    sourcedSymbol(request),
    request.timeframe,
  )
  const end = dataSet.last + timeframeMs(request.timeframe)
  return {
    from: Math.max(request.from ?? dataSet.first, dataSet.first),
    to: Math.min(request.to ?? end, end),
    candles,
  }
}

/** A window with less than this share of its candles is a hole rather than a window. */
const FILLED_SHARE = 0.5

/** Whether training and test both have the candles that they would be judged by. */
function isFilled(candles: Candles, fold: Fold): boolean {
  const isEnough = (from: Millis, to: Millis): boolean => {
    const count = indexAtOrAfter(candles, to) - indexAtOrAfter(candles, from)
    return count >= (FILLED_SHARE * (to - from)) / candles.timeframeMs
  }
  return isEnough(fold.trainFrom, fold.trainTo) && isEnough(fold.testFrom, fold.testTo)
}

function emptyFolds({ symbol, timeframe }: RunRequest): AppError {
  return new AppError(
    'NO_CANDLES',
    `no fold of ${symbol} ${timeframe} has half of its candles in training and test`,
    { hint: 'assay data check shows the holes; give --from and --to between them' },
  )
}

/** A field for each training. */
async function openTrainings(
  workspace: Workspace,
  place: Place,
  options: WalkForwardOptions,
  folds: readonly Fold[],
): Promise<OpenSweep> {
  const settings = await readSettings(options, workspace.home.cache)
  const fields: SweepPlan['fields'][number][] = []
  const data: RunData[] = []
  const progress = new Progress(workspace.output, 'trainings prepared', folds.length)
  for (const { trainFrom, trainTo } of folds) {
    const window = { from: formatTime(trainFrom), to: formatTime(trainTo) }
    const field = await readField(workspace, place, { ...options, ...window }, settings)
    fields.push(field.plan)
    data.push(field.data)
    progress.show(fields.length)
  }
  progress.end()
  const plan: SweepPlan = { schema_version: 1, fields, ...settings }
  return { plan, fields: await openFields(plan, data, workspace.home.cache), data }
}

function readFoldPlan(options: WalkForwardOptions): FoldPlan {
  return {
    trainMs: lengthOption(options, 'train') ?? missing('train', '180d'),
    testMs: lengthOption(options, 'test') ?? missing('test', '30d'),
    isAnchored: isOn(options, 'anchored'),
    purgeMs: lengthOption(options, 'purge') ?? 0,
    embargoMs: lengthOption(options, 'embargo') ?? 0,
  }
}

function missing(name: 'train' | 'test', example: string): never {
  throw new AppError('USAGE', `${optionLabel(name)} is missing`, {
    hint: `for example ${optionLabel(name)} ${example}`,
  })
}

function lengthOption(
  options: WalkForwardOptions,
  name: 'train' | 'test' | 'purge' | 'embargo',
): Millis | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,3}[mhdw]$/.test(text)) return timeframeMs(text)
  throw new AppError(
    'INVALID_SETTING',
    `${optionLabel(name)} is "${text}", which is not a length of time`,
    {
      hint: `write a whole number and m, h, d or w: ${optionLabel(name)} 30d`,
    },
  )
}
