import { parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { formatTime, timeframeMs, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { DataSetKey } from '../../core/ports/market/candles.js'
import type { Coverage } from '../../core/ports/market/coverage.js'
import { planFetch, type FetchPlan } from '../../data/sources/fetch/plan.js'
import { openSource } from '../../data/sources/sources.js'
import type { CandleSource } from '../../data/sources/source.js'
import type { DatedName, SymbolEntry } from '../../data/sources/symbols/symbol-entry.js'
import { marketAt } from '../../data/sources/symbols/symbol-map.js'
import { isOn, textOption, timeOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import type { FetchOptions } from './fetch-options.js'
import { packagesFrom, reachOf, type Reach } from './reach.js'

/** What will be asked for one symbol, under one of its names at the source. */
export interface PlannedFetch {
  readonly key: DataSetKey
  readonly source: CandleSource
  readonly market: string
  readonly entry: SymbolEntry
  readonly reach: Reach
  readonly plan: FetchPlan
  /** What was known before of the data set. */
  readonly coverage: readonly Coverage[]
  /** What the candles are not: dollars instead of the quote, no volume. */
  readonly remarks: readonly string[]
}

/** Where candles are asked for, unless another source is named. */
export const DEFAULT_SOURCE = 'binance'
const YEAR_MS = 365 * 86_400_000

/**
 * Plans fetches without asking anything of a source.
 * @throws AppError UNKNOWN_SOURCE, UNKNOWN_MARKET, INVALID_TIMEFRAME, INVALID_TIME, SOURCE_KEY
 */
export async function planFetches(
  workspace: Workspace,
  options: FetchOptions,
  now: Millis,
): Promise<readonly PlannedFetch[]> {
  const [map, fetches] = [await workspace.symbols(), await workspace.fetches()]
  const packages = packagesFrom(options)
  const planned: PlannedFetch[] = []
  for (const name of options.symbols) {
    const named = parseKey(name, options.timeframe)
    const { symbol, source: suffix } = splitSymbol(named.symbol)
    const source = await openSource(sourceOf(options, suffix) ?? DEFAULT_SOURCE, packages)
    const { names, entry } = marketAt(map, symbol, source)
    requireTimeframe(source, named.timeframe)
    const key = { symbol, timeframe: named.timeframe, source: source.name }
    const coverage = await fetches.coverage(key)
    const asked = rangeOf(options, coverage, now)
    const reach = reachOf(source, options, workspace.environment)
    const remarks = remarksOf(source, entry, names)
    for (const market of names) {
      const within = overlap(asked, market)
      if (within === undefined) continue
      const known = isAsking(options) ? [] : coverage
      const plan = planFetch({
        source,
        timeframeMs: timeframeMs(key.timeframe),
        asked: within,
        coverage: known,
        now,
        archives: reach.archiveAddress !== undefined,
        rate: reach.rate,
      })
      planned.push({ key, source, market: market.name, entry, reach, plan, coverage, remarks })
    }
  }
  return planned
}

/** Whether what is known is asked again. */
function isAsking(options: FetchOptions): boolean {
  return isOn(options, 'again') || isOn(options, 'replace')
}

/** @throws AppError USAGE where --source and the symbol name two */
function sourceOf(options: FetchOptions, suffix: string | undefined): string | undefined {
  const flag = textOption(options, 'source')?.toLowerCase()
  if (flag === undefined || suffix === undefined || flag === suffix) return flag ?? suffix
  throw new AppError('USAGE', `--source ${flag} and the symbol's @${suffix} do not agree`, {
    hint: 'give one of them',
  })
}

/** @throws AppError INVALID_TIMEFRAME where a source has no such candles */
export function requireTimeframe({ title, timeframes }: CandleSource, timeframe: string): void {
  if (timeframes.includes(timeframe)) return
  const length = timeframeMs(timeframe)
  const parts = timeframes.filter(one => length % timeframeMs(one) === 0)
  const finer = parts[parts.length - 1]
  const hint =
    finer === undefined
      ? 'choose one of them'
      : `fetch --timeframe ${finer}, and build it: assay data resample --timeframe ${finer} --to ${timeframe}`
  throw new AppError(
    'INVALID_TIMEFRAME',
    `${title} has no ${timeframe} candles; it has ${timeframes.join(', ')}`,
    {
      hint,
      data: { timeframe, timeframes },
    },
  )
}

interface Range {
  readonly since: Millis
  readonly until: Millis
}

/** @throws AppError INVALID_TIME */
function rangeOf(options: FetchOptions, coverage: readonly Coverage[], now: Millis): Range {
  const until = timeOption(options, 'until') ?? now
  const since = timeOption(options, 'since') ?? coverage[0]?.since ?? now - YEAR_MS
  if (since < Math.min(until, now)) return { since, until }
  const what =
    since < now
      ? `--since ${formatTime(since)} is not before --until ${formatTime(until)}`
      : `--since ${formatTime(since)} is yet to come`
  throw new AppError('INVALID_TIME', what, { hint: '--until is exclusive, and now by default' })
}

function overlap({ since, until }: Range, { from, until: end }: DatedName): Range | undefined {
  const within = {
    since: Math.max(since, from === undefined ? -Infinity : Date.parse(from)),
    until: Math.min(until, end === undefined ? Infinity : Date.parse(end)),
  }
  return within.since < within.until ? within : undefined
}

function remarksOf(
  { title, named, volume }: CandleSource,
  { quote }: SymbolEntry,
  names: readonly DatedName[],
): readonly string[] {
  const remarks: string[] = []
  const own = names.map(one => one.name).join(', ')
  if (named === 'pair' && !own.includes(quote.symbol)) {
    remarks.push(`at ${title} the market is ${own}, whose quote is not ${quote.symbol}`)
  }
  if (volume === 'usd') remarks.push(`${title} has volumes in dollars alone; none is stored`)
  if (names.length > 1) remarks.push(`the market was renamed; its names follow each other: ${own}`)
  return remarks
}
