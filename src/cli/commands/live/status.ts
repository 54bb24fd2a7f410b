import type { CommandModule } from 'yargs'
import type { Shown, StatusOptions } from '../../../app/live/session-status.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf } from '../../flags.js'
import { printJson } from '../../output.js'

const FLAGS = {
  session: {
    type: 'string',
    requiresArg: true,
    describe: 'One session, by its id or the beginning of it',
  },
  all: { type: 'boolean', describe: 'Sessions that have ended too' },
} as const

type Show = (workspace: Workspace, options: StatusOptions) => Promise<Shown>

/** `assay status`: how sessions stand. */
export function statusCommand(context: CommandContext): CommandModule {
  return showing(context, 'status', 'Show how the running sessions stand', async () => {
    const { sessionStatus } = await import('../../../app/live/session-status.js')
    return sessionStatus
  })
}

/** `assay positions`: what sessions hold. */
export function positionsCommand(context: CommandContext): CommandModule {
  return showing(context, 'positions', 'Show what running sessions hold, with stops', async () => {
    const { sessionPositions } = await import('../../../app/live/session-status.js')
    return sessionPositions
  })
}

/** `assay orders`: orders of sessions that have not ended. */
export function ordersCommand(context: CommandContext): CommandModule {
  return showing(context, 'orders', 'Show the open orders of running sessions', async () => {
    const { sessionOrders } = await import('../../../app/live/session-status.js')
    return sessionOrders
  })
}

function showing(
  { output }: CommandContext,
  command: string,
  describe: string,
  load: () => Promise<Show>,
): CommandModule {
  return {
    command,
    describe,
    builder: parser => parser.options(FLAGS).option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const show = await load()
        const { text, json } = await show(workspace, optionsOf<StatusOptions>(flags, FLAGS))
        if (isSet(flags, 'json')) printJson(output, json)
        else output.print(text)
      })
    },
  }
}
