import { parseKey, splitSymbol } from '../../../core/candles/symbols.js'
import { timeframeMs } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { FeedEvent, MarketEvent, SwitchEvent } from '../../../core/ports/market/feed.js'
import { StreamHints, type CloseHints } from '../../../data/sources/feed/close-hints.js'
import { merged } from '../../../data/sources/feed/merged.js'
import { pollFeed } from '../../../data/sources/feed/poll-feed.js'
import { switchingFeed, type FollowedSource } from '../../../data/sources/feed/switching-feed.js'
import { Asker } from '../../../data/sources/fetch/asker.js'
import type { HttpClient, OpenStream } from '../../../data/sources/http/http-client.js'
import { quoteFeed } from '../../../data/sources/quotes/quote-feed.js'
import type { CandleSource } from '../../../data/sources/source.js'
import { openSource, priceSourceNamed } from '../../../data/sources/sources.js'
import { marketAt } from '../../../data/sources/symbols/symbol-map.js'
import { isOn, numberOption, textOption, timeOption } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import { DEFAULT_SOURCE, requireTimeframe } from '../fetch-plan.js'
import { jupiterAsker, jupiterMarket, quotedCoin } from '../jupiter.js'
import { notedWhereItCan, requireUnpaused } from '../pauses.js'
import { packagesFrom, reachOf, streamAddress } from '../reach.js'
import { told } from './told.js'
import { staleMs, staleSlots, watchPrices } from './price-watch.js'
import { refuseUnused } from './unused-options.js'
import { quoteSize } from './stored-feed.js'
import type { FeedWorld, WatchCandlesOptions } from './watch-options.js'

/** A world with a way to ask. */
export type LiveWorld = FeedWorld & {
  readonly http: HttpClient
  /** Opens streams; where it is missing none is heard. */
  readonly stream?: OpenStream
}

type CandleEvent = FeedEvent | SwitchEvent

interface Followed {
  readonly source: CandleSource
  readonly market: string
  readonly timeframe: string
}

interface Named {
  readonly symbol: string
  readonly timeframe: string
  readonly source: string
}

/**
 * Candles of a source as they close, and quotes of Jupiter between them where they are asked for.
 * @throws AppError as `planFetches`; SOURCE_PAUSED; FETCH_FAILED where no further request will do
 */
export async function liveFeed(
  workspace: Workspace,
  options: WatchCandlesOptions,
  world: LiveWorld,
): Promise<AsyncIterable<MarketEvent>> {
  const { symbol: name, timeframe } = parseKey(options.symbol, options.timeframe)
  const { symbol, source: suffix } = splitSymbol(name)
  const source = textOption(options, 'source') ?? suffix ?? DEFAULT_SOURCE
  const candles = await candleFeed(workspace, { symbol, timeframe, source }, options, world)
  const size = quoteSize(options)
  if (size === undefined) return candles
  // An address and a rate that are given are those of the candles' source.
  const isJupiter = priceSourceNamed(source) !== undefined
  const own = isJupiter ? options : { ...options, sourceUrl: undefined, rate: undefined }
  return merged<MarketEvent>([candles, await quotesOf(workspace, symbol, size, own, world)])
}

async function candleFeed(
  workspace: Workspace,
  named: Named,
  options: WatchCandlesOptions,
  world: LiveWorld,
): Promise<AsyncIterable<CandleEvent>> {
  const prices = priceSourceNamed(named.source)
  refuseUnused(options, prices === undefined ? 'candles' : 'prices')
  if (prices === undefined) return polledCandles(workspace, named, options, world)
  const entry = (await workspace.symbols()).find(named.symbol)
  return watchPrices(workspace, { ...named, source: prices, entry }, options, world)
}

/**
 * Candles of a source, and of the one that is named for when it is out.
 * @throws AppError USAGE where candles of an exchange are to be kept, or both sources are one
 */
async function polledCandles(
  workspace: Workspace,
  named: Named,
  options: WatchCandlesOptions,
  world: LiveWorld,
): Promise<AsyncIterable<CandleEvent>> {
  if (isOn(options, 'store')) throw fetchInstead(named)
  const first = await followed(workspace, named, options, world)
  const from = timeOption(options, 'since')
  const then = textOption(options, 'then')
  if (then === undefined) return first.open(from)
  // An address, a rate and a stream that are given are those of the first.
  const own = {
    ...options,
    sourceUrl: undefined,
    rate: undefined,
    stream: false,
    streamUrl: undefined,
  }
  const second = await followed(workspace, { ...named, source: then }, own, world)
  if (second.name === first.name) {
    throw new AppError('USAGE', `--then ${then} is the source that is followed anyway`, {
      hint: 'name another one; assay data sources lists them',
    })
  }
  const length = timeframeMs(named.timeframe)
  const onRemark = (message: string): void => workspace.output.log(message)
  const feed = switchingFeed({ first, second, from, timeframeMs: length, onRemark })
  return noted(workspace, named, feed, world)
}

