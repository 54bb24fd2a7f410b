import type { CommandModule } from 'yargs'
import type { StatusOptions } from '../../../app/live/session/session-status.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { Shown } from '../../../app/output/output.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf } from '../../flags/flags.js'

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
  return shown(context, 'status', 'Show how the running sessions stand', async () => {
    const { sessionStatus } = await import('../../../app/live/session/session-status.js')
    return sessionStatus
  })
}

/** `assay positions`: what sessions hold. */
export function positionsCommand(context: CommandContext): CommandModule {
  return shown(context, 'positions', 'Show what running sessions hold, with stops', async () => {
    const { sessionPositions } = await import('../../../app/live/session/session-status.js')
    return sessionPositions
  })
}

/** `assay orders`: orders of sessions that have not ended. */
export function ordersCommand(context: CommandContext): CommandModule {
  return shown(context, 'orders', 'Show the open orders of running sessions', async () => {
    const { sessionOrders } = await import('../../../app/live/session/session-status.js')
    return sessionOrders
  })
}

function shown(
  context: CommandContext,
  command: string,
  describe: string,
  load: () => Promise<Show>,
): CommandModule {
  return {
    command,
    describe,
    builder: parser => parser.options(FLAGS).option('json', JSON_FLAG),
    handler: showing(context, async (workspace, flags) => {
      const show = await load()
      return show(workspace, optionsOf<StatusOptions>(flags, FLAGS))
    }),
  }
}
