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
  DataSetName,
} from '../../core/ports/market/candles.js'
import { timeframeMs } from '../../core/candles/time.js'
import { createCandleCache, type CandleCache } from '../cache/candle-cache.js'
import { createCandleRepository } from '../store/candles/candle-repository.js'
import { dataChanged } from '../store/candles/data-changed.js'
import { dataHash } from '../cache/data-hash.js'
import type { Database } from '../postgres/session.js'
import { parseKey, splitSymbol, symbolOf } from '../../core/candles/symbols.js'
import { createDataSetList } from './data-set-list.js'

/** Candles with the names and the hash under which they are stored. */
interface StoredCandles {
  readonly dataSet: DataSet
  readonly candles: Candles
}

/** Stored candles, served from the column cache wherever it is right. */
export interface CandleLibrary {
  list(): Promise<readonly DataSet[]>
  /**
   * @param symbol alone means its only source, or its default one
   * @throws AppError NO_CANDLES with what is stored instead, SOURCE_AMBIGUOUS, INVALID_SYMBOL,
   *   INVALID_TIMEFRAME
   */
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
  /** Where candles are looked for, and what would change that, for messages. */
  readonly place?: () => string
  /** The source that a symbol named alone stands for, where several have it. */
  readonly defaultSource?: (symbol: string) => Promise<string | undefined>
  /** Told what a user should know of the candles. */
  readonly onRemark?: (message: string) => void
}

export function createCandleLibrary(options: CandleLibraryOptions): CandleLibrary {
  const cache = createCandleCache(join(options.home, 'cache'))
  const repository = async (): Promise<CandleRepository> =>
    createCandleRepository(await options.database())
  const sets = createDataSetList(options)

  async function find(symbol: string, timeframe: string): Promise<DataSet> {
    const name = parseKey(symbol, timeframe)
    const known = await sets.list()
    const named = splitSymbol(name.symbol)
    const all = known.filter(set => set.symbol === named.symbol && set.timeframe === name.timeframe)
    const isClear = named.source !== undefined || all.length < 2
    const wanted = isClear ? named.source : await options.defaultSource?.(named.symbol)
    const found = wanted === undefined ? all : all.filter(set => set.source === wanted)
    if (found.length > 1) throw ambiguousSource(name, found)
    if (found[0] === undefined) throw noCandles(name, known, options)
    return found[0]
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
      const after = await sets.refresh().catch(() => undefined)
      const isGone = after?.every(set => set.dataHash !== before?.dataHash) ?? false
      if (before !== undefined && isGone) cache.remove(before.dataHash)
    }
  }

  return {
    list: () => sets.list(),
    find,
    load,
    repository,
    write: (key, change) =>
      changing(key, async candles => {
        let columns: Candles | undefined
        const dataSet = await candles.write(key, async writer => {
          columns = await change(withCache(writer, cache))
          return columns
        })
        if (dataSet !== undefined) cache.write(dataSet.dataHash, columns!)
        return dataSet
      }),
    remove: key => changing(key, candles => candles.remove(key)),
    repair: key => changing(key, candles => candles.repair(key)),
  }
}

/** What was stored comes from the cache where it can. */
function withCache(writer: CandleWriter, cache: CandleCache): CandleWriter {
  const { before } = writer
  return {
    ...writer,
    stored: async () =>
      (before && cache.read(before.dataHash, timeframeMs(before.timeframe))) ?? writer.stored(),
  }
}

function ambiguousSource({ symbol, timeframe }: DataSetName, found: readonly DataSet[]): AppError {
  const names = found.map(({ source }) => `${symbol}@${source}`)
  return new AppError(
    'SOURCE_AMBIGUOUS',
    `${symbol} ${timeframe} is stored from several sources: ${names.join(', ')}`,
    {
      hint: `name one, for example --symbol ${names[0]}, or make one the default: assay symbols add ${symbol} --default ${found[0]!.source}`,
      data: { symbol, timeframe, sources: found.map(({ source }) => source) },
    },
  )
}

function noCandles(
  key: DataSetName,
  known: readonly DataSet[],
  { home, place }: CandleLibraryOptions,
): AppError {
  const { symbol } = splitSymbol(key.symbol)
  const timeframes = known
    .filter(set => set.symbol === symbol)
    .map(set => (symbolOf(set) === key.symbol ? '' : `${symbolOf(set)} `) + set.timeframe)
  const meant = nearestName(
    symbol,
    known.map(set => set.symbol),
  )
  const instead =
    timeframes.length > 0
      ? `; it has ${timeframes.join(', ')}`
      : meant === undefined
        ? ''
        : `; did you mean ${meant}?`
  const where = place === undefined ? '' : `\n  ${place()}`
  const resample = timeframes[0] === undefined ? '' : ', or build them with assay data resample'
  return new AppError(
    'NO_CANDLES',
    `no candles of ${key.symbol} ${key.timeframe} are stored${instead}`,
    {
      hint: `fetch them: assay data fetch ${symbol} --timeframe ${key.timeframe}; or import a file: assay data import FILE --symbol ${key.symbol} --timeframe ${key.timeframe}${resample}${where}`,
      data: { ...key, home, stored: known.map(set => `${symbolOf(set)} ${set.timeframe}`) },
    },
  )
}
