import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'

/**
 * Properties draw the same cases at every run, so that a commit is judged by the commit alone.
 * `FC_SEED=random npm test` draws others; a failure prints the seed that repeats it.
 */
const seed = process.env['FC_SEED'] ?? '20260101'
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) })

/** What a file of tests leaves behind goes with it. */
const folder = mkdtempSync(join(process.env['ASSAY_TEST_SHARED']!, 'f-'))
chmodSync(folder, 0o711)
process.env['TMPDIR'] = folder
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
