import pg from 'pg'
import { from, to } from 'pg-copy-streams'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../core/errors.js'
import { hasStrayLogin } from './stray-login.js'
import type { Database, Param, Row, Session } from './session.js'
import { describeDatabaseError, isUnanswered } from './postgres-errors.js'

const VERSION_MIN = 130_000

/** How long others may have the one connection of an embedded database. */
const TURN_MS = 60_000

/** Every value as text, as the server wrote it. */
const AS_TEXT = { getTypeParser: () => (text: string) => text }

/**
 * Opens a pool of connections to a PostgreSQL server.
 * @throws AppError DATABASE_AWAY or DATABASE_VERSION
 */
export async function openPostgres(url: string): Promise<Database> {
  const where = placeOf(url)
  const named = namingErrors(where)
  const pool = poolOf({ connectionString: url })
  try {
    await named(() => requireVersion(pool, where))
  } catch (error) {
    await pool.end()
    throw error
  }
  return databaseOf(pool, named, 'postgres')
}

/**
 * Opens connections to an embedded database that another process shares.
 * @param folder of the socket
 * @param named turns what goes wrong into what a user can act on
 */
export function openSocket(folder: string, named: Naming): Database {
  const place = { host: folder, port: 5432, user: 'assay', database: 'assay', password: '' }
  return databaseOf(
    poolOf({ ...place, ssl: false, connectionTimeoutMillis: TURN_MS }),
    named,
    'shared',
  )
}

function poolOf(place: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    max: 4,
    connectionTimeoutMillis: 10_000,
    ...place,
    // Pool configuration is untyped for custom types beyond getTypeParser; text suits every type.
    types: AS_TEXT as unknown as pg.CustomTypesConfig,
  })
  // An idle connection that breaks is reported by the next query that needs one.
  pool.on('error', () => undefined)
  return pool
}

function databaseOf(
  pool: pg.Pool,
  named: Naming,
  kind: Database['kind'],
  limit: AnswerLimit = {},
): Database {
  return {
    kind,
    query: (sql, params) => named(() => queryOn(pool, sql, params, limit)),
    execute: script => named(() => executeOn(pool, script, limit)),
    copyIn: (sql, chunks) => withClient(pool, named, client => copyInto(client, sql, chunks)),
    copyOut: sql => copyOutOfPool(pool, named, sql),
    transaction: work => withClient(pool, named, client => inTransaction(client, work, limit)),
    share: () => Promise.resolve(),
    within: answerMs => databaseOf(pool, named, kind, { query_timeout: answerMs }),
    close: () => pool.end(),
  }
}

/** Does work, and names what goes wrong. */
export type Naming = <T>(work: () => Promise<T>) => Promise<T>

function namingErrors(where: string): Naming {
  return async work => {
    try {
      return await work()
    } catch (error) {
      throw describeDatabaseError(error, where)
    }
  }
}

/** Host, port and name of a database; what else stands in the URL stays secret. */
function placeOf(url: string): string {
  try {
    const { protocol, hostname, port, pathname } = new URL(url)
    if (!/^postgres(ql)?:$/.test(protocol)) throw new Error('protocol')
    if (hasStrayLogin(url)) throw new Error('login')
    return `"${decodeURIComponent(pathname.slice(1))}" at ${hostname || 'localhost'}:${port || '5432'}`
  } catch {
    throw new AppError('DATABASE_AWAY', 'DATABASE_URL is not a PostgreSQL address', {
      hint: 'write it as postgres://user:password@host:5432/name, special characters percent-encoded; or unset it for the embedded database',
    })
  }
}

async function requireVersion(pool: pg.Pool, where: string): Promise<void> {
  const [row] = await queryOn(pool, 'show server_version_num')
  const version = Number(row?.['server_version_num'])
  if (version >= VERSION_MIN) return
  throw new AppError(
    'DATABASE_VERSION',
    `the server of ${where} is PostgreSQL ${Math.floor(version / 10_000)}; Assay needs ${VERSION_MIN / 10_000} or newer`,
    { hint: 'upgrade the server, or unset DATABASE_URL for the embedded database' },
  )
}

/** How long a statement may take, as the driver calls it; without it, as long as it takes. */
interface AnswerLimit {
  readonly query_timeout?: number
}

interface Queryable {
  query(
    config: pg.QueryConfig & AnswerLimit,
  ): Promise<pg.QueryResult<Record<string, string | null>>>
}

async function queryOn(
  on: Queryable,
  sql: string,
  params: readonly Param[] = [],
  limit: AnswerLimit = {},
): Promise<readonly Row[]> {
  return (await on.query({ text: sql, values: [...params], ...limit })).rows
}

async function executeOn(on: Queryable, script: string, limit: AnswerLimit): Promise<void> {
  await on.query({ text: script, ...limit })
}

async function withClient<T>(
  pool: pg.Pool,
  named: Naming,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return named(async () => {
    const client = await pool.connect()
    // A server that goes away mid-way also emits 'error', which unheard would end the process.
    const ignore = (): undefined => undefined
    client.on('error', ignore)
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      client.release(true)
      throw error
    } finally {
      client.off('error', ignore)
    }
  })
}

async function inTransaction<T>(
  client: pg.PoolClient,
  work: (session: Session) => Promise<T>,
  limit: AnswerLimit,
): Promise<T> {
  await executeOn(client, 'begin', limit)
  try {
    const result = await work(sessionOf(client, limit))
    await executeOn(client, 'commit', limit)
    return result
  } catch (error) {
    // The connection is thrown away after an error, which also rolls back.
    if (!isUnanswered(error)) await executeOn(client, 'rollback', limit).catch(() => undefined)
    throw error
  }
}

function sessionOf(client: pg.PoolClient, limit: AnswerLimit): Session {
  return {
    query: (sql, params) => queryOn(client, sql, params, limit),
    execute: script => executeOn(client, script, limit),
    copyIn: (sql, chunks) => copyInto(client, sql, chunks),
    copyOut: sql => client.query(to(sql)),
  }
}

async function copyInto(
  client: pg.PoolClient,
  sql: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  await pipeline(Readable.from(chunks, { objectMode: false }), client.query(from(sql)))
}

async function* copyOutOfPool(
  pool: pg.Pool,
  named: Naming,
  sql: string,
): AsyncIterable<Uint8Array> {
  const client = await named(() => pool.connect())
  let finished = false
  try {
    for await (const chunk of client.query(to(sql))) yield chunk as Uint8Array
    finished = true
  } finally {
    client.release(!finished)
  }
}
