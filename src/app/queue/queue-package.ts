import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SweepPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import { AppError } from '../../core/errors.js'
import { planSchema } from '../records/manifest-schema.js'
import { KEY_PREFIX } from './queue-connection.js'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const packageSchema = z.strictObject({
  plan: planSchema.refine(
    ({ fields }) => fields.every(({ base }) => base.strategies.length === 1),
    'a field has one strategy',
  ),
  files: z.array(z.strictObject({ path: z.string(), source_hash: hash, code: z.string() })),
})

/** A user's file with its neighbours as one module, under the path that manifests record. */
interface ShippedFile {
  readonly path: string
  readonly source_hash: string
  readonly code: string
}

/** All that a worker needs of a sweep besides candles: sent once, not with each chunk. */
export interface SweepPackage {
  readonly plan: SweepPlan
  readonly files: readonly ShippedFile[]
}

/** Seconds after which a package is gone whose coordinator no longer renews it. */
export const PACKAGE_SECONDS = 30

/** Where the package of a sweep lies. */
export function packageKey(sweep: string): string {
  return `${KEY_PREFIX}:sweep:${sweep}`
}

/** Packs a plan with the files of its strategies. @throws AppError STRATEGY_FILE, SWEEP_CHANGED */
export async function packSweep(plan: SweepPlan): Promise<string> {
  const files = new Map<string, ShippedFile>()
  for (const { base } of plan.fields) {
    for (const { file, source_hash: expected } of base.strategies) {
      if (file !== null) files.set(file, await packFile(file, expected))
    }
  }
  return JSON.stringify({ plan, files: [...files.values()] } satisfies SweepPackage)
}

async function packFile(path: string, expected: string): Promise<ShippedFile> {
  const { bundleFile } = await import('../strategy/strategy-file.js')
  const code = await bundleFile(path)
  if (sourceHash(code) === expected) return { path, source_hash: expected, code }
  throw new AppError('SWEEP_CHANGED', `strategy file "${path}" has changed meanwhile`, {
    hint: 'put it back as it was, or begin a new sweep',
  })
}

/**
 * What a coordinator packed. Redis is shared, so nothing of it is believed: files are what their
 * hash says, and a strategy in a file comes from the package or not at all.
 * @throws AppError WORKER_FAILED
 */
export function parsePackage(text: string): SweepPackage {
  const parsed = packageSchema.safeParse(parseJson(text))
  if (!parsed.success) throw broken(z.prettifyError(parsed.error))
  const { plan, files } = parsed.data
  const known = new Map(files.map(file => [file.path, file]))
  for (const { base } of plan.fields) {
    for (const { file, source_hash: expected } of base.strategies) {
      if (file === null) continue
      const own = known.get(file)
      if (own === undefined) throw broken(`strategy file "${file}" is not in it`)
      if (own.source_hash !== expected || sourceHash(own.code) !== expected) {
        throw broken(`strategy file "${file}" is not the one that the sweep began with`)
      }
    }
  }
  return { plan, files }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function broken(problem: string): AppError {
  return new AppError('WORKER_FAILED', `what Redis holds of the sweep is not valid: ${problem}`, {
    hint: 'use the same version of Assay on all machines, and a Redis that nobody else writes to',
  })
}

function sourceHash(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}
