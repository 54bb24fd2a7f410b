import type { CommandModule, Options } from 'yargs'
import type { CommandContext } from '../../command.js'
import { isSet, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'
import { SEARCH_FLAGS } from '../../flags/sweep-flags.js'

const OWN_FLAGS: Readonly<Record<string, Options>> = {
  train: valueFlag('Length of a training: 180d'),
  test: valueFlag('Length of a test: 30d'),
  anchored: { type: 'boolean', describe: 'Every training begins at the start of the candles' },
  purge: valueFlag('Left out at the end of a training: 2d [0]'),
  embargo: valueFlag('Left out after that [0]'),
  templates: valueFlag('Let trainings choose among templates: all, or names'),
  report: valueFlag('Path of the page, or none'),
  json: { type: 'boolean', describe: 'Print the result as JSON' },
}

const FLAGS = { strategy: {}, ...RUN_FLAGS, ...SEARCH_FLAGS, ...OWN_FLAGS }

/** `assay walk-forward STRATEGY`: optimise on what came before, test on what came after, step on. */
export function walkForwardCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'walk-forward [strategy]',
    describe: 'Optimise, test on what follows, step on, and join the tests',
    builder: parser =>
      parser
        .positional('strategy', {
          type: 'string',
          describe: 'Id of a strategy, or path of a strategy file',
        })
        .options(RUN_FLAGS)
        .options(SEARCH_FLAGS)
        .options(OWN_FLAGS)
        .example(
          '$0 walk-forward ma_crossover --symbol SOL-USDC --timeframe 1h --grid fast_ma=5:30:5 --grid slow_ma=40:120:20 --train 180d --test 30d --purge 2d',
          'rolling windows',
        ),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { runWalkForward } = await import('../../../app/walk-forward/walk-forward.js')
        const { walkForwardJson, walkForwardText } =
          await import('../../../app/walk-forward/walk-forward-text.js')
        const finished = await runWalkForward(workspace, optionsOf(flags, FLAGS))
        if (isSet(flags, 'json')) printJson(output, walkForwardJson(finished))
        else output.print(walkForwardText(finished))
      })
    },
  }
}
