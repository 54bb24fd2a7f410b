import type { CommandModule, Options } from 'yargs'
import type {
  ControlOptions,
  SessionCommandName,
} from '../../../app/live/session/session-control.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'

const SESSION = { session: valueFlag('The session; not needed where only one is running') }
const LEG = {
  symbol: valueFlag('Only on this market'),
  strategy: valueFlag('Only of this strategy'),
}

/** What each command says of itself, and the flags that it takes beside `--session`. */
const COMMANDS: Readonly<
  Record<SessionCommandName, { describe: string; flags: Readonly<Record<string, Options>> }>
> = {
  pause: { describe: 'Enter nothing more; exits go on', flags: {} },
  resume: { describe: 'Enter again after a pause', flags: {} },
  flatten: { describe: 'Close every position, or one; entries go on', flags: LEG },
  reduce: {
    describe: 'Close a share of every position, or of one',
    flags: { share: valueFlag('Share of what is held to sell: 0.5 is half'), ...LEG },
  },
  kill: { describe: 'Close everything, and enter nothing more for good', flags: {} },
  stop: { describe: 'End a session; it keeps what it holds', flags: {} },
}

/** `assay pause|resume|flatten|reduce|kill|stop`: orders to a running session, from any terminal. */
export const controlCommands = (Object.keys(COMMANDS) as SessionCommandName[]).map(
  name =>
    (context: CommandContext): CommandModule => {
      const { describe, flags: own } = COMMANDS[name]
      const declared = { ...SESSION, ...own }
      return {
        command: name,
        describe,
        builder: parser => parser.options(declared).option('json', JSON_FLAG),
        handler: showing(context, async (workspace, flags) => {
          const { controlSession } = await import('../../../app/live/session/session-control.js')
          return controlSession(workspace, name, optionsOf<ControlOptions>(flags, declared))
        }),
      }
    },
)
