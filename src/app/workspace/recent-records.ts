import { join } from 'node:path'
import type { RunRepository, RunSummary } from '../../core/ports/research/runs.js'
import type { SweepRecord, SweepRepository } from '../../core/ports/research/sweeps.js'
import {
  hasRecordList,
  readRecordList,
  RECORDS_KEPT,
  writeRecordList,
  type RecordList,
} from '../../data/cache/record-list.js'
import { isLocked } from '../../data/embedded/folder-lock.js'
import { isShared } from '../../data/shared/socket-place.js'
import type { Database } from '../../data/store/database.js'
import type { RunOutbox } from '../../data/store/runs/run-outbox.js'
import type { Home } from './home.js'
import type { Output } from '../output/output.js'

/** The newest runs and sweeps, for lists: while another process holds the
 * database and does not share it, as they were. */
export class RecentRecords {
  private readonly home: Home
  private readonly output: Output
  private readonly outbox: RunOutbox
  private isChanged = false

  constructor(home: Home, output: Output, outbox: RunOutbox) {
    this.home = home
    this.output = output
    this.outbox = outbox
  }

  /** The repository, of which it is noted that it saves. */
  noting<T extends RunRepository | SweepRepository>(repository: T): T {
    return {
      ...repository,
      save: (record: never) => {
        this.isChanged = true
        return repository.save(record)
      },
    }
  }

  /** Newest first; undefined where the database is to be asked. */
  async runs(limit: number): Promise<readonly RunSummary[] | undefined> {
    const known = await this.whileHeld()
    if (known === undefined) return undefined
    const waiting = await this.outbox.waiting()
    const delivered = new Set(waiting.map(({ runId }) => runId))
    const fresh = waiting.map(({ trades, manifest: _manifest, ...run }) => ({
      ...run,
      tradeCount: trades.length,
    }))
    const all = [...fresh, ...known.runs.filter(({ runId }) => !delivered.has(runId))]
    return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, limit)
  }

  /** Newest first; undefined where the database is to be asked. */
  async sweeps(limit: number): Promise<readonly SweepRecord[] | undefined> {
    return (await this.whileHeld())?.sweeps.slice(0, limit)
  }

  /** Writes what is in the database now, where this process has changed it. */
  async write(database: Database): Promise<void> {
    if (!this.isChanged && hasRecordList(this.home.folder)) return
    const { createRunRepository } = await import('../../data/store/runs/run-repository.js')
    const { createSweepRepository } = await import('../../data/store/sweeps/sweep-repository.js')
    writeRecordList(this.home.folder, {
      at: new Date().toISOString(),
      runs: await createRunRepository(database).list(RECORDS_KEPT),
      sweeps: await createSweepRepository(database).list(RECORDS_KEPT),
    })
  }

  private async whileHeld(): Promise<RecordList | undefined> {
    const { folder, databaseUrl } = this.home
    const database = join(folder, 'database')
    if (databaseUrl !== null || !(await isLocked(`${database}.lock`))) return undefined
    if (await isShared(database)) return undefined
    const known = readRecordList(folder)
    if (known === undefined) return undefined
    const at = known.at.slice(0, 19).replace('T', ' ')
    this.output.log(
      `another process works with the database: this list is of ${at} UTC, with the backtests made since`,
    )
    return known
  }
}
