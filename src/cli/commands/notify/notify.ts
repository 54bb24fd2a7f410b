import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { notifyTestCommand } from './notify-test.js'

/** `assay notify test`: whom sessions tell of events. */
export function notifyCommand(context: CommandContext): CommandModule {
  return {
    command: 'notify',
    describe: 'Send events of sessions to people',
    builder: parser => parser.command(notifyTestCommand(context)).demandCommand(1, 'say test'),
    handler: () => undefined,
  }
}
