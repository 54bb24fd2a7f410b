import { splitSymbol } from '../../../core/candles/symbols.js'
import { timeframeMs, type Millis } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { MarketEvent } from '../../../core/ports/market/feed.js'
import {
  inTurn,
  replayFeed,
  storedCandles,
  type Timed,
} from '../../../data/sources/feed/replay-feed.js'
import { recordedQuotes, recordedSizes } from '../../../data/sources/quotes/recorded-quotes.js'
import { numberOption, textOption, timeOption } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import { refuseUnused } from './unused-options.js'
import type { FeedWorld, WatchCandlesOptions } from './watch-options.js'

/**
 * Stored candles as a feed, with recorded quotes between them where they are asked for.
 * @throws AppError NO_CANDLES, NO_QUOTES, USAGE
 */
export async function storedFeed(
  workspace: Workspace,
  options: WatchCandlesOptions,
  world: FeedWorld,
): Promise<AsyncIterable<MarketEvent>> {
  refuseUnused(options, 'stored')
  const speed = speedOf(options)
  const dataSet = await workspace.candles.find(options.symbol, options.timeframe)
  const [since, until] = [timeOption(options, 'since'), timeOption(options, 'until')]
  const range = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  const rows = (await workspace.candles.repository()).rows(dataSet, range)
  const candles: AsyncIterable<Timed> = storedCandles(rows, timeframeMs(dataSet.timeframe))
  const size = quoteSize(options)
  if (size === undefined) return replayFeed(candles, speed, world)
  const all = await quotesOf(workspace, splitSymbol(dataSet.symbol).symbol, size)
  const quotes = all.filter(({ at }) => isWithin(at, since, until))
  return replayFeed(inTurn(candles, quotes), speed, world)
}

/** The size of the quotes that are asked for. @throws AppError INVALID_SETTING */
export function quoteSize(options: WatchCandlesOptions): number | undefined {
  return numberOption(options, 'quotes', { min: 0, max: 1e9, open: true })
}

function isWithin(at: Millis, since = -Infinity, until = Infinity): boolean {
  return at >= since && at < until
}

async function quotesOf(workspace: Workspace, symbol: string, size: number) {
  const columns = await (await workspace.quotes()).load(symbol)
  const sizes = recordedSizes(columns)
  if (sizes.includes(size)) return recordedQuotes(columns, size)
  throw new AppError('NO_QUOTES', `no quotes of ${symbol} of the size ${size} are recorded`, {
    hint:
      sizes.length === 0
        ? `record some: assay record ${symbol}`
        : `recorded are the sizes ${sizes.join(', ')}`,
    data: { symbol, size, recorded: sizes },
  })
}

function speedOf(options: WatchCandlesOptions): number {
  const text = textOption(options, 'speed') ?? 'max'
  const speed = text === 'max' ? Infinity : Number(text)
  if (speed > 0) return speed
  throw new AppError('USAGE', `--speed "${text}" is not a number above 0`, {
    hint: 'write how many times faster, for example 60, or max',
  })
}
