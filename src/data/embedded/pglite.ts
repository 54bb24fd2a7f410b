import { existsSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../core/errors.js'
import type { Database, Row, Session } from '../postgres/session.js'
import { describeDiskError, isDiskError, makeFolder } from '../files/disk-errors.js'
import { removeLeftDrafts } from '../files/draft.js'
import { type FolderLock, lockFolder } from './folder-lock.js'
import { type PgliteClient, startPglite } from './pglite-client.js'
import { createCluster } from './pglite-template.js'
import { giveBackSpace, requireSpace } from './disk-space.js'
import { type Share, share } from '../shared/share.js'
import type { Engine } from '../shared/shared-session.js'
import { describeDatabaseError } from '../postgres/postgres-errors.js'

/** What is told of an embedded database. */
export interface PgliteHooks {
  /** Another process holds it, and is waited for. */
  readonly onWait?: ((message: string) => void) | undefined
  /** It is held, and not yet open. */
  readonly onHeld?: () => void
  /** What to work with while another process holds it, if there is something. */
  readonly instead?: () => Promise<Database | undefined>
  /** Another process has changed something through this one, which still has the word. */
  readonly onSharedChange?: (session: Session) => Promise<void>
  /** It is closed in good order, and still held. */
  readonly onClosed?: () => void
}

/**
 * Opens the embedded database in `folder`, creating it where there is none. One process at a time.
 * @throws AppError DATABASE_BUSY, DISK
 */
export async function openPglite(folder: string, hooks: PgliteHooks = {}): Promise<Database> {
  try {
    makeFolder(dirname(folder))
    const { onWait, instead } = hooks
    const lock = await lockFolder<Database>(`${folder}.lock`, { onWait, instead })
    return typeof lock === 'function' ? await openLocked(folder, lock, hooks) : lock
  } catch (error) {
    throw cannotWrite(folder, error) ?? describeDatabaseError(error, `in "${folder}"`)
  }
}

async function openLocked(folder: string, lock: FolderLock, hooks: PgliteHooks): Promise<Database> {
  try {
    removeLeftDrafts(dirname(folder))
    hooks.onHeld?.()
    if (!existsSync(join(folder, 'PG_VERSION'))) {
      removeDrafts(folder)
      await createCluster(folder)
    }
    return databaseOf(fenced(await startCluster(folder), lock, folder), {
      folder,
      unlock: lock,
      hooks,
    })
  } catch (error) {
    lock()
    throw error
  }
}

/** A database that another process has taken over is asked for nothing more. */
function fenced(client: PgliteClient, lock: FolderLock, folder: string): PgliteClient {
  return {
    ...client,
    ask: question => (lock.isMine() ? client.ask(question) : Promise.reject(takenOver(folder))),
  }
}

function takenOver(folder: string): AppError {
  return new AppError(
    'DATABASE_BUSY',
    `another process has taken over the embedded database in "${folder}"`,
    { hint: 'this process showed no sign of life for a while; repeat the command' },
  )
}

/** Below this a start fails for want of space: it writes a log segment and its own files. */
const SPACE_NEEDED_MB = 32

/** PGlite reports a disk without space as a start that failed, and no more. */
async function startCluster(folder: string): Promise<PgliteClient> {
  try {
    const client = await startPglite(folder)
    await client.ask({ kind: 'query', sql: 'select 1', params: [] })
    return client
  } catch (error) {
    if (error instanceof AppError || describeDiskError(error) !== undefined) throw error
    throw cannotStart(folder, error)
  }
}

function cannotStart(folder: string, error: unknown): AppError {
  const { bavail, bsize } = statfsSync(folder)
  const freeMb = Math.floor((bavail * bsize) / 1e6)
  const why =
    freeMb < SPACE_NEEDED_MB
      ? `probably no space is left: ${freeMb} MB are free`
      : error instanceof Error
        ? error.message
        : 'its files cannot be read or written'
  return new AppError('DISK', `the embedded database in "${folder}" cannot start: ${why}`, {
    hint: 'free some space and see that you may write to the folder; only then, if it still cannot start, move it away and import again',
    cause: error,
  })
}

function cannotWrite(folder: string, error: unknown): AppError | undefined {
  if (!isDiskError(error)) return undefined
  // The lock and the draft beside the folder are no business of the user's.
  const isOurs = error.path === undefined || error.path.startsWith(`${folder}.`)
  const known = describeDiskError(error, isOurs ? folder : error.path)!
  return new AppError('DISK', `cannot use the embedded database: ${known.message}`, {
    hint: 'free space there, or set ASSAY_HOME to a folder that you may write to, on a disk with 100 MB to spare',
    data: known.data,
    cause: error,
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

function databaseOf(
  client: PgliteClient,
  {
    folder,
    unlock,
    hooks,
  }: { readonly folder: string; readonly unlock: () => void; readonly hooks: PgliteHooks },
): Database {
  const session = sessionOf(client, folder)
  const oneAtATime = createQueue()
  let shared: Promise<Share | undefined> | undefined
  const engineOf = (parameters: Engine['parameters']): Engine => ({
    parameters,
    turn: oneAtATime,
    protocol: async bytes =>
      Buffer.from(
        (await client.ask({ kind: 'protocol', bytes: new Uint8Array(bytes) })) as Uint8Array,
      ),
    onChange: async () => hooks.onSharedChange?.(session),
  })
  const database: Database = {
    kind: 'embedded',
    query: (sql, params) => oneAtATime(() => session.query(sql, params)),
    execute: script => oneAtATime(() => session.execute(script)),
    copyIn: (sql, chunks) =>
      oneAtATime(() => inTransaction(session, folder, s => s.copyIn(sql, chunks))),
    copyOut: async function* (sql) {
      yield* await oneAtATime(() => Promise.resolve(session.copyOut(sql)))
    },
    transaction: work => oneAtATime(() => inTransaction(session, folder, work)),
    share: async limits => {
      shared ??= oneAtATime(() => toldParameters(session)).then(parameters =>
        share(folder, engineOf(parameters), limits),
      )
      await shared
    },
    close: async () => {
      await (await shared?.catch(() => undefined))?.close()
      return oneAtATime(async () => {
        try {
          await client.close()
          hooks.onClosed?.()
        } finally {
          unlock()
        }
      })
    },
    within: () => database,
  }
  return database
}

/** What a server says of itself to each client. */
const TOLD = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'DateStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
]

async function toldParameters(session: Session): Promise<Engine['parameters']> {
  const rows = await session.query(
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [TOLD],
  )
  return Object.fromEntries(rows.map(row => [row['name']!, row['value']!]))
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

function sessionOf(client: PgliteClient, folder: string): Session {
  return {
    query: async (sql, params = []) =>
      (await client.ask({ kind: 'query', sql, params: [...params] })) as readonly Row[],
    execute: async script => void (await client.ask({ kind: 'execute', sql: script })),
    copyIn: async (sql, chunks) => {
      for await (const bytes of chunks) {
        requireSpace(folder, bytes.byteLength)
        await client.ask({ kind: 'copyIn', sql, bytes: own(bytes) })
      }
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
  folder: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await session.execute('begin')
  try {
    const result = await work(session)
    await session.execute('commit')
    return result
  } catch (error) {
    await session.execute('rollback').catch(() => undefined)
    if (error instanceof AppError && error.code === 'DISK') await giveBackSpace(session, folder)
    throw error
  }
}
