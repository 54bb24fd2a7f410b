import type { CommandModule } from 'yargs'
import { formatTime } from '../../../core/candles/time.js'
import type { MarketEvent } from '../../../core/ports/market/feed.js'
import type { WatchCandlesOptions } from '../../../app/sources/watch-candles.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'
import { untilInterrupted } from '../../terminal/interrupt.js'
import { FEED_FLAGS } from '../../flags/feed-flags.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'

const FLAGS = {
  timeframe: { ...valueFlag('The length of a candle: 1m, 15m, 1h ...'), demandOption: true },
  source: valueFlag('Where to ask (default: binance)'),
  since: valueFlag('First open, UTC; what has closed since comes first (default: now)'),
  until: valueFlag('With --replay: end, exclusive'),
  replay: { type: 'boolean', describe: 'Stored candles instead of a source' },
  speed: valueFlag('With --replay: how many times faster than they were, or max (default)'),
  candles: valueFlag('End after so many candles (default: until Ctrl-C)'),
  ...FEED_FLAGS,
  ...REACH_FLAGS,
} as const

/** `assay data watch SYMBOL` */
export function dataWatchCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'watch <symbol>',
    describe: 'Print candles as they close',
    builder: parser =>
      parser
        .positional('symbol', { type: 'string' })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 data watch SOL-USDC --timeframe 1m', 'each minute of Binance')
        .example(
          '$0 data watch SOL-USDC --timeframe 1m --source jupiter --store',
          'of polled prices, kept',
        ),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { watchCandles } = await import('../../../app/sources/watch-candles.js')
        const options = optionsOf<WatchCandlesOptions>(flags, { symbol: {}, ...FLAGS })
        const write = isSet(flags, 'json') ? jsonOf : textOf
        const onEvent = (event: MarketEvent): void => output.print(write(event))
        const count = await untilInterrupted(signal =>
          watchCandles(workspace, options, { signal, onEvent }),
        )
        output.log(`${count} candles`)
      })
    },
  }
}

/** A line an event. */
function jsonOf(event: MarketEvent): string {
  if (event.kind === 'candle' || event.kind === 'late') {
    const { candle, ...rest } = event
    return JSON.stringify({ ...rest, ...candle, time: formatTime(candle.time) })
  }
  const { kind, ...rest } = event
  const time = 'time' in rest ? { time: formatTime(rest.time) } : {}
  const since = 'since' in rest ? { since: formatTime(rest.since) } : {}
  return JSON.stringify({ kind, ...rest, ...time, ...since })
}

function textOf(event: MarketEvent): string {
  switch (event.kind) {
    case 'candle': {
      const { time, open, high, low, close, volume } = event.candle
      const values = [open, high, low, close, volume ?? '-'].join(' ')
      const remark = event.isCarried === true ? '  (no price)' : event.isReplayed ? '  (past)' : ''
      return `${formatTime(time)}  ${values}${remark}`
    }
    case 'late':
      return `${formatTime(event.candle.time)}  came late, after it was given up`
    case 'missing':
      return `${formatTime(event.time)}  the source has none`
    case 'revised':
      return `${formatTime(event.time)}  is now told as ${event.after}`
    case 'stale':
      return `no candle since ${formatTime(event.since)}: ${event.reason}`
    case 'fresh':
      return `candles come again, from ${formatTime(event.since)}`
    case 'quote': {
      const { time, bid, ask, size, slot } = event
      const at = slot === null ? '' : `, slot ${slot}`
      return `${formatTime(time)}  bid ${numberText(bid)} ask ${numberText(ask)} (size ${size}${at})`
    }
    case 'switched':
      return `${event.from} is left for ${event.to} from ${formatTime(event.since)}: ${event.reason}`
  }
}

/** Prices are quotients of amounts: more digits than these say nothing. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(9)))
}
