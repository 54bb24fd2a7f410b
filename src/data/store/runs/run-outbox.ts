import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRecord, RunRepository } from '../../../core/ports/research/runs.js'
import { makeFolder } from '../../files/disk-errors.js'
import { removeLeftDrafts, writeWhole } from '../../files/draft.js'

/**
 * Finished runs on their way to the embedded database. Opening that takes longer than a run, so a
 * backtest leaves its record here, whole or not at all, and whatever opens the database next
 * delivers it. Delivering twice changes nothing: a run replaces itself.
 */
export interface RunOutbox {
  put(run: RunRecord): Promise<void>
  /** What is waiting, oldest first. */
  waiting(): Promise<readonly RunRecord[]>
  /** Saves what is waiting, oldest first, and removes it once it is saved. */
  deliver(runs: RunRepository): Promise<void>
}

export function createRunOutbox(folder: string): RunOutbox {
  return {
    put: run =>
      new Promise(done => {
        makeFolder(folder)
        removeLeftDrafts(folder)
        done(writeWhole(join(folder, `${run.runId}.json`), [JSON.stringify(run)]))
      }),
    waiting: async () => (await inOrder(folder)).map(({ run }) => run),
    deliver: async runs => {
      for (const { file, run } of await inOrder(folder)) {
        await runs.save(run)
        await rm(file, { force: true })
      }
    },
  }
}

async function inOrder(folder: string): Promise<{ file: string; run: RunRecord }[]> {
  const records = await Promise.all((await waiting(folder)).map(readRecord))
  return records
    .filter(entry => entry !== null)
    .sort((a, b) => (a.run.createdAt < b.run.createdAt ? -1 : 1))
}

async function waiting(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(name => name.endsWith('.json')).map(name => join(folder, name))
}

/** A file that somebody damaged is put aside, so that it stops nothing. */
async function readRecord(file: string): Promise<{ file: string; run: RunRecord } | null> {
  try {
    const run: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isRunRecord(run)) return { file, run }
  } catch {
    // Put aside below, as one that is no record; or delivered by another process meanwhile.
  }
  await rename(file, `${file}.damaged`).catch(ignoreMissing)
  return null
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

const TEXTS = ['runId', 'createdAt', 'strategy', 'symbol', 'timeframe', 'resultHash'] as const

/** Whether a record can be saved; what is inside of it is checked where it is used. */
function isRunRecord(value: unknown): value is RunRecord {
  const record = Object(value) as Readonly<Record<string, unknown>>
  return (
    TEXTS.every(name => typeof record[name] === 'string') &&
    [record['manifest'], record['metrics']].every(part => typeof part === 'object') &&
    [record['warnings'], record['trades']].every(Array.isArray)
  )
}
