import type { JobKind } from '../../core/ports/server/jobs.js'
import type { BacktestOptions } from '../backtest/input/run-options.js'
import type { PromoteOptions } from '../promotion/promote.js'
import type { SweepOptions } from '../sweep/input/search-options.js'
import type { ValidationOptions } from '../validation/validation.js'
import type { WalkForwardOptions } from '../walk-forward/walk-forward.js'
import type { Workspace } from '../workspace/compose.js'
import { knownError } from '../output/error-text.js'

/** What each kind of job is asked with: the options of the use case that it calls. */
export interface JobRequests {
  readonly run: BacktestOptions
  readonly sweep: SweepOptions
  readonly 'walk-forward': WalkForwardOptions
  readonly validation: ValidationOptions & { readonly reference: string }
  readonly promotion: PromoteOptions & { readonly run: string; readonly actor: string }
}

/** What a job is to do. */
export type JobRequest = {
  [K in JobKind]: { readonly kind: K; readonly request: JobRequests[K] }
}[JobKind]

/** Sets of a sweep that a job gives back; the others are read page by page. */
const SETS_SHOWN = 20

/**
 * Does what a job is asked to, as the command line does.
 * @returns what the command prints with `--json`
 * @throws AppError as the use case
 */
export async function doJob(workspace: Workspace, job: JobRequest): Promise<unknown> {
  switch (job.kind) {
    case 'run': {
      const { backtest } = await import('../backtest/backtest.js')
      const { json, unkept } = await backtest(workspace, job.request)
      if (unkept !== null) throw unkept
      return json
    }
    case 'sweep':
      return sweepAnswer(workspace, job.request)
    case 'walk-forward': {
      const { runWalkForward } = await import('../walk-forward/walk-forward.js')
      const { walkForwardJson } = await import('../walk-forward/walk-forward-text.js')
      return walkForwardJson(await runWalkForward(workspace, job.request))
    }
    case 'validation': {
      const { validate } = await import('../validation/validation.js')
      const { validationJson } = await import('../validation/validation-text.js')
      const { reference, ...options } = job.request
      return validationJson(await validate(workspace, reference, options))
    }
    case 'promotion': {
      const { promote } = await import('../promotion/promote.js')
      const { promotionJson } = await import('../promotion/promotion-text.js')
      const { run, actor, ...options } = job.request
      return promotionJson(await promote({ ...workspace, actor }, run, options))
    }
  }
}

/** The answer of a sweep goes out piece by piece, because there may be a million sets. */
async function sweepAnswer(workspace: Workspace, options: SweepOptions): Promise<unknown> {
  const { sweep } = await import('../sweep/sweep.js')
  const { answerSweep } = await import('../sweep/sweep-text.js')
  const pieces: string[] = []
  const output = { ...workspace.output, print: (text: string) => void pieces.push(text) }
  const finished = await sweep(workspace, options)
  await answerSweep({ ...workspace, output }, finished, { top: SETS_SHOWN, json: true })
  return JSON.parse(pieces.join('')) as unknown
}

/** What is told of a job that failed. */
export function problemOfJob(error: unknown): { code: string; message: string; hint: string } {
  const known = knownError(error)
  if (known !== undefined) {
    const { code, message, hint } = known
    return { code, message, hint }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'INTERNAL', message, hint: 'this looks like a bug in Assay' }
}
