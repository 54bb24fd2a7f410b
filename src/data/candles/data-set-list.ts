import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'
import type { DataSet } from '../../core/ports/market/candles.js'
import { createCatalogue } from '../cache/catalogue.js'
import { isLocked } from '../embedded/folder-lock.js'
import { describeDiskError } from '../files/disk-errors.js'
import type { Database } from '../postgres/session.js'
import { listDataSets } from '../store/candles/candle-repository.js'
import { writeCatalogue } from '../store/candles/catalogue-writing.js'

/** Which data sets there are, by the catalogue where it can be believed, else by the database. */
export interface DataSetList {
  list(): Promise<readonly DataSet[]>
  /** Asks the database; where this process holds the embedded one, the catalogue is written again. */
  refresh(): Promise<readonly DataSet[]>
}

export interface DataSetListOptions {
  readonly home: string
  readonly embedded: boolean
  readonly database: () => Promise<Database>
  readonly onRemark?: (message: string) => void
}

export function createDataSetList(options: DataSetListOptions): DataSetList {
  const catalogue = createCatalogue(options.home)
  const lock = join(options.home, 'database.lock')

  async function refresh(): Promise<readonly DataSet[]> {
    const database = await options.database()
    return database.kind === 'embedded'
      ? database.transaction(session => writeCatalogue(session, catalogue))
      : listDataSets(database)
  }

  /** A disk without space keeps the database from starting, but not what is cached from being read. */
  function lastKnown(error: unknown): readonly DataSet[] {
    const known = (error as AppError).code === 'DISK' ? catalogue.lastKnown() : undefined
    if (known === undefined) throw error
    options.onRemark?.(`${(error as AppError).message}; the candles are those that were known last`)
    return known
  }

  return {
    refresh,
    list: async () => {
      if (!options.embedded) return refresh()
      const known = catalogue.read(false) ?? catalogue.read(await isLocked(lock))
      if (known !== undefined) return known
      if (!hasDatabase(options.home)) return []
      return options.database().then(refresh, lastKnown)
    },
  }
}

/** A home that is a file, or may not be read, is not one without candles. */
function hasDatabase(home: string): boolean {
  try {
    const folder = statSync(home, { throwIfNoEntry: false })
    if (folder?.isDirectory() === false) throw notFolder(home)
    return statSync(join(home, 'database'), { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw describeDiskError(error, home) ?? error
  }
}

function notFolder(home: string): AppError {
  return new AppError('DISK', `the home folder "${home}" is a file, not a folder`, {
    hint: 'point ASSAY_HOME to a folder, or move the file away',
    data: { path: home },
  })
}
