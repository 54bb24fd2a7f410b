import type { CommandModule, Options } from 'yargs'
import type { ReplayLiveOptions } from '../../../app/shortfall/replay-live.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf } from '../../flags.js'
import { printJson } from '../../output.js'

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
export function replayCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'replay',
    describe: 'Compare a session with the backtest of its candles, and split the shortfall',
    builder: parser =>
      parser
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 replay --live latest', 'what a session earned less, and why'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { replayLive } = await import('../../../app/shortfall/replay-live.js')
        const { replayJson, replayText } = await import('../../../app/shortfall/replay-text.js')
        const options = optionsOf<ReplayLiveOptions>(flags, FLAGS)
        const replayed = await replayLive(workspace, options)
        if (isSet(flags, 'json')) printJson(output, replayJson(replayed))
        else output.print(replayText(replayed))
      })
    },
  }
}
