import { FILE_SOURCE, isPolledSource, symbolOf } from '../../core/candles/symbols.js'
import type { Candles } from '../../core/candles/candles.js'
import { formatTime, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { DataSet } from '../../core/ports/market/candles.js'
import type { Coverage } from '../../core/ports/market/coverage.js'
import { uncovered, type Interval } from '../../data/store/candles/coverage.js'
import type { Workspace } from '../workspace/compose.js'
import { fetchError, fetchSymbols } from './fetch-candles.js'
import type { ReachOptions } from './fetch-options.js'

/** Why candles are missing. */
export type GapCause = 'source has none' | 'never asked' | 'failed' | 'unavailable'

/** A stretch without candles, half-open. */
export interface Gap extends Interval {
  readonly cause: GapCause
  /** How many candles would lie in it. */
  readonly candles: number
  /** What the source said; null where it said nothing. */
  readonly reason: string | null
}

/** The gaps of a data set between its first and its last candle, and what lies at its ends. */
export interface GapReport {
  readonly dataSet: DataSet
  readonly gaps: readonly Gap[]
  /** Missing candles by cause. */
  readonly missing: Readonly<Record<GapCause, number>>
}

/**
 * Where candles are missing, and why: holes that the source has none for, and those it was never
 * asked for.
 * @throws AppError NO_CANDLES, SOURCE_AMBIGUOUS
 */
export async function findGaps(
  workspace: Workspace,
  symbol: string,
  timeframe: string,
): Promise<GapReport> {
  const { dataSet, candles } = await workspace.candles.load(symbol, timeframe)
  const coverage =
    dataSet.source === FILE_SOURCE ? [] : await (await workspace.fetches()).coverage(dataSet)
  const gaps = gapsOf(candles, coverage)
  const missing = { 'source has none': 0, 'never asked': 0, failed: 0, unavailable: 0 }
  for (const gap of gaps) missing[gap.cause] += gap.candles
  return { dataSet, gaps, missing }
}

function gapsOf(candles: Candles, coverage: readonly Coverage[]): readonly Gap[] {
  const { timeframeMs } = candles
  const gaps: Gap[] = []
  const add = (part: Interval, cause: GapCause, reason: string | null): void => {
    const count = Math.round((part.until - part.since) / timeframeMs)
    if (count > 0)
      gaps.push({ since: part.since, until: part.until, cause, candles: count, reason })
  }
  for (const hole of holesOf(candles, coverage)) {
    const within = coverage.filter(one => one.since < hole.until && one.until > hole.since)
    for (const one of within) {
      const part = {
        since: Math.max(one.since, hole.since),
        until: Math.min(one.until, hole.until),
      }
      add(part, causeOf(one), one.reason)
    }
    for (const part of uncovered(hole, within)) add(part, 'never asked', null)
  }
  return gaps.sort((a, b) => a.since - b.since)
}

function causeOf({ state }: Coverage): GapCause {
  return state === 'failed' || state === 'unavailable' ? state : 'source has none'
}

/** Stretches without a candle, from the first time that is stored or was asked to the last. */
function holesOf(candles: Candles, coverage: readonly Coverage[]): readonly Interval[] {
  const holes: Interval[] = []
  const { time, length, timeframeMs } = candles
  const end: Millis = Math.max(
    length === 0 ? -Infinity : time[length - 1]! + timeframeMs,
    coverage[coverage.length - 1]?.until ?? -Infinity,
  )
  let at: Millis = Math.min(length === 0 ? end : time[0]!, coverage[0]?.since ?? Infinity)
  for (let i = 0; i < length; i++) {
    if (time[i]! - at >= timeframeMs) holes.push({ since: at, until: time[i]! })
    at = time[i]! + timeframeMs
  }
  if (end - at >= timeframeMs) holes.push({ since: at, until: end })
  return holes
}

/**
 * Asks the source for what it was not asked, or what failed, and looks again.
 * @throws AppError USAGE for imported files, which have no source; as `fetchSymbols`
 */
export async function fillGaps(
  workspace: Workspace,
  { dataSet, gaps }: GapReport,
  options: ReachOptions,
): Promise<GapReport> {
  const { symbol, timeframe, source } = dataSet
  if (isPolledSource(source)) {
    throw new AppError(
      'USAGE',
      `candles of ${symbolOf(dataSet)} were built of polled prices, and cannot be asked for again`,
      {
        hint: `the candles of an exchange can: assay data fetch ${symbol} --timeframe ${timeframe}`,
      },
    )
  }
  if (source === FILE_SOURCE) {
    throw new AppError('USAGE', `${symbol} ${timeframe} was imported from files, not fetched`, {
      hint: `import what is missing, or fetch it: assay data fetch ${symbol} --timeframe ${timeframe}`,
    })
  }
  const open = gaps.filter(({ cause }) => cause === 'never asked' || cause === 'failed')
  if (open.length > 0) {
    // The plan of a fetch leaves out what is known between them.
    const [since, until] = [open[0]!.since, open[open.length - 1]!.until].map(formatTime)
    const range = { since, until, symbols: [symbol], timeframe, source }
    const error = fetchError(await fetchSymbols(workspace, { ...options, ...range }))
    if (error !== undefined) throw error
  }
  return findGaps(workspace, symbolOf(dataSet), timeframe)
}
