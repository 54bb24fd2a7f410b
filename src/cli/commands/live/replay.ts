import type { CommandModule, Options } from 'yargs'
import type { ReplayLiveOptions } from '../../../app/shortfall/replay-live.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf } from '../../flags/flags.js'

const FLAGS: Readonly<Record<string, Options>> = {
  live: {
    type: 'string',
    requiresArg: true,
    demandOption: true,
    describe: 'A live or paper session, or latest',
  },
  calibrate: {
    type: 'string',
    requiresArg: true,
    describe: 'Fit costs to its fills, and keep them under this name for --impact',
  },
}

/** `assay replay --live SESSION`: a session beside the engine over the candles that it saw. */
export function replayCommand(context: CommandContext): CommandModule {
  return {
    command: 'replay',
    describe: 'Compare a session with the backtest of its candles, and split the shortfall',
    builder: parser =>
      parser
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 replay --live latest', 'what a session earned less, and why'),
    handler: showing(context, async (workspace, flags) => {
      const { replayLive } = await import('../../../app/shortfall/replay-live.js')
      const { replayJson, replayText } = await import('../../../app/shortfall/replay-text.js')
      const replayed = await replayLive(workspace, optionsOf<ReplayLiveOptions>(flags, FLAGS))
      return { text: replayText(replayed), json: replayJson(replayed) }
    }),
  }
}
