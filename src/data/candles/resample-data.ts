import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import { symbolOf } from '../../core/candles/symbols.js'
import type {
  CandleRepository,
  CandleRow,
  DataSet,
  DataSetKey,
  DataSetName,
} from '../../core/ports/market/candles.js'
import { bucketOpen, resample } from '../../core/candles/resample.js'
import { timeframeMs, type Millis } from '../../core/candles/time.js'
import type { CandleLibrary } from './candle-library.js'
import { CandleLines } from './candle-lines.js'
import { DecimalSum } from './decimals.js'

/** A higher candle for which candles are missing at an end of the data, so that it was left out. */
export interface PartialCandle {
  readonly edge: 'first' | 'last'
  readonly time: Millis
  readonly present: number
  readonly needed: number
}

export interface ResampleReport {
  readonly dataSet: DataSet
  readonly leftOut: readonly PartialCandle[]
  /** Higher candles between the ends that lack some of theirs. */
  readonly incomplete: number
}

/**
 * Builds a data set of a higher timeframe from a stored one and stores it. Prices and volumes keep
 * the decimals that came in; volumes are added exactly.
 * @throws AppError NO_CANDLES, INVALID_TIMEFRAME, IMPORT_CONFLICT where one exists already
 */
export async function resampleData(
  library: CandleLibrary,
  from: DataSetName,
  timeframe: string,
  options: { readonly replace: boolean },
): Promise<ResampleReport> {
  const { candles, dataSet: stored } = await library.load(from.symbol, from.timeframe)
  const to = { symbol: stored.symbol, timeframe, source: stored.source }
  const higher = resample(candles, timeframeMs(timeframe))
  if (higher.length === 0) {
    throw new AppError(
      'NO_CANDLES',
      `${from.symbol} ${from.timeframe} does not fill one ${timeframe} candle`,
      {
        hint: 'choose a shorter --to',
      },
    )
  }
  const exact = await exactCandles(await library.repository(), stored, higher)
  const dataSet = await library.write(to, async writer => {
    if (writer.before !== undefined) {
      if (!options.replace) throw exists(to)
      await writer.removeTimes((await writer.stored()).time)
    }
    const lines = new CandleLines(to)
    for (const { time, open, high, low, close, volume } of exact) {
      lines.add(time, open, high, low, close, volume ?? '')
      if (lines.isFull) await writer.append(lines.take())
    }
    if (!lines.isEmpty) await writer.append(lines.take())
    return withVolumes(higher, exact)
  })
  return { dataSet: dataSet!, ...partialCandles(candles, higher) }
}

function exists(key: DataSetKey): AppError {
  return new AppError('IMPORT_CONFLICT', `${symbolOf(key)} ${key.timeframe} is stored already`, {
    hint: 'repeat with --replace, or remove it: assay data remove',
  })
}

/** The decimals of higher candles, from those of the rows that they are made of. */
async function exactCandles(
  repository: CandleRepository,
  from: DataSetKey,
  higher: Candles,
): Promise<CandleRow[]> {
  const exact: CandleRow[] = []
  let [next, bucket] = [0, NaN]
  let parts: CandleRow[] = []
  const close = (): void => {
    if (parts.length > 0 && higher.time[next] === bucket) {
      exact.push(joined(bucket, parts))
      next++
    }
    parts = []
  }
  for await (const page of repository.rows(from)) {
    for (const row of page) {
      const open = bucketOpen(row.time, higher.timeframeMs)
      if (open !== bucket) close()
      bucket = open
      parts.push(row)
    }
  }
  close()
  return exact
}

function joined(time: Millis, parts: readonly CandleRow[]): CandleRow {
  const [first, last] = [parts[0]!, parts[parts.length - 1]!]
  const volume = new DecimalSum()
  let hasVolume = false
  let { high, low } = first
  for (const part of parts) {
    if (Number(part.high) > Number(high)) high = part.high
    if (Number(part.low) < Number(low)) low = part.low
    if (part.volume === null) continue
    volume.add(part.volume)
    hasVolume = true
  }
  return {
    time,
    open: first.open,
    high,
    low,
    close: last.close,
    volume: hasVolume ? String(volume) : null,
  }
}

/** The columns as the database will give them back: the sums are exact. */
function withVolumes(higher: Candles, exact: readonly CandleRow[]): Candles {
  const volume = Float64Array.from(exact, row => Number(row.volume ?? 0))
  return { ...higher, volume }
}

/** What is missing at the ends, and how many between them lack something. */
function partialCandles(
  candles: Candles,
  higher: Candles,
): Pick<ResampleReport, 'leftOut' | 'incomplete'> {
  const needed = higher.timeframeMs / candles.timeframeMs
  const present = new Map<Millis, number>()
  for (let i = 0; i < candles.length; i++) {
    const open = bucketOpen(candles.time[i]!, higher.timeframeMs)
    present.set(open, (present.get(open) ?? 0) + 1)
  }
  const kept = new Set(higher.time.subarray(0, higher.length))
  const leftOut = [...present]
    .filter(([time]) => !kept.has(time))
    .map(([time, count]): PartialCandle => {
      const edge = time < higher.time[0]! ? 'first' : 'last'
      return { edge, time, present: count, needed }
    })
  const incomplete = [...present].filter(([time, count]) => kept.has(time) && count < needed)
  return { leftOut, incomplete: incomplete.length }
}
