import type { Manifest } from '../../backtest/run/record/manifest.js'
import type {
  HashedCandles,
  HashedReference,
  RunData,
  RunRequest,
} from '../../backtest/run/record/run-request.js'
import { specOf } from '../../backtest/run/run.js'
import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import { timeframeMs, timeframeName } from '../../core/candles/time.js'
import { readMarkets, type ReadMarket } from '../../core/engine/columns.js'
import { FILE_SOURCE, sourcedSymbol } from '../../core/candles/symbols.js'
import type { DataSet } from '../../core/ports/market/candles.js'
import { AppError } from '../../core/errors.js'
import { dataHash } from '../../data/cache/data-hash.js'
import type { CandleLibrary } from '../../data/candles/candle-library.js'

/**
 * The stored candles that the indicators of a run read besides those of its market: all that have
 * closed by the end of the run, for what comes later cannot be seen.
 * @throws AppError NO_CANDLES that names the strategy and its indicator
 */
export async function loadReferences(
  library: CandleLibrary,
  request: RunRequest,
  main: Candles,
): Promise<readonly HashedReference[]> {
  const references: HashedReference[] = []
  for (const market of marketsReadBy(request)) {
    references.push(await loadOne(library, request, main, market))
  }
  return references
}

/** What indicators of a request read; nothing where they throw, which the run itself reports. */
export function marketsReadBy(request: RunRequest): readonly ReadMarket[] {
  try {
    return readMarkets(specOf(request).legs, timeframeMs(request.timeframe))
  } catch {
    return []
  }
}

async function loadOne(
  library: CandleLibrary,
  { references }: RunRequest,
  main: Candles,
  market: ReadMarket,
): Promise<HashedReference> {
  const { symbol, timeframeMs: lengthMs } = market
  const key = referenceKey(symbol, timeframeName(lengthMs))
  const known = references?.find(one => one.key === key)
  const { dataSet, candles } = await loadNamed(library, market, known?.source)
  const end = main.length === 0 ? 0 : main.time[main.length - 1]! + main.timeframeMs
  const since = known?.since ?? -Infinity
  const first = indexAtOrAfter(candles, since)
  const until = indexAtOrAfter(candles, end - lengthMs + 1)
  if (until <= first && main.length > 0) throw tooLate(market)
  const isWhole = first === 0 && until === candles.length
  const cut = isWhole ? candles : cutCandles(candles, first, Math.max(first, until))
  const hash = isWhole ? dataSet.dataHash : dataHash(cut)
  return { symbol, candles: cut, hash, ...fetchedFrom(dataSet) }
}

/** The source of candles that were fetched, as a run keeps it, and when they were. */
export function fetchedFrom({
  source,
  fetched,
}: DataSet): Pick<HashedCandles, 'source' | 'fetched'> {
  return source === FILE_SOURCE ? {} : { source, ...(fetched !== null && { fetched }) }
}

/** Under this name a request says from when on it reads a market. */
export function referenceKey(symbol: string, timeframe: string): string {
  return `${symbol} ${timeframe}`
}

/** The markets that indicators read whose candles are not what they were, in words. */
export function changedReferences(base: Manifest, { references = [] }: RunData): string[] {
  return (base.references ?? [])
    .filter(({ hash }) => references.every(reference => reference.hash !== hash))
    .map(({ symbol, timeframe }) => `the candles of ${symbol} ${timeframe}`)
}

async function loadNamed(
  library: CandleLibrary,
  market: ReadMarket,
  source: string | undefined,
): ReturnType<CandleLibrary['load']> {
  const { symbol } = market
  const name = source === undefined ? symbol : sourcedSymbol({ symbol, source })
  try {
    return await library.load(name, timeframeName(market.timeframeMs))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NO_CANDLES') throw error
    throw new AppError('NO_CANDLES', `${readerOf(market)}, but ${error.message}`, {
      hint: error.hint,
      cause: error,
    })
  }
}

function tooLate(market: ReadMarket): AppError {
  return new AppError(
    'NO_CANDLES',
    `${readerOf(market)}, but no candle of it closes before the end of the run`,
    { hint: 'assay data list shows what is stored; import earlier candles, or give a later --to' },
  )
}

function readerOf({ strategy, indicator, symbol, timeframeMs: lengthMs }: ReadMarket): string {
  return `${strategy} reads ${symbol} ${timeframeName(lengthMs)} for its indicator ${indicator}`
}
