import { nextLine } from '../../../app/output/next-line.js'
import { symbolOf } from '../../../core/candles/symbols.js'
import type { CommandModule } from 'yargs'
import type { FetchOptions } from '../../../app/sources/fetch-options.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'

const FLAGS = {
  source: valueFlag('Where to ask; assay data sources lists them (default: binance)'),
  timeframe: { ...valueFlag('The length of a candle: 1m, 15m, 1h, 1d ...'), demandOption: true },
  since: valueFlag('First open, UTC (default: where the last fetch began, or a year ago)'),
  until: valueFlag('End, exclusive (default: now)'),
  'dry-run': { type: 'boolean', describe: 'Only show what would be asked' },
  again: { type: 'boolean', describe: 'Ask again for what is stored, and compare' },
  replace: { type: 'boolean', describe: 'As --again, and let the source replace stored candles' },
  ...REACH_FLAGS,
} as const

/** `assay data fetch SYMBOL...` */
export function dataFetchCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'fetch <symbols..>',
    describe: 'Fetch candles from an exchange or an on-chain source',
    builder: parser =>
      parser
        .positional('symbols', { type: 'string', describe: 'Markets, for example SOL-USDC' })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 data fetch SOL-USDC --timeframe 1h --since 2024-01-01', 'from Binance')
        .example('$0 data fetch SOL-USDC --source coinbase --timeframe 1m --dry-run', 'the plan'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { fetchError, fetchSymbols } = await import('../../../app/sources/fetch-candles.js')
        const { outcomesJson, outcomesText } = await import('../../fetch-output.js')
        const options = optionsOf<FetchOptions>(flags, { symbols: { array: true }, ...FLAGS })
        const outcomes = await fetchSymbols(workspace, options)
        if (isSet(flags, 'json')) printJson(output, outcomesJson(outcomes))
        else output.print(outcomesText(outcomes))
        const error = fetchError(outcomes)
        if (error !== undefined) throw error
        if (isSet(flags, 'json') || isSet(flags, 'dry-run')) return
        const { key } = outcomes[0]!.planned
        const [symbol, timeframe] = [symbolOf(key), key.timeframe]
        output.print(
          nextLine(`assay data gaps --symbol ${symbol} --timeframe ${timeframe}`, 'is it whole?'),
        )
      })
    },
  }
}
