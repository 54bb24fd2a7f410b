import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { symbolsAddCommand } from './symbols-add.js'
import { symbolsCheckCommand } from './symbols-check.js'
import { symbolsListCommand } from './symbols-list.js'

/** `assay symbols list|add|check`: what markets are called at their sources. */
export function symbolsCommand(context: CommandContext): CommandModule {
  return {
    command: 'symbols',
    describe: 'What markets are called at their sources',
    builder: parser =>
      parser
        .command(symbolsListCommand(context))
        .command(symbolsAddCommand(context))
        .command(symbolsCheckCommand(context))
        .demandCommand(1, 'say list, add or check'),
    handler: () => undefined,
  }
}
