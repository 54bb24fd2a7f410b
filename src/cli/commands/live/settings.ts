import type { CommandModule } from 'yargs'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf, textFlag } from '../../flags/flags.js'

const STRATEGY = {
  strategy: {
    type: 'string',
    requiresArg: true,
    describe: 'Whose parameters and exits are meant; without it exits are those of all',
  },
} as const

/** `assay settings get|set SYMBOL`: what holds for a symbol while sessions run. */
export function settingsCommand(context: CommandContext): CommandModule {
  return {
    command: 'settings',
    describe: 'Show and change what holds for a symbol while sessions run',
    builder: parser =>
      parser
        .command({
          command: 'get <symbol>',
          describe: 'Show the settings of a symbol',
          builder: get => get.positional('symbol', { type: 'string' }).option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
            const { showSettings } = await import('../../../app/live/settings/settings-edit.js')
            return showSettings(workspace, textFlag(flags, 'symbol')!)
          }),
        })
        .command({
          command: 'set <symbol> <changes..>',
          describe:
            'Change settings: stop_loss=0.02 fast_ma=12; sessions take them before their next candle',
          builder: set =>
            set
              .positional('symbol', { type: 'string' })
              .positional('changes', { type: 'string', array: true })
              .options(STRATEGY)
              .option('json', JSON_FLAG)
              .example('$0 settings set SOL-USDC stop_loss=0.02 fast_ma=12', 'all of it or nothing')
              .example(
                '$0 settings set SOL-USDC stop_loss=0.02 --strategy rsi_reversion',
                'one of several strategies; stop_loss=default takes it back',
              ),
          handler: showing(context, async (workspace, flags) => {
            const { editSettings } = await import('../../../app/live/settings/settings-edit.js')
            const changes = [flags['changes']].flat().map(String)
            return editSettings(
              workspace,
              textFlag(flags, 'symbol')!,
              changes,
              optionsOf(flags, STRATEGY),
            )
          }),
        })
        .demandCommand(1, 'say get or set'),
    handler: () => undefined,
  }
}
