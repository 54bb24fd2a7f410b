import type { z } from 'zod'
import {
  isPortfolioManifest,
  type PortfolioManifest,
} from '../../backtest/portfolio/portfolio-manifest.js'
import type { Manifest } from '../../backtest/run/record/manifest.js'
import type { SweepPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import { AppError } from '../../core/errors.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import {
  manifestSchema,
  planSchema,
  portfolioSchema,
  shownFieldsSchema,
} from './manifest-schema.js'

type StoredRun = Pick<RunRecord, 'runId' | 'manifest'>
type StoredSweep = Pick<SweepRecord, 'sweepId' | 'manifest'>
type ShownField = z.infer<typeof shownFieldsSchema>['fields'][number]

/**
 * The manifest of a stored run, whole and checked.
 * @throws AppError USAGE for a portfolio, BAD_RECORD for one that is damaged or of another version
 */
export function manifestOfRun(run: StoredRun): Manifest {
  refusePortfolio(run)
  return readStored(manifestSchema, run.manifest, `the manifest of run ${run.runId}`)
}

/** The manifest of a stored portfolio; null for a run of one symbol. @throws AppError BAD_RECORD */
export function portfolioOfRun({ runId, manifest }: StoredRun): PortfolioManifest | null {
  if (!isPortfolioManifest(manifest)) return null
  return readStored(portfolioSchema, manifest, `the manifest of run ${runId}`)
}

/** The plan of a stored sweep, whole and checked. @throws AppError BAD_RECORD */
export function planOfSweep({ sweepId, manifest }: StoredSweep): SweepPlan {
  return readStored(planSchema, manifest, `the plan of sweep ${sweepId}`)
}

/** The fields of a stored sweep as far as they are shown; none where none are stored. @throws AppError BAD_RECORD */
export function shownFields({ sweepId, manifest }: StoredSweep): readonly ShownField[] {
  return readStored(shownFieldsSchema, manifest, `the plan of sweep ${sweepId}`).fields
}

/** @throws AppError USAGE for a portfolio, where a run of one symbol is needed */
export function refusePortfolio({ manifest }: StoredRun): void {
  if (!isPortfolioManifest(manifest)) return
  throw new AppError('USAGE', `the run of ${manifest.symbol} is a portfolio, not a backtest`, {
    hint: 'assay runs show, runs compare and runs verify work on portfolios; the rest takes a run of assay backtest',
  })
}

/** What is stored, as the type that it should have. `what` names it. @throws AppError BAD_RECORD */
export function readStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const field = path.join('.')
  throw badRecord(what, `${field === '' ? 'it' : field} ${valueAt(value, path)}: ${plain(message)}`)
}

/** @returns the error of a record that cannot be read; `problem` names field and value */
export function badRecord(what: string, problem: string): AppError {
  return new AppError('BAD_RECORD', `${what} cannot be read: ${problem}`, {
    hint: 'it was damaged, or stored by another version of Assay: make it again, or use that version',
  })
}

const SHOWN_MAX = 60

function valueAt(value: unknown, path: readonly PropertyKey[]): string {
  let found = value
  for (const key of path) found = (Object(found) as Record<PropertyKey, unknown>)[key]
  if (found === undefined) return 'is missing'
  const text = JSON.stringify(found)
  return `is ${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}`
}

/** `Invalid input: expected number, received string` as `expected number`. */
function plain(message: string): string {
  return message.replace(/^(Invalid|Too)[^:]*: /, '').replace(/, received .*$/, '')
}
