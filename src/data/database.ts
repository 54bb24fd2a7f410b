import { join } from 'node:path'
import { migrate } from './migrate.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'

/** A row as both databases give it: text, whatever the type, so that no digit is lost. */
export type Row = Readonly<Record<string, string | null>>
export type Param = string | number | boolean | null | readonly string[]

/** What may be asked of a database, inside a transaction or outside. */
export interface Session {
  query(sql: string, params?: readonly Param[]): Promise<readonly Row[]>
  /** Runs several statements without parameters. */
  execute(script: string): Promise<void>
  /** `COPY ... FROM STDIN`; each chunk holds whole rows. The bytes are given away with the call. */
  copyIn(sql: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>
  /** `COPY ... TO STDOUT`; chunks may cut rows. */
  copyOut(sql: string): AsyncIterable<Uint8Array>
}

export interface Database extends Session {
  readonly kind: 'embedded' | 'postgres'
  /** Runs `work` in a transaction; whatever it throws rolls everything back. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** `postgres://...`; without it the embedded database in `folder` is opened. */
  readonly url?: string | undefined
  /** The home folder; the embedded database lives in its `database`. */
  readonly folder: string
  /** Called once when another process holds the embedded database and we wait for it. */
  readonly onWait?: (message: string) => void
}

/** Opens the database and brings its tables up to date. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const database =
    options.url === undefined || options.url === ''
      ? await openPglite(join(options.folder, 'database'), options.onWait)
      : await openPostgres(options.url)
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
