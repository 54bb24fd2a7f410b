import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import type {
  CandleRepository,
  CandleWriter,
  DataRepair,
  DataSet,
  DataSetKey,
} from '../../core/ports/candles.js'
import { timeframeMs } from '../../core/candles/time.js'
import { createCandleCache } from '../cache/candle-cache.js'
import { isLocked } from '../embedded/folder-lock.js'
import { createCandleRepository } from '../store/candle-repository.js'
import { dataChanged } from '../store/data-changed.js'
import { createCatalogue } from '../cache/catalogue.js'
import { dataHash } from '../cache/data-hash.js'
import { describeDiskError } from '../files/disk-errors.js'
import type { Database } from '../postgres/session.js'
import { parseKey } from '../../core/candles/symbols.js'

/** Candles with the names and the hash under which they are stored. */
interface StoredCandles {
  readonly dataSet: DataSet
  readonly candles: Candles
}

/** Stored candles, served from the column cache wherever it is right. */
export interface CandleLibrary {
  list(): Promise<readonly DataSet[]>
  /** @throws AppError NO_CANDLES with what is stored instead, INVALID_SYMBOL, INVALID_TIMEFRAME */
  find(symbol: string, timeframe: string): Promise<DataSet>
  /** @throws AppError as `find`; DATA_CHANGED where they do not have the hash that is noted of them */
  load(symbol: string, timeframe: string): Promise<StoredCandles>
  /** As `write` of the repository; keeps catalogue and cache right. */
  write(
    key: DataSetKey,
    change: (writer: CandleWriter) => Promise<Candles>,
  ): Promise<DataSet | undefined>
  remove(key: DataSetKey): Promise<number>
  /** As `repair` of the repository. */
  repair(key: DataSetKey): Promise<DataRepair>
  /** For what has no cache: exact rows, notes of imports. */
  repository(): Promise<CandleRepository>
}

export interface CandleLibraryOptions {
  readonly home: string
  /** With a server, others may write too, so it is asked each time. */
  readonly embedded: boolean
  /** Called at most when needed, and expected to open the database once. */
  readonly database: () => Promise<Database>
  /** Told what a user should know of the candles. */
  readonly onRemark?: (message: string) => void
}

export function createCandleLibrary(options: CandleLibraryOptions): CandleLibrary {
  const cache = createCandleCache(join(options.home, 'cache'))
  const catalogue = createCatalogue(options.home)
  const lock = join(options.home, 'database.lock')
  const repository = async (): Promise<CandleRepository> =>
    createCandleRepository(await options.database())

  async function list(): Promise<readonly DataSet[]> {
    if (!options.embedded) return (await repository()).list()
    const known = catalogue.read(false) ?? catalogue.read(await isLocked(lock))
    if (known !== undefined) return known
    if (!hasDatabase(options.home)) return []
    return await repository().then(refresh, lastKnown)
  }

  /** Asks the database, which nobody else can change while this process has it open. */
  async function refresh(candles: CandleRepository): Promise<readonly DataSet[]> {
    const dataSets = await candles.list()
    if (options.embedded) catalogue.write(dataSets)
    return dataSets
  }

  /** A disk without space keeps the database from starting, but not what is cached from being read. */
  function lastKnown(error: unknown): readonly DataSet[] {
    const known = (error as AppError).code === 'DISK' ? catalogue.lastKnown() : undefined
    if (known === undefined) throw error
    options.onRemark?.(`${(error as AppError).message}; the candles are those that were known last`)
    return known
  }

  async function find(symbol: string, timeframe: string): Promise<DataSet> {
    const key = parseKey(symbol, timeframe)
    const known = await list()
    const dataSet = known.find(set => set.symbol === key.symbol && set.timeframe === key.timeframe)
    if (dataSet === undefined) throw noCandles(key, known)
    return dataSet
  }

  async function load(symbol: string, timeframe: string): Promise<StoredCandles> {
    const dataSet = await find(symbol, timeframe)
    const cached = cache.read(dataSet.dataHash, timeframeMs(dataSet.timeframe))
    return cached === undefined ? rebuild(dataSet) : { dataSet, candles: cached }
  }

  /** The repository vouches for what it gives; another process may have changed the data set meanwhile. */
  async function rebuild(known: DataSet): Promise<StoredCandles> {
    const stored = await repository()
    const candles = await stored.load(known)
    const hash = dataHash(candles)
    cache.write(hash, candles)
    if (hash === known.dataHash) return { dataSet: known, candles }
    const dataSet = await stored.find(known)
    if (dataSet?.dataHash === hash) return { dataSet, candles }
    throw dataChanged(known, 'another process is changing them', {
      noted: known.dataHash,
      found: hash,
    })
  }

  async function changing<T>(
    key: DataSetKey,
    work: (repository: CandleRepository) => Promise<T>,
  ): Promise<T> {
    const candles = await repository()
    const before = await candles.find(key)
    try {
      return await work(candles)
    } finally {
      const after = await refresh(candles).catch(() => undefined)
      const isGone = after?.every(set => set.dataHash !== before?.dataHash) ?? false
      if (before !== undefined && isGone) cache.remove(before.dataHash)
    }
  }

  return {
    list,
    find,
    load,
    repository,
    write: (key, change) =>
      changing(key, async candles => {
        let columns: Candles | undefined
        const dataSet = await candles.write(key, async writer => {
          columns = await change(withCache(writer))
          return columns
        })
        if (dataSet !== undefined) cache.write(dataSet.dataHash, columns!)
        return dataSet
      }),
    remove: key => changing(key, candles => candles.remove(key)),
    repair: key => changing(key, candles => candles.repair(key)),
  }

  /** What was stored comes from the cache where it can. */
  function withCache(writer: CandleWriter): CandleWriter {
    const { before } = writer
    return {
      ...writer,
      stored: async () =>
        (before && cache.read(before.dataHash, timeframeMs(before.timeframe))) ?? writer.stored(),
    }
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

function noCandles(key: DataSetKey, known: readonly DataSet[]): AppError {
  const timeframes = known.filter(set => set.symbol === key.symbol).map(set => set.timeframe)
  const meant = nearestName(
    key.symbol,
    known.map(set => set.symbol),
  )
  const instead =
    timeframes.length > 0
      ? `; it has ${timeframes.join(', ')}`
      : meant === undefined
        ? ''
        : `; did you mean ${meant}?`
  const resample = timeframes[0] === undefined ? '' : ', or build them with assay data resample'
  return new AppError(
    'NO_CANDLES',
    `no candles of ${key.symbol} ${key.timeframe} are stored${instead}`,
    {
      hint: `import them: assay data import FILE --symbol ${key.symbol} --timeframe ${key.timeframe}${resample}`,
      data: { ...key, stored: known.map(set => `${set.symbol} ${set.timeframe}`) },
    },
  )
}
