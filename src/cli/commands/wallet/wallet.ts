import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { walletCheckCommand } from './wallet-check.js'
import { walletCreateCommand } from './wallet-create.js'
import { walletServeCommand } from './wallet-serve.js'
import { walletShowCommand } from './wallet-show.js'

/** `assay wallet create|show|check|serve`: the key that live trading signs with. */
export function walletCommand(context: CommandContext): CommandModule {
  return {
    command: 'wallet',
    describe: 'The key that live trading signs with',
    builder: parser =>
      parser
        .command(walletCreateCommand(context))
        .command(walletShowCommand(context))
        .command(walletCheckCommand(context))
        .command(walletServeCommand(context))
        .demandCommand(1, 'say create, show, check or serve'),
    handler: () => undefined,
  }
}
