import type { CommandModule } from 'yargs'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, textFlag, type Flags } from '../../flags.js'
import { printJson } from '../../output.js'

type Shown = { readonly text: string; readonly json: unknown }

const STRATEGY = {
  strategy: {
    type: 'string',
    requiresArg: true,
    describe: 'The strategy whose parameters are meant, where there are several',
  },
} as const

/** `assay settings get|set SYMBOL`: what holds for a symbol while sessions run. */
export function settingsCommand({ output }: CommandContext): CommandModule {
  const on =
    (work: (workspace: Workspace, flags: Flags) => Promise<Shown>) => async (flags: Flags) => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { text, json } = await work(workspace, flags)
        if (isSet(flags, 'json')) printJson(output, json)
        else output.print(text)
      })
    }
  return {
    command: 'settings',
    describe: 'Show and change what holds for a symbol while sessions run',
    builder: parser =>
      parser
        .command({
          command: 'get <symbol>',
          describe: 'Show the settings of a symbol',
          builder: get => get.positional('symbol', { type: 'string' }).option('json', JSON_FLAG),
          handler: on(async (workspace, flags) => {
            const { showSettings } = await import('../../../app/live/settings-edit.js')
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
              .example(
                '$0 settings set SOL-USDC stop_loss=0.02 fast_ma=12',
                'all of it or nothing',
              ),
          handler: on(async (workspace, flags) => {
            const { editSettings } = await import('../../../app/live/settings-edit.js')
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
