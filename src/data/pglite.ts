import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../core/errors.js'
import type { Database, Row, Session } from './session.js'
import { isDiskError } from './disk-errors.js'
import { lockFolder } from './folder-lock.js'
import { type PgliteClient, startPglite } from './pglite-client.js'
import { createCluster } from './pglite-template.js'
import { describeDatabaseError } from './postgres-errors.js'

/**
 * Opens the embedded database in `folder`, creating it where there is none. One process at a time.
 * @throws AppError DATABASE_BUSY, DISK
 */
export async function openPglite(
  folder: string,
  onWait?: (message: string) => void,
): Promise<Database> {
  try {
    mkdirSync(dirname(folder), { recursive: true })
    return await openLocked(folder, await lockFolder(`${folder}.lock`, onWait))
  } catch (error) {
    throw describeDatabaseError(isDiskError(error) ? cannotWrite(folder, error) : error, folder)
  }
}

async function openLocked(folder: string, unlock: () => void): Promise<Database> {
  try {
    if (!existsSync(join(folder, 'PG_VERSION'))) {
      removeDrafts(folder)
      await createCluster(folder)
    }
    const client = await startPglite(folder)
    await client.ask({ kind: 'query', sql: 'select 1', params: [] })
    return databaseOf(client, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

function cannotWrite(folder: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error)
  return new AppError('DISK', `cannot write the database in "${folder}": ${reason}`, {
    hint: 'set ASSAY_HOME to a folder that you may write to, on a disk with 100 MB to spare',
  })
}

/** Folders left by a process that was killed while it created one. */
function removeDrafts(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.new-`)) {
      rmSync(join(dirname(folder), name), { recursive: true, force: true })
    }
  }
}

function databaseOf(client: PgliteClient, unlock: () => void): Database {
  const session = sessionOf(client)
  const oneAtATime = createQueue()
  return {
    kind: 'embedded',
    query: (sql, params) => oneAtATime(() => session.query(sql, params)),
    execute: script => oneAtATime(() => session.execute(script)),
    copyIn: (sql, chunks) => oneAtATime(() => inTransaction(session, s => s.copyIn(sql, chunks))),
    copyOut: async function* (sql) {
      yield* await oneAtATime(() => Promise.resolve(session.copyOut(sql)))
    },
    transaction: work => oneAtATime(() => inTransaction(session, work)),
    close: () =>
      oneAtATime(async () => {
        try {
          await client.close()
        } finally {
          unlock()
        }
      }),
  }
}

/** There is one connection: what comes during a transaction waits for its end. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }
}

function sessionOf(client: PgliteClient): Session {
  return {
    query: async (sql, params = []) =>
      (await client.ask({ kind: 'query', sql, params: [...params] })) as readonly Row[],
    execute: async script => void (await client.ask({ kind: 'execute', sql: script })),
    copyIn: async (sql, chunks) => {
      for await (const bytes of chunks) await client.ask({ kind: 'copyIn', sql, bytes: own(bytes) })
    },
    copyOut: async function* (sql) {
      yield (await client.ask({ kind: 'copyOut', sql })) as Uint8Array
    },
  }
}

/** Bytes that can be given away: small buffers of Node share their memory with others. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}

async function inTransaction<T>(
  session: Session,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await session.execute('begin')
  try {
    const result = await work(session)
    await session.execute('commit')
    return result
  } catch (error) {
    await session.execute('rollback').catch(() => undefined)
    throw error
  }
}
