import { join } from 'node:path'
import { createCatalogue } from '../cache/catalogue.js'
import { writeCatalogue } from './candles/catalogue-writing.js'
import { migrate, requireVersion } from './migrate.js'
import { openPglite } from '../embedded/pglite.js'
import { openShared } from '../embedded/shared-database.js'
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

/**
 * Whoever holds the embedded database keeps its catalogue right: from its opening to its end, whoever
 * changes something through it.
 */
async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const { folder, onWait } = options
  const path = join(folder, 'database')
  const catalogue = createCatalogue(folder)
  let isBelieved = false
  const database = await openPglite(path, {
    onWait,
    instead: () => openShared(path, () => openEmbedded(options)),
    onHeld: () => {
      isBelieved = catalogue.read(false) !== undefined
      if (isBelieved) catalogue.hold()
    },
    onSharedChange: async session => void (await writeCatalogue(session, catalogue)),
    onClosed: () => catalogue.settle(),
  })
  if (database.kind === 'shared') return matching(database)
  return migrated(database, async () => {
    if (!isBelieved) await database.transaction(session => writeCatalogue(session, catalogue))
  })
}

/** Tables that another process works with are not changed under its hands. */
async function matching(database: Database): Promise<Database> {
  try {
    await requireVersion(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
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
