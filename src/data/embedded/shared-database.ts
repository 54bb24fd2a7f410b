import { AppError } from '../../core/errors.js'
import { openSocket, type Naming } from '../postgres/postgres.js'
import { describeDatabaseError } from '../postgres/postgres-errors.js'
import type { Database, Session, ShareLimits } from '../postgres/session.js'
import { requireSpace } from './disk-space.js'
import { isShared, socketFolder } from '../shared/socket-place.js'

/** Of a holder that has ended: with `before`, nothing was asked of it. */
const GONE = 'holder gone'
const GONE_BEFORE = 'holder gone before'

/**
 * Works with an embedded database that another process holds and shares. Where that process has ended
 * and nothing was asked of it, the database is opened anew.
 * @param folder of the embedded database
 * @param reopen opens the embedded database, held here or shared by yet another process
 * @returns undefined where nobody shares it
 */
export async function openShared(
  folder: string,
  reopen: () => Promise<Database>,
): Promise<Database | undefined> {
  const socket = socketFolder(folder)
  if (socket === undefined || !(await isShared(folder))) return undefined
  const first = withSpace(openSocket(socket, namingErrors(folder)), folder)
  return new Lasting(first, reopen)
}

/** Rows of a COPY come to the disk by another process, which this one asks for no more than it has. */
function withSpace(database: Database, folder: string): Database {
  const checked = (session: Session): Session => ({
    ...session,
    copyIn: (sql, chunks) => session.copyIn(sql, spaced(folder, chunks)),
  })
  return {
    ...database,
    ...checked(database),
    transaction: work => database.transaction(session => work(checked(session))),
  }
}

async function* spaced(
  folder: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  for await (const bytes of chunks) {
    requireSpace(folder, bytes.byteLength)
    yield bytes
  }
}

function namingErrors(folder: string): Naming {
  return async work => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Error && TOO_LATE.test(error.message)) throw busy(folder)
      const named = describeDatabaseError(error, `in "${folder}"`)
      throw named instanceof AppError && named.code === 'DATABASE_AWAY'
        ? gone(folder, named)
        : named
    }
  }
}

/** What the driver says of a connection that it has waited for in vain. */
const TOO_LATE = /timeout exceeded when trying to connect|connection timeout/i

function busy(folder: string): AppError {
  return new AppError(
    'DATABASE_BUSY',
    `the process that shares the embedded database in "${folder}" does not answer`,
    { hint: 'see what it does, and repeat the command; nothing was changed' },
  )
}

/** A connection that cannot be made has asked nothing of anybody. */
function gone(folder: string, { data }: AppError): AppError {
  const reason = String(data?.['reason'])
  const isBefore = reason === 'ECONNREFUSED' || reason === 'ENOENT'
  return new AppError(
    'DATABASE_AWAY',
    `the process that held the embedded database in "${folder}" has ended`,
    {
      hint: 'repeat the command; of what it was just storing, all is stored or nothing',
      data: { reason: isBefore ? GONE_BEFORE : GONE },
    },
  )
}

/** A database whose holder may end, and is then replaced. */
class Lasting implements Database {
  private current: Promise<Database>
  private readonly reopen: () => Promise<Database>
  private sharing: ShareLimits | undefined
  kind: Database['kind'] = 'shared'

  constructor(first: Database, reopen: () => Promise<Database>) {
    this.current = Promise.resolve(first)
    this.reopen = reopen
  }

  readonly query: Database['query'] = (sql, params) => this.on(one => one.query(sql, params))
  readonly execute: Database['execute'] = script => this.on(one => one.execute(script))
  readonly copyIn: Database['copyIn'] = (sql, chunks) => this.on(one => one.copyIn(sql, chunks))
  readonly transaction: Database['transaction'] = work => this.on(one => one.transaction(work))

  readonly copyOut: Database['copyOut'] = sql => this.rows(sql)

  readonly share: Database['share'] = async (limits = {}) => {
    this.sharing = limits
    await (await this.current).share(limits)
  }

  readonly within: Database['within'] = () => this

  readonly close = async (): Promise<void> => (await this.current).close()

  private async *rows(sql: string): AsyncIterable<Uint8Array> {
    await this.query('select 1')
    yield* (await this.current).copyOut(sql)
  }

  private async on<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const asked = this.current
    const database = await asked
    try {
      return await work(database)
    } catch (error) {
      const isBefore = error instanceof AppError && error.data?.['reason'] === GONE_BEFORE
      if (!isBefore) throw error
      // Of several that find it gone, the first opens it.
      if (this.current === asked) this.current = this.replace(database)
      return work(await this.current)
    }
  }

  private async replace(gone: Database): Promise<Database> {
    await gone.close().catch(() => undefined)
    const next = await this.reopen()
    if (this.sharing !== undefined) await next.share(this.sharing)
    this.kind = next.kind
    return next
  }
}
