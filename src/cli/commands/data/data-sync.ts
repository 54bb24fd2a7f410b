import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import type { SyncOptions } from '../../../app/sources/sync-candles.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, optionsOf } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'

const FLAGS = {
  all: { type: 'boolean', describe: 'Every fetched data set; the same as naming none' },
  verify: { type: 'boolean', describe: 'Ask again for everything stored, and show what differs' },
  'dry-run': { type: 'boolean', describe: 'Only show what would be asked' },
  ...REACH_FLAGS,
} as const

/** `assay data sync` */
export function dataSyncCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'sync [symbols..]',
    describe: 'Bring fetched candles up to now',
    builder: parser =>
      parser
        .positional('symbols', { type: 'string', describe: 'Only these: SOL-USDC@binance' })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 data sync', 'every data set that was fetched')
        .example('$0 data sync SOL-USDC --verify', 'does the source still say the same?'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { fetchError } = await import('../../../app/sources/fetch-candles.js')
        const { syncCandles } = await import('../../../app/sources/sync-candles.js')
        const { outcomesJson, outcomesText } = await import('../../fetch-output.js')
        const options = optionsOf<SyncOptions>(flags, { symbols: { array: true }, ...FLAGS })
        const outcomes = await syncCandles(workspace, options)
        if (isSet(flags, 'json')) printJson(output, outcomesJson(outcomes))
        else output.print(outcomesText(outcomes))
        const error = fetchError(outcomes)
        if (error !== undefined) throw error
        if (isSet(flags, 'json') || isSet(flags, 'dry-run')) return
        output.print(nextLine('assay data list', 'what is stored'))
      })
    },
  }
}
