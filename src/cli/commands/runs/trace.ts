import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf, textFlag } from '../../flags/flags.js'
import type { TraceOptions } from '../../../app/backtest/stored/trace.js'

const FLAGS = {
  from: { type: 'string', requiresArg: true, describe: 'Open time of the first candle' },
  candles: { type: 'string', requiresArg: true, describe: 'How many [50]' },
  csv: { type: 'boolean', describe: 'Print CSV, nothing rounded' },
  json: JSON_FLAG,
} as const

/** `assay trace RUN`: what the strategies of a run saw and said, close by close. */
export function traceCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'trace <run>',
    describe: 'Show what a run saw and decided, candle by candle',
    builder: parser =>
      parser
        .positional('run', { type: 'string', describe: 'Run id, its beginning, or latest' })
        .options(FLAGS)
        .example('$0 trace latest --from 2024-03-01 --candles 20', ''),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { trace } = await import('../../../app/backtest/stored/trace.js')
        const options = optionsOf<TraceOptions>(flags, FLAGS)
        const json = flags['json'] === true
        output.print(await trace(workspace, textFlag(flags, 'run')!, { ...options, json }))
      })
    },
  }
}
