import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { costsFitCommand } from './costs-fit.js'
import { costsListCommand } from './costs-list.js'
import { costsShowCommand } from './costs-show.js'

/** `assay costs fit|list|show`: curves of what market fills cost. */
export function costsCommand(context: CommandContext): CommandModule {
  return {
    command: 'costs',
    describe: 'What market fills cost by their size: fit, list and show curves',
    builder: parser =>
      parser
        .command(costsFitCommand(context))
        .command(costsListCommand(context))
        .command(costsShowCommand(context))
        .demandCommand(1, 'say fit, list or show'),
    handler: () => undefined,
  }
}
