import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary } from '../../core/ports/research/runs.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import { isDiskError } from '../files/disk-errors.js'
import { writeWhole } from '../files/draft.js'

/** The newest runs and sweeps of the embedded database as they were at a time. */
export interface RecordList {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Newest first. */
  readonly runs: readonly RunSummary[]
  readonly sweeps: readonly SweepRecord[]
}

/** Runs and sweeps that are kept beside the database. */
export const RECORDS_KEPT = 200

const VERSION = 1

/** Writes them beside the database. On a disk that is full the last ones stay. */
export function writeRecordList(home: string, list: RecordList): void {
  try {
    writeWhole(fileOf(home), [JSON.stringify({ version: VERSION, ...list })])
  } catch (error) {
    if (!isDiskError(error)) throw error
  }
}

/** What was written last; undefined where nothing was, or nothing that can be read. */
export function readRecordList(home: string): RecordList | undefined {
  try {
    const list = JSON.parse(readFileSync(fileOf(home), 'utf8')) as RecordList & { version: number }
    const isWhole =
      list.version === VERSION && Array.isArray(list.runs) && Array.isArray(list.sweeps)
    return isWhole ? list : undefined
  } catch {
    return undefined
  }
}

/** Whether there is one. */
export function hasRecordList(home: string): boolean {
  return statSync(fileOf(home), { throwIfNoEntry: false }) !== undefined
}

function fileOf(home: string): string {
  return join(home, 'records.json')
}
