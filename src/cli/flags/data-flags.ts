import type { Argv } from 'yargs'
import type { DataSetName } from '../../core/ports/market/candles.js'
import { parseKey } from '../../core/candles/symbols.js'
import { textFlag, type Flags } from './flags.js'

/** The two flags that name a data set. */
export function withKeyFlags(parser: Argv): Argv {
  return parser
    .option('symbol', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'The market, for example SOL-USDC',
    })
    .option('timeframe', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'The length of a candle: 1m, 15m, 1h, 1d ...',
    })
}

/** @throws AppError INVALID_SYMBOL, INVALID_TIMEFRAME */
export function keyFlags(flags: Flags): DataSetName {
  return parseKey(textFlag(flags, 'symbol') ?? '', textFlag(flags, 'timeframe') ?? '')
}
