import type { CommandModule } from 'yargs'
import { nextLine } from '../../../app/output/next-line.js'
import { AppError } from '../../../core/errors.js'
import { table } from '../../../core/text-table.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

const CONFIG_FLAG = {
  type: 'string',
  requiresArg: true,
  demandOption: true,
  describe: 'File with a section "notifications" that names the channels',
} as const

/** `assay notify test` */
export function notifyTestCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'test',
    describe: 'Send a test message over each channel',
    builder: parser =>
      parser
        .option('config', CONFIG_FLAG)
        .option('json', JSON_FLAG)
        .example('$0 notify test --config config.json', 'exit code 1 where one fails'),
    handler: async flags => {
      const { testNotifications } = await import('../../../app/notifications/notifications.js')
      const log = (text: string): void => output.log(text)
      const tests = await testNotifications(textFlag(flags, 'config')!, process.env, log)
      if (isSet(flags, 'json')) printJson(output, tests)
      else {
        const rows = tests.map(({ channel, type, ok }) => [channel, type, ok ? 'sent' : 'FAILED'])
        const next = nextLine('assay data list', 'what there is to trade on')
        output.print([table(['channel', 'type', 'state'], rows), '', next].join('\n'))
      }
      const failed = tests.filter(({ ok }) => !ok)
      if (failed.length === 0) return
      throw new AppError('CHECK_FAILED', `${failed.length} of ${tests.length} channels failed`, {
        hint: failed.map(({ channel, reason }) => `${channel}: ${reason}`).join('; '),
      })
    },
  }
}
