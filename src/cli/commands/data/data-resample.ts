import type { CommandModule } from 'yargs'
import { formatTime } from '../../../core/candles/time.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../data-flags.js'
import { JSON_FLAG, isSet, textFlag } from '../../flags.js'
import { printJson } from '../../output.js'

/** `assay data resample --timeframe 5m --to 1h` */
export function dataResampleCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'resample',
    describe: 'Build candles of a higher timeframe from stored ones',
    builder: parser =>
      withKeyFlags(parser)
        .option('to', {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'The higher timeframe',
        })
        .option('replace', { type: 'boolean', describe: 'Replace what is stored under it' })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { resampleCandles } = await import('../../../app/data/resample-candles.js')
        const set = await resampleCandles(workspace, {
          ...keyFlags(flags),
          to: textFlag(flags, 'to')!,
          replace: isSet(flags, 'replace'),
        })
        const [first, last] = [formatTime(set.first), formatTime(set.last)]
        if (isSet(flags, 'json')) {
          const { symbol, timeframe, count, dataHash } = set
          return printJson(output, {
            symbol,
            timeframe,
            candles: count,
            first,
            last,
            data_hash: dataHash,
          })
        }
        return output.print(
          `${set.symbol} ${set.timeframe}: ${set.count} candles from ${first} to ${last}`,
        )
      })
    },
  }
}
