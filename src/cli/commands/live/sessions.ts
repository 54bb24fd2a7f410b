import type { CommandModule } from 'yargs'
import type { Shown } from '../../../app/live/session-status.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, numberFlag, textFlag, type Flags } from '../../flags.js'
import { printJson } from '../../output.js'

/** `assay sessions list|show|report`: paper and live sessions, and what happened in them. */
export function sessionsCommand({ output }: CommandContext): CommandModule {
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
    command: 'sessions',
    describe: 'List and show paper and live sessions',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List sessions, newest first',
          builder: list =>
            list
              .option('limit', { type: 'string', requiresArg: true, describe: 'How many [20]' })
              .option('json', JSON_FLAG),
          handler: on(async (workspace, flags) => {
            const { listSessions } = await import('../../../app/live/session-list.js')
            const limit = numberFlag(flags, 'limit', { min: 1, max: 1e6, whole: true }) ?? 20
            return listSessions(workspace, limit)
          }),
        })
        .command({
          command: 'show <session>',
          describe: 'Show a session; with --json its trades and commands too',
          builder: show => show.positional('session', { type: 'string' }).option('json', JSON_FLAG),
          handler: on(async (workspace, flags) => {
            const { showSession } = await import('../../../app/live/session-list.js')
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
          handler: on(async (workspace, flags) => {
            const { reportOnSession } = await import('../../../app/live/session-report.js')
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
