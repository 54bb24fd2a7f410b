import type { CommandModule } from 'yargs'
import { nextLine } from '../../../app/output/next-line.js'
import { AppError } from '../../../core/errors.js'
import type { RecordOptions } from '../../../app/costs/record.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { untilInterrupted } from '../../terminal/interrupt.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'

const FLAGS = {
  sizes: valueFlag('Sizes in quote coins (default: 100,300,1000,3000,10000,30000,100000)'),
  rounds: valueFlag('How many rounds (default: until Ctrl-C)'),
  budget: valueFlag('Share of the request limit to use (default: 0.25)'),
  ...REACH_FLAGS,
} as const

/** `assay record SYMBOL` */
export function recordCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'record <symbol>',
    describe: 'Record two-way quotes of several sizes from Jupiter',
    builder: parser =>
      parser
        .positional('symbol', { type: 'string' })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 record SOL-USDC --rounds 300', 'enough for a curve of costs'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { recordMarket } = await import('../../../app/costs/record.js')
        const options = optionsOf<RecordOptions>(flags, { symbol: {}, ...FLAGS })
        const report = await untilInterrupted(signal =>
          recordMarket(workspace, options, { signal }),
        )
        const { symbol, rounds, quotes, failures, stopped } = report
        const reason = stopped?.message ?? null
        if (isSet(flags, 'json')) {
          printJson(output, { symbol, rounds, quotes, failures, stopped: reason })
        } else {
          output.print(
            `${symbol}: ${rounds} rounds of ${quotes} quotes recorded, ${failures} without a price`,
          )
          if (stopped === undefined) output.print(nextLine(`assay costs fit ${symbol}`))
        }
        if (stopped !== undefined) {
          throw new AppError('FETCH_FAILED', `recording ended early: ${stopped.message}`, {
            hint: 'whole rounds are stored; the same command records more',
          })
        }
      })
    },
  }
}
