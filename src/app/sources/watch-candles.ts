import { parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { timeframeMs } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { FeedEvent } from '../../core/ports/feed.js'
import { systemClock, type Clock } from '../../data/sources/clock.js'
import { pollFeed } from '../../data/sources/feed/poll-feed.js'
import { replayFeed } from '../../data/sources/feed/replay-feed.js'
import { Asker, AskError } from '../../data/sources/fetch/asker.js'
import { sourceNamed } from '../../data/sources/sources.js'
import { marketAt } from '../../data/sources/symbols/symbol-map.js'
import { isOn, numberOption, textOption, timeOption, type Optional } from '../options/options.js'
import type { Amount, Time } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { stopError } from './fetch-candles.js'
import type { ReachOptions } from './fetch-options.js'
import { DEFAULT_SOURCE, requireTimeframe } from './fetch-plan.js'
import { reachOf, withHttp } from './reach.js'

/** Which candles are watched. */
export type WatchCandlesOptions = {
  readonly symbol: string
  readonly timeframe: string
} & ReachOptions &
  Optional<{
    source: string
    /** First open; those that have closed since come first. */
    since: Time
    until: Time
    /** Stored candles instead of a source. */
    replay: boolean
    /** How many times faster stored candles come than they were; `max` for at once. */
    speed: Amount
    /** End after so many candles. */
    candles: Amount
  }>

export interface WatchWorld {
  readonly signal: AbortSignal
  readonly onEvent: (event: FeedEvent) => void
  readonly clock?: Clock
}

const CANDLES_MAX = 1e9

/**
 * Follows candles as they close, or stored ones as they were.
 * @returns how many candles there were
 * @throws AppError as `planFetches`; FETCH_FAILED where no further request will do; NO_CANDLES
 */
export async function watchCandles(
  workspace: Workspace,
  options: WatchCandlesOptions,
  { signal, onEvent, clock = systemClock }: WatchWorld,
): Promise<number> {
  const most =
    numberOption(options, 'candles', { min: 1, max: CANDLES_MAX, whole: true }) ?? Infinity
  const feed = isOn(options, 'replay') ? replay : follow
  let count = 0
  await feed(workspace, options, { signal, clock }, event => {
    if (count === most) return false
    onEvent(event)
    if (event.kind === 'candle') count++
    return count < most
  })
  return count
}

interface World {
  readonly signal: AbortSignal
  readonly clock: Clock
}
type Take = (event: FeedEvent) => boolean

async function follow(
  workspace: Workspace,
  options: WatchCandlesOptions,
  world: World,
  take: Take,
): Promise<void> {
  const named = parseKey(options.symbol, options.timeframe)
  const { symbol, source: suffix } = splitSymbol(named.symbol)
  const source = sourceNamed(textOption(options, 'source') ?? suffix ?? DEFAULT_SOURCE)
  const { names, entry } = marketAt(await workspace.symbols(), symbol, source.name)
  requireTimeframe(source, named.timeframe)
  const reach = reachOf(source, options, workspace.environment)
  const market = names[names.length - 1]!.name
  const fetches = await workspace.fetches()
  await withHttp(options, async http => {
    const asker = new Asker({
      ...reach,
      http,
      clock: world.clock,
      limits: source.limits,
      onPause: (host, pause) => fetches.pause(host, pause),
      onRemark: message => workspace.output.log(message),
    })
    const request = {
      source,
      market,
      base: entry.base.mint,
      timeframe: named.timeframe,
      timeframeMs: timeframeMs(named.timeframe),
      from: timeOption(options, 'since'),
    }
    try {
      for await (const event of pollFeed(request, { asker, ...world })) if (!take(event)) return
    } catch (error) {
      if (error instanceof AskError) throw stopError({ source, market, reach }, error)
      throw error
    }
  })
}

async function replay(
  workspace: Workspace,
  options: WatchCandlesOptions,
  world: World,
  take: Take,
): Promise<void> {
  const dataSet = await workspace.candles.find(options.symbol, options.timeframe)
  const [since, until] = [timeOption(options, 'since'), timeOption(options, 'until')]
  const range = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  const rows = (await workspace.candles.repository()).rows(dataSet, range)
  const shape = { timeframeMs: timeframeMs(dataSet.timeframe), speed: speedOf(options) }
  for await (const event of replayFeed(rows, shape, world)) if (!take(event)) return
}

function speedOf(options: WatchCandlesOptions): number {
  const text = textOption(options, 'speed') ?? 'max'
  const speed = text === 'max' ? Infinity : Number(text)
  if (speed > 0) return speed
  throw new AppError('USAGE', `--speed "${text}" is not a number above 0`, {
    hint: 'write how many times faster, for example 60, or max',
  })
}
