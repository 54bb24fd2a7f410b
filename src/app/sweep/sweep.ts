import { counted } from '../../core/number-format.js'
import { sweepSubject } from './sweep-subject.js'
import { noSets, sweepNotes } from '../../backtest/sweep/plan/sweep-notes.js'
import {
  dataNotes,
  sweepNames,
  sweepPageData,
} from '../../backtest/sweep/tally/sweep-page-source.js'
import { SweepTally } from '../../backtest/sweep/tally/sweep-tally.js'
import { runSweep, type SweepOutcome, type SweepParts } from '../../backtest/sweep/sweep.js'
import { missNotes } from '../../backtest/sweep/trials/trial-misses.js'
import type { Trial } from '../../backtest/sweep/trials/trial.js'
import { contentHash } from '../../backtest/run/record/result-hash.js'
import { AppError } from '../../core/errors.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import { readResources } from './input/resources.js'
import type { Workspace } from '../workspace/compose.js'
import { isOn, numberOption, textOption } from '../options/options.js'
import type { SweepOptions } from './input/search-options.js'
import { Progress, durationText } from '../output/progress.js'
import { writeAsked } from '../backtest/run-execution.js'
import { readReportPath } from '../backtest/report-path.js'
import { interruptibly } from '../strategy/guard/time-limit.js'
import { Planning } from './input/planning.js'
import { allowsOf, countSets } from './input/allowed-sets.js'
import { readSweep, type OpenSweep } from './input/sweep-input.js'
import { loadObjectives } from './input/sweep-objectives.js'
import { resumeSweep } from './sweep-resume.js'
import { queueRunner, threadRunner } from './threads/sweep-runners.js'
import { StoredTrials, TrialStore } from './stored/sweep-store.js'

/** A sweep that has run, as far as it came. */
export interface FinishedSweep {
  readonly record: SweepRecord
  readonly tally: SweepTally
  readonly page: string | null
  /** What is to be known of the candles and of what was asked. */
  readonly notes: readonly string[]
}

/** Runs or goes on with a sweep: evaluates, stores, and writes its page. */
export async function sweep(workspace: Workspace, options: SweepOptions): Promise<FinishedSweep> {
  const resumed = textOption(options, 'resume')
  const path = readReportPath(options)
  const before = resumed === undefined ? null : await resumeSweep(workspace, resumed, options)
  const open = before?.open ?? (await readSweep(workspace, options))
  const said = sweepNotes(open.plan, open.fields)
  for (const note of said) workspace.output.log(note)
  const { record, tally, outcome } = await runOpenSweep(workspace, open, options, {
    before: before?.record ?? null,
  })
  const { plan, fields } = open
  const data = sweepPageData({ sweepId: record.sweepId, plan, outcome }, fields, tally)
  const page = await writeAsked(
    workspace,
    { path, name: `sweep-${data.sweepId}`, subject: sweepSubject(record, tally) },
    async (target, beside) => {
      const { writeSweepPage } = await import('../../report/model/sweep/sweep-page.js')
      await writeSweepPage(data, target, beside)
    },
  )
  return { record, tally, page, notes: [...said, ...missNotes(outcome), ...dataNotes(fields)] }
}

/** A sweep that was evaluated and stored. */
export interface EvaluatedSweep {
  readonly record: SweepRecord
  readonly tally: SweepTally
  readonly outcome: SweepOutcome
}

/** Evaluates the trials of an open sweep and stores them. `before` is what is stored of it already. */
export async function runOpenSweep(
  workspace: Workspace,
  open: OpenSweep,
  options: SweepOptions,
  {
    before = null,
    onTrial,
  }: { before?: SweepRecord | null; onTrial?: (trial: Trial) => void } = {},
): Promise<EvaluatedSweep> {
  const sweepId = contentHash(open.plan).slice(0, 16)
  const draft = { ...(before ?? draftRecord(sweepId, open)), status: 'running' as const }
  checkSize(workspace, open, options)
  const stop = stopOnInterrupt(workspace)
  const parts = await partsOf(workspace, open, options, stop)
  const tally = new SweepTally(open.plan, open.fields)
  const isResumed = before !== null
  const evaluation = { open, draft, parts, tally, isResumed, onTrial }
  const outcome = await evaluate(workspace, evaluation).finally(stop.forget)
  const record = recordAfter(draft, outcome)
  await (await workspace.sweeps()).save(record)
  return { record, tally, outcome }
}

/** What is to come, said before it begins. @throws AppError TOO_MANY_TRIALS */
function checkSize(
  { output }: Workspace,
  { plan, fields }: OpenSweep,
  options: SweepOptions,
): void {
  const most = numberOption(options, 'maxTrials', { min: 1, max: 2 ** 53 - 1, whole: true }) ?? 1e6
  const planning = new Planning(output)
  const allows = allowsOf(plan, fields, planning)
  let [sets, evaluations] = [0, 0]
  for (const [k, field] of fields.entries()) {
    const counted = countSets(field, point => allows(k, point))
    const own = Math.min(counted.sets, plan.trials ?? Infinity)
    if (counted.sets === 0) throw noSets(plan, field)
    sets += own
    evaluations += own * field.candles.length
  }
  planning.end()
  if (sets > most) {
    throw new AppError(
      'TOO_MANY_TRIALS',
      `the sweep has ${sets.toLocaleString('en-US')} sets (${evaluations.toPrecision(3)} candle evaluations), but --max-trials is ${most.toLocaleString('en-US')}`,
      {
        hint: `take larger steps, draw some with --method sobol --trials 1000${sets > Number.MAX_SAFE_INTEGER ? '' : `, or give --max-trials ${sets}`}`,
      },
    )
  }
  const { workers } = readResources(options)
  const seconds = evaluations / (USUAL_RATE * workers)
  output.log(
    `${sets.toLocaleString('en-US')} sets, ${(evaluations / 1e6).toFixed(1)} M candle evaluations, about ${durationText(seconds)} at ${USUAL_RATE / 1e6} M/s a worker`,
  )
}

