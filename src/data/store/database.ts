import { join } from 'node:path'
import { createCatalogue } from '../cache/catalogue.js'
import { createCandleRepository } from './candles/candle-repository.js'
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
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url } = options
  return url === undefined || url === '' ? openEmbedded(options) : openServed(url)
}

async function openServed(url: string): Promise<Database> {
  return migrated(await openPostgres(url), () => Promise.resolve())
}

/** Whoever holds the embedded database keeps its catalogue right: from its opening to its end. */
async function openEmbedded({ folder, onWait }: DatabaseOptions): Promise<Database> {
  const catalogue = createCatalogue(folder)
  let isBelieved = false
  const database = await openPglite(join(folder, 'database'), {
    onWait,
    onHeld: () => {
      isBelieved = catalogue.read(false) !== undefined
      if (isBelieved) catalogue.hold()
    },
    onClosed: () => catalogue.settle(),
  })
  return migrated(database, async () => {
    if (!isBelieved) catalogue.write(await createCandleRepository(database).list())
  })
}

async function migrated(database: Database, then: () => Promise<void>): Promise<Database> {
  try {
    await migrate(database)
    await then()
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
