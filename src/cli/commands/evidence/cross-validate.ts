import type { CommandModule, Options } from 'yargs'
import type { CommandContext } from '../../command.js'
import { isSet, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'
import { SEARCH_FLAGS } from '../../flags/sweep-flags.js'

/** Flags that `assay cross-validate` has beside those of a run and of a search. */
const CROSS_VALIDATION_FLAGS: Readonly<Record<string, Options>> = {
  groups: valueFlag('Groups in time that the days are cut into [10]'),
  'test-groups': valueFlag('Groups that are tested in each combination [2]'),
  purge: valueFlag('Days left out of training before and after each tested group [2d]'),
  embargo: valueFlag('Further days left out after each tested group [1d]'),
  objective: valueFlag('A metric that daily returns give, such as cagr, or a mix of them [sharpe]'),
  templates: valueFlag('Choose among templates: all, or names'),
}

// Those of a search last: `--objective` is declared as a list first, and stays one.
const FLAGS = { strategy: {}, ...RUN_FLAGS, ...CROSS_VALIDATION_FLAGS, ...SEARCH_FLAGS }

/** `assay cross-validate STRATEGY`: pick on some groups of days, test on the others, in every way. */
export function crossValidateCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'cross-validate [strategy]',
    describe: 'Pick on some of the days, test on the others, in every way (CPCV)',
    builder: parser =>
      parser
        .positional('strategy', {
          type: 'string',
          describe: 'Id of a strategy, or path of a strategy file',
        })
        .options(RUN_FLAGS)
        .options(SEARCH_FLAGS)
        .options(CROSS_VALIDATION_FLAGS)
        .option('json', { type: 'boolean', describe: 'Print the result as JSON' })
        .example(
          '$0 cross-validate ma_crossover --symbol SOL-USDC --timeframe 1h --grid fast_ma=5:30:5 --grid slow_ma=40:120:20',
          '45 combinations, 9 paths',
        ),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { runCrossValidation } =
          await import('../../../app/cross-validation/cross-validation.js')
        const finished = await runCrossValidation(workspace, optionsOf(flags, FLAGS))
        if (isSet(flags, 'json')) {
          const { crossValidationJson } =
            await import('../../../app/cross-validation/cross-validation-json.js')
          printJson(output, crossValidationJson(finished))
        } else {
          const { crossValidationText } =
            await import('../../../app/cross-validation/cross-validation-text.js')
          output.print(crossValidationText(finished))
        }
      })
    },
  }
}
