import { isPolledSource, parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { AppError } from '../../core/errors.js'
import type { DataSetKey } from '../../core/ports/market/candles.js'
import { listOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { fetchSymbols, type FetchOutcome } from './fetch-candles.js'
import type { ReachOptions } from './fetch-options.js'

/** Which fetched data sets are brought up to now: all, or those of some symbols. */
export type SyncOptions = ReachOptions & {
  readonly symbols?: readonly string[] | undefined
  readonly dryRun?: boolean | undefined
  /** Ask for all that is known again, too, and compare. */
  readonly verify?: boolean | undefined
}

/**
 * Fetches what has come since the last fetch of each data set, and what failed then; with `verify` all
 * that was fetched, to tell what the source says otherwise now.
 * @throws AppError NO_CANDLES where nothing of it was fetched before; as `fetchSymbols`
 */
export async function syncCandles(
  workspace: Workspace,
  options: SyncOptions,
): Promise<readonly FetchOutcome[]> {
  // Candles that were built of polled prices are of then, and cannot be asked for.
  const all = await (await workspace.fetches()).asked()
  const asked = all.filter(({ source }) => !isPolledSource(source))
  const wanted = listOption(options, 'symbols').map(name =>
    splitSymbol(parseKey(name, '1m').symbol),
  )
  const isWanted = ({ symbol, source }: DataSetKey): boolean =>
    wanted.length === 0 ||
    wanted.some(one => one.symbol === symbol && (one.source ?? source) === source)
  const keys = asked.filter(isWanted)
  if (keys.length === 0) throw nothingFetched(asked, listOption(options, 'symbols'))
  const outcomes: FetchOutcome[] = []
  const { sourceUrl, proxy, rate, dryRun, verify: again } = options
  for (const { symbols, timeframe, source } of groupsOf(keys)) {
    const asked = { symbols, timeframe, source, sourceUrl, proxy, rate, dryRun, again }
    outcomes.push(...(await fetchSymbols(workspace, asked)))
  }
  return outcomes
}

/** Data sets that are asked for together: they share connections, and what ends one ends all. */
function groupsOf(keys: readonly DataSetKey[]) {
  const groups = new Map<string, { symbols: string[]; timeframe: string; source: string }>()
  for (const { symbol, timeframe, source } of keys) {
    const name = `${source} ${timeframe}`
    const group = groups.get(name) ?? { symbols: [], timeframe, source }
    group.symbols.push(symbol)
    groups.set(name, group)
  }
  return groups.values()
}

function nothingFetched(asked: readonly DataSetKey[], names: readonly string[]): AppError {
  const what = names.length === 0 ? 'no candles were' : `nothing of ${names.join(', ')} was`
  const known = asked.map(({ symbol, source, timeframe }) => `${symbol}@${source} ${timeframe}`)
  return new AppError('NO_CANDLES', `${what} fetched yet`, {
    hint:
      known.length === 0
        ? 'begin with one: assay data fetch SOL-USDC --timeframe 1h'
        : `there are ${known.join(', ')}`,
    data: { fetched: known },
  })
}