/** Candle evaluations a second and worker that an estimate before the first trial goes by. */
const USUAL_RATE = 25e6

async function partsOf(
  workspace: Workspace,
  open: OpenSweep,
  options: SweepOptions,
  { signal, proposing }: Stop,
): Promise<Omit<SweepParts, 'take'>> {
  const { plan, fields } = open
  const planning = new Planning(workspace.output)
  return {
    plan,
    fields,
    objectives: await loadObjectives(plan, workspace.home.cache),
    allows: allowsOf(plan, fields, planning),
    propose: search => {
      planning.begin()
      return proposing(() => search.next()) ?? null
    },
    runner: isOn(options, 'distributed')
      ? await queueRunner(workspace, plan, signal)
      : threadRunner(workspace, open, options),
    signal,
  }
}

interface Evaluation {
  readonly open: OpenSweep
  readonly draft: SweepRecord
  readonly parts: Omit<SweepParts, 'take'>
  readonly tally: SweepTally
  readonly isResumed: boolean
  readonly onTrial: ((trial: Trial) => void) | undefined
}

/** When a sweep is noted that has not stored a batch by then: sooner it is over, or killed with little done. */
const NOTE_MS = 3000

/** When it is said that sets are still being stored. */
const STORING_MS = 1000

/** Goes through the sweep. Whatever stops it, what is done is stored, and the sweep can be resumed. */
async function evaluate(
  workspace: Workspace,
  { open, draft, parts, tally, isResumed, onTrial }: Evaluation,
): Promise<SweepOutcome> {
  const { sweepId } = draft
  const openRepository = once(async () => {
    const sweeps = await workspace.sweeps()
    await sweeps.save(draft)
    return sweeps
  })
  // Noted before its first batch, but not at once: opening the database takes a core from the trials.
  const noting = setTimeout(() => void openRepository().catch(() => {}), NOTE_MS)
  const store = new TrialStore(openRepository, sweepId, open.fields)
  const stored = isResumed ? new StoredTrials(await openRepository(), sweepId) : null
  const total = open.fields.reduce(
    (sum, { space }) => sum + Math.min(space.size, open.plan.trials ?? Infinity),
    0,
  )
  const progress = new Progress(workspace.output, 'sets', total)
  try {
    const outcome = await runSweep({
      ...parts,
      ...(stored && { stored: (first, count) => stored.read(first, count) }),
      take: async batch => {
        tally.add(batch)
        if (onTrial) for (let k = 0; k < batch.count; k++) onTrial(batch.trialAt(k))
        progress.show(tally.trials, bestText(tally))
        await store.add(batch)
      },
    })
    clearTimeout(noting)
    progress.end()
    await parts.runner.close()
    const storing = setTimeout(() => workspace.output.log('storing the last sets'), STORING_MS)
    await store.flush().finally(() => clearTimeout(storing))
    return outcome
  } catch (error) {
    clearTimeout(noting)
    progress.end()
    await parts.runner.close()
    await store
      .flush()
      .then(() => openRepository())
      .then(
        sweeps => sweeps.save({ ...draft, status: 'stopped', trialsTotal: tally.trials }),
        () => undefined,
      )
    workspace.output.log(
      `stopped after ${counted(tally.trials, 'set')}; go on with assay sweep --resume ${sweepId}`,
    )
    throw error
  }
}

function bestText(tally: SweepTally): string {
  const best = tally.leaders.list[0]?.scores[0]
  return best === undefined || best === null ? '' : `best ${Number(best.toPrecision(4))}`
}

interface Stop {
  readonly signal: AbortSignal
  /** Does work that holds the process: Ctrl-C ends it too, and undefined is given. */
  readonly proposing: <T extends object>(work: () => T) => T | undefined
  readonly forget: () => void
}

/** The first Ctrl-C ends the sweep in order; the second ends the process. */
function stopOnInterrupt({ output }: Workspace): Stop {
  const controller = new AbortController()
  const stop = (): void => {
    output.log('stopping: what runs is finished and stored (again to stop at once)')
    controller.abort()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  return {
    signal: controller.signal,
    proposing: work => {
      // While it holds the process nobody would hear the signal; then it ends the process itself.
      process.off('SIGTERM', stop)
      try {
        return interruptibly(work)
      } finally {
        process.once('SIGTERM', stop)
      }
    },
    forget: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

function draftRecord(sweepId: string, { plan, fields }: OpenSweep): SweepRecord {
  return {
    sweepId,
    createdAt: new Date().toISOString(),
    status: 'running',
    ...sweepNames(fields),
    objective: plan.objectives.join(', '),
    manifest: plan,
    trialsTotal: 0,
    trialsFailed: 0,
    sweepHash: null,
    seconds: 0,
    candleEvaluations: 0,
  }
}

function recordAfter(draft: SweepRecord, outcome: SweepOutcome): SweepRecord {
  return {
    ...draft,
    status: outcome.sweepHash === null ? 'stopped' : 'complete',
    trialsTotal: outcome.trials,
    trialsFailed: outcome.failed,
    sweepHash: outcome.sweepHash,
    seconds: draft.seconds + outcome.seconds,
    candleEvaluations: draft.candleEvaluations + outcome.candleEvaluations,
  }
}
