import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '../../src/data/embedded/folder-lock.js'
import { assayProcess, scratch } from './assay.js'
import { importMarkets } from './sweep-candles.js'

/** A scratch folder after `assay demo`: its home holds the sample, and one run of it. */
export function demoFolder(): Promise<string> {
  return prepared('demo', async folder => {
    const { code, err } = await assayProcess(folder, 'demo')
    if (code !== 0) throw new Error(`assay demo exited with ${code}: ${err}`)
  })
}

/** A scratch folder whose home holds two random markets. */
export function marketsFolder(): Promise<string> {
  return prepared('markets', importMarkets)
}

const LONGEST_MS = 120_000

/** A copy of a folder that the first to ask makes, once a run of the tests. */
async function prepared(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const original = join(process.env['ASSAY_TEST_SHARED']!, name)
  const release = await lockFolder(`${original}.lock`, { waitMs: LONGEST_MS })
  try {
    if (!existsSync(original)) {
      const draft = `${original}.draft`
      mkdirSync(draft)
      await make(draft)
      renameSync(draft, original)
    }
  } finally {
    release()
  }
  const folder = scratch()
  cpSync(original, folder, { recursive: true })
  return folder
}
