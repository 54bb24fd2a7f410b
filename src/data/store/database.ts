import { join } from 'node:path'
import { migrate } from './migrate.js'
import { openPglite } from '../embedded/pglite.js'
import { openPostgres } from '../postgres/postgres.js'
import type { Database } from '../postgres/session.js'

export type { Database } from '../postgres/session.js'

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
