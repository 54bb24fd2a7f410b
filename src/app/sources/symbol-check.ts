import { parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { timeframeMs } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import { systemClock, type Clock } from '../../data/sources/clock.js'
import { Asker, AskError } from '../../data/sources/fetch/asker.js'
import { SourceTime } from '../../data/sources/fetch/source-time.js'
import { fetchWindow } from '../../data/sources/fetch/window-fetch.js'
import type { HttpClient } from '../../data/sources/http/http-client.js'
import { SOURCES } from '../../data/sources/sources.js'
import type { CandleSource } from '../../data/sources/source.js'
import type { SymbolEntry } from '../../data/sources/symbols/symbol-entry.js'
import { namesOf } from '../../data/sources/symbols/symbol-map.js'
import type { Environment, Workspace } from '../workspace/compose.js'
import type { ReachOptions } from './fetch-options.js'
import { reachOf, withHttp } from './reach.js'

/** Whether a source has a market of a name, by its own word. */
export interface CheckedName {
  readonly source: string
  readonly name: string
  readonly ok: boolean
  readonly found: string
}

/**
 * Asks each source that has a name for a symbol for its newest candles.
 * @throws AppError UNKNOWN_MARKET for a symbol that is not mapped
 */
export async function checkSymbol(
  workspace: Workspace,
  name: string,
  options: ReachOptions,
  clock: Clock = systemClock,
): Promise<readonly CheckedName[]> {
  const { symbol, source: only } = splitSymbol(parseKey(name, '1m').symbol)
  const entry = (await workspace.symbols()).find(symbol)
  if (entry === undefined) {
    throw new AppError('UNKNOWN_MARKET', `${symbol} has no entry in the symbol map`, {
      hint: `add one: assay symbols add ${symbol} --at binance=NAME`,
      data: { symbol },
    })
  }
  const asked = SOURCES.filter(
    source => entry.sources[source.name] !== undefined && (only ?? source.name) === source.name,
  )
  return withHttp(options, async http => {
    const checked: CheckedName[] = []
    for (const source of asked)
      checked.push(
        await checkName(source, entry, {
          options,
          environment: workspace.environment,
          clock,
          http,
        }),
      )
    return checked
  })
}

interface World {
  readonly options: ReachOptions
  readonly environment: Environment
  readonly clock: Clock
  readonly http: HttpClient
}

const CANDLES = 10
const TIMEFRAME = '1h'

async function checkName(
  source: CandleSource,
  entry: SymbolEntry,
  { options, environment, clock, http }: World,
): Promise<CheckedName> {
  const market = namesOf(entry.sources[source.name]!).at(-1)!.name
  const result = (ok: boolean, found: string) => ({ source: source.name, name: market, ok, found })
  try {
    const reach = reachOf(source, options, environment)
    const quiet = { onPause: () => Promise.resolve(), onRemark: () => undefined }
    const asker = new Asker({ ...reach, ...quiet, http, clock, limits: source.limits })
    const lengthMs = timeframeMs(TIMEFRAME)
    const now = clock.now()
    const until = now - (now % lengthMs)
    const answer = await fetchWindow(
      { source, asker, time: new SourceTime(clock) },
      {
        market,
        base: entry.base.mint,
        timeframe: TIMEFRAME,
        timeframeMs: lengthMs,
        since: until - CANDLES * lengthMs,
        until,
      },
    )
    const last = answer.candles.at(-1)
    return last === undefined
      ? result(false, `answers without candles of the last ${CANDLES} hours`)
      : result(true, `last close ${last.close}`)
  } catch (error) {
    if (error instanceof AskError || error instanceof AppError) return result(false, error.message)
    throw error
  }
}
