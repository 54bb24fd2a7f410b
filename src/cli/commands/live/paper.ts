import type { CommandModule, Options } from 'yargs'
import type { PaperOptions } from '../../../app/live/paper/paper-options.js'
import type { CommandContext } from '../../command.js'
import { isSet, optionsOf } from '../../flags/flags.js'
import { untilInterrupted } from '../../terminal/interrupt.js'
import { printJson } from '../../terminal/output.js'
import { namedParams, paramOptions, withParams } from '../../flags/param-flags.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'
import { FEED_FLAGS, NOTIFY_FLAG } from '../../flags/feed-flags.js'
import { PROMOTION_FLAGS } from '../../flags/promotion-flags.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'
import { RESULT_FLAGS } from '../../flags/result-flags.js'

const OWN_FLAGS: Readonly<Record<string, Options>> = {
  feed: {
    type: 'string',
    requiresArg: true,
    describe: 'A source of candles, or replay for stored ones [that of the symbol, or binance]',
  },
  speed: {
    type: 'string',
    requiresArg: true,
    describe: 'With --feed replay: how many times faster than they were, or max [1]',
  },
  ...PROMOTION_FLAGS,
  session: {
    type: 'string',
    requiresArg: true,
    describe: 'Resume a session whose process is gone, instead of a strategy',
  },
  ...RESULT_FLAGS,
  ...NOTIFY_FLAG,
  ...FEED_FLAGS,
  ...REACH_FLAGS,
  json: { type: 'boolean', describe: 'Print the result as JSON' },
}
const FLAGS = { strategy: {}, ...RUN_FLAGS, ...OWN_FLAGS }

/** `assay paper STRATEGY`: trades without money, as a live session does. */
export function paperCommand({ output, args }: CommandContext): CommandModule {
  let names: readonly string[] = []
  return {
    command: 'paper [strategy]',
    describe: 'Trade without money on candles as they come',
    builder: async parser => {
      const specs = await namedParams(args, 'paper', OWN_FLAGS)
      names = Object.keys(specs)
      return parser
        .positional('strategy', {
          type: 'string',
          describe: 'Id of a strategy, or path of a strategy file',
        })
        .options(RUN_FLAGS)
        .options(OWN_FLAGS)
        .options(paramOptions(specs, FLAGS))
        .example(
          '$0 paper ma_crossover --symbol SOL-USDC --timeframe 1h --feed replay --speed max',
          'stored candles',
        )
        .example('$0 paper --promotion ID --promotion ID', 'several, on one account')
    },
    handler: async flags => {
      const options = withParams(optionsOf<PaperOptions>(flags, FLAGS), flags, {
        names,
        declared: FLAGS,
      })
      const asJson = isSet(flags, 'json')
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { paper } = await import('../../../app/live/paper/paper.js')
        const onLine = (line: string): void => (asJson ? undefined : output.print(line))
        const answer = await untilInterrupted(signal =>
          paper(workspace, options, { signal, onLine }),
        )
        if (asJson) printJson(output, answer.json)
        else output.print(answer.summary)
        if (answer.failure !== null) throw answer.failure
      })
    },
  }
}
