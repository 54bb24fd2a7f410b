import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { writeWhole } from '../files/draft.js'
import { cacheFolder } from './cache-folder.js'
import { describeDatabaseError } from '../postgres/postgres-errors.js'
import type { PgliteAnswer, PgliteRequest } from './pglite-worker.js'

type Question<R = PgliteRequest> = R extends unknown ? Omit<R, 'id'> : never

/** A PGlite in a worker thread, so that it stores while the main thread reads and hashes. */
export interface PgliteClient {
  ask(question: Question): Promise<unknown>
  close(): Promise<void>
}

const SETTINGS = [
  // The default, 128 MB of shared memory, would be a fifth of what an import may take.
  'shared_buffers=32MB',
  'fsync=on',
  // What a large import leaves of the log is given back when it is done.
  'min_wal_size=32MB',
  'wal_recycle=off',
  // Its files know no fdatasync.
  'wal_sync_method=fsync',
]

/** Rows on their way die young; more room for them is only more memory. */
const YOUNG_MB = 8

/** PostgreSQL has functions whose optimising takes tens of megabytes: one after the other, not side by side. */
const COMPILATION = '--wasm-num-compilation-tasks=1'

export async function startPglite(folder: string): Promise<PgliteClient> {
  setFlagsFromString(COMPILATION)
  const worker = new Worker(await workerFile(), {
    workerData: { folder, settings: SETTINGS },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const waiting = new Map<number, { done: (value: unknown) => void; fail: (e: unknown) => void }>()
  let next = 0
  let broken: Error | undefined
  worker.unref()
  worker.on('message', ({ id, result, error }: PgliteAnswer) => {
    const question = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) worker.unref()
    if (error === undefined) return question?.done(result)
    const told = Object.assign(new Error(error.message), error)
    return question?.fail(describeDatabaseError(told, `in "${folder}"`))
  })
  const fail = (error: Error): void => {
    broken ??= error
    for (const question of waiting.values()) question.fail(broken)
    waiting.clear()
  }
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the embedded database has stopped')))
  const ask = (question: Question): Promise<unknown> => {
    if (broken !== undefined) return Promise.reject(broken)
    return new Promise((done, fail) => {
      waiting.set(next, { done, fail })
      worker.ref()
      const bytes = 'bytes' in question ? [question.bytes.buffer as ArrayBuffer] : []
      worker.postMessage({ ...question, id: next++ }, bytes)
    })
  }
  return {
    ask,
    close: async () => {
      if (broken === undefined) await ask({ kind: 'close' })
      await worker.terminate()
    },
  }
}

/** Built, the worker lies beside this file; in a checkout it is compiled when it has changed. */
async function workerFile(): Promise<string> {
  const built = fileURLToPath(new URL('pglite-worker.js', import.meta.url))
  if (existsSync(built)) return built
  const { buildSync } = await import('esbuild')
  const source = fileURLToPath(new URL('pglite-worker.ts', import.meta.url))
  const options = { bundle: true, format: 'esm', platform: 'node', packages: 'external' } as const
  const code = buildSync({ ...options, entryPoints: [source], write: false }).outputFiles[0]!.text
  const file = join(cacheFolder(), 'pglite-worker.mjs')
  if (existsSync(file) && readFileSync(file, 'utf8') === code) return file
  writeWhole(file, [code])
  return file
}