/** A feed whose changes of source are kept. */
async function* noted(
  workspace: Workspace,
  named: Named,
  feed: AsyncIterable<CandleEvent>,
  { clock }: LiveWorld,
): AsyncGenerator<CandleEvent> {
  const fetches = await workspace.fetches()
  for await (const event of feed) {
    if (event.kind === 'switched') {
      const at = clock.now()
      await notedWhereItCan(workspace, () => fetches.noteSwitch(named, event, at))
    }
    yield event
  }
}

/** A source as it is asked: with its limits, its stream and its errors. */
async function followed(
  workspace: Workspace,
  { symbol, timeframe, source: name }: Named,
  options: WatchCandlesOptions,
  world: LiveWorld,
): Promise<FollowedSource> {
  const { http, clock, signal } = world
  const source = await openSource(name, packagesFrom(options))
  const { names, entry } = marketAt(await workspace.symbols(), symbol, source)
  requireTimeframe(source, timeframe)
  const reach = reachOf(source, options, workspace.environment)
  await requireUnpaused(workspace, reach.address, clock)
  const market = names[names.length - 1]!.name
  const fetches = await workspace.fetches()
  const asker = new Asker({
    ...reach,
    http: source.through?.client ?? http,
    clock,
    limits: source.limits,
    onPause: (host, pause) => notedWhereItCan(workspace, () => fetches.pause(host, pause)),
    onRemark: message => workspace.output.log(message),
    isPatient: true,
    signal,
  })
  const base = entry.base.mint
  const request = { source, market, base, timeframe, timeframeMs: timeframeMs(timeframe) }
  const stale = staleMs(options)
  const hints = hintsOf(workspace, { source, market, timeframe }, options, world)
  const dependencies = { asker, clock, signal, hints }
  return {
    name: source.name,
    open: from =>
      told(pollFeed({ ...request, from, staleMs: stale }, dependencies), { source, market, reach }),
  }
}

/** Hints of the source's stream, where they are asked for. @throws AppError USAGE */
function hintsOf(
  workspace: Workspace,
  { source, market, timeframe }: Followed,
  options: WatchCandlesOptions,
  { stream: open, clock, signal }: LiveWorld,
): CloseHints | undefined {
  const wanted = { isWanted: isOn(options, 'stream'), given: textOption(options, 'streamUrl') }
  const address = streamAddress(source, wanted, workspace.environment)
  if (address === undefined || open === undefined) return undefined
  const stream = source.stream!
  const url = address + stream.path({ market, timeframe })
  const onRemark = (message: string): void => workspace.output.log(`${source.name}: ${message}`)
  return new StreamHints({ stream, url, open, clock, signal, onRemark })
}

function fetchInstead({ symbol, timeframe, source }: Named): AppError {
  return new AppError('USAGE', `--store keeps candles that are built of polled prices`, {
    hint: `those of ${source} are had whole: assay data fetch ${symbol} --source ${source} --timeframe ${timeframe}`,
  })
}

const BUDGET = 0.25
const QUOTE_SLOTS_MAX = 50

async function quotesOf(
  workspace: Workspace,
  symbol: string,
  size: number,
  options: WatchCandlesOptions,
  { http, clock, signal }: LiveWorld,
): Promise<AsyncIterable<MarketEvent>> {
  const entry = (await workspace.symbols()).find(symbol)
  const base = quotedCoin(symbol, entry?.base, 'base')
  const quote = quotedCoin(symbol, entry?.quote, 'quote')
  const share = numberOption(options, 'budget', { min: 0, max: 1, open: true }) ?? BUDGET
  const asker = await jupiterAsker(workspace, options, { http, clock, share, signal, isFeed: true })
  const slots = staleSlots(options) ?? QUOTE_SLOTS_MAX
  const quotes = quoteFeed({ base, quote, size, staleSlots: slots }, { asker, clock, signal })
  return told(quotes, jupiterMarket(symbol, asker))
}
