import type { CommandModule } from 'yargs'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, LIMIT_FLAG, limitOf, textFlag } from '../../flags/flags.js'

/** `assay sessions list|show|report`: paper and live sessions, and what happened in them. */
export function sessionsCommand(context: CommandContext): CommandModule {
  return {
    command: 'sessions',
    describe: 'List and show paper and live sessions',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List sessions, newest first',
          builder: list => list.option('limit', LIMIT_FLAG).option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
            const { listSessions } = await import('../../../app/live/session/session-list.js')
            const limit = limitOf(flags)
            return listSessions(workspace, limit)
          }),
        })
        .command({
          command: 'show <session>',
          describe: 'Show a session; with --json its trades and commands too',
          builder: show => show.positional('session', { type: 'string' }).option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
            const { showSession } = await import('../../../app/live/session/session-list.js')
            return showSession(workspace, textFlag(flags, 'session') ?? 'latest')
          }),
        })
        .command({
          command: 'report <session>',
          describe: 'Write the page of a session, as that of a run',
          builder: report =>
            report
              .positional('session', { type: 'string' })
              .option('output', {
                type: 'string',
                requiresArg: true,
                describe: 'Where to write it [among the reports]',
              })
              .option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
            const { reportOnSession } = await import('../../../app/live/session/session-report.js')
            return reportOnSession(workspace, {
              session: textFlag(flags, 'session') ?? 'latest',
              output: textFlag(flags, 'output'),
            })
          }),
        })
        .demandCommand(1, 'say list, show or report'),
    handler: () => undefined,
  }
}
