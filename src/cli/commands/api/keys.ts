import type { Argv, CommandModule } from 'yargs'
import type { KeyAct, KeyOptions } from '../../../app/keys/keys.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf, textFlag, valueFlag } from '../../flags/flags.js'

const CREATE_FLAGS = {
  scope: valueFlag('What it may do: read, research, trade or admin; each contains those before it'),
  expires: valueFlag('How long it is valid: 30d, 12h or 15m [for ever]'),
  name: valueFlag('What you call it [its scope]'),
}

/** `assay keys create|list|revoke|rotate`: who may call the API. */
export function keysCommand(context: CommandContext): CommandModule {
  return {
    command: 'keys',
    describe: 'Make, list and revoke keys of the API',
    builder: parser =>
      parser
        .command(createCommand(context))
        .command({
          command: 'list',
          describe: 'List the keys; what they hold is shown to nobody',
          builder: list => list.option('json', JSON_FLAG),
          handler: showing(context, async workspace => {
            const { listKeys } = await import('../../../app/keys/keys.js')
            return listKeys(workspace, workspace.clock.now())
          }),
        })
        .command({
          command: 'revoke <key>',
          describe: 'Revoke a key, and those made from it, from the next request on',
          builder: keyArgument,
          handler: showing(context, async (workspace, flags) => {
            const { revokeKey, revokedKeyShown } = await import('../../../app/keys/keys.js')
            const key = await revokeKey(workspace, textFlag(flags, 'key')!, await act())
            return revokedKeyShown(key)
          }),
        })
        .command({
          command: 'rotate <key>',
          describe: 'Make a key like another one, and revoke that one',
          builder: keyArgument,
          handler: showing(context, async (workspace, flags) => {
            const { madeKeyShown, rotateKey } = await import('../../../app/keys/keys.js')
            return madeKeyShown(await rotateKey(workspace, textFlag(flags, 'key')!, await act()))
          }),
        })
        .demandCommand(1, 'say create, list, revoke or rotate'),
    handler: () => undefined,
  }
}

function createCommand(context: CommandContext): CommandModule {
  return {
    command: 'create',
    describe: 'Make a key; it is printed this once',
    builder: create => create.options(CREATE_FLAGS).option('json', JSON_FLAG),
    handler: showing(context, async (workspace, flags) => {
      const { madeKeyShown, makeKey } = await import('../../../app/keys/keys.js')
      const options = optionsOf<KeyOptions>(flags, CREATE_FLAGS)
      return madeKeyShown(await makeKey(workspace, options, await act()))
    }),
  }
}

function keyArgument(parser: Argv): Argv {
  return parser
    .positional('key', { type: 'string', describe: 'Id of a key, or the beginning of its id' })
    .option('json', JSON_FLAG)
}

async function act(): Promise<KeyAct> {
  const { operator } = await import('../../../app/workspace/operator.js')
  return { actor: operator(), at: Date.now() }
}
