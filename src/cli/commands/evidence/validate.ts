import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import { isSet, optionsOf, textFlag, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

const FLAGS = {
  seed: valueFlag('Seed of everything that is drawn [1]'),
  paths: valueFlag('Histories that are drawn [10000]'),
  report: valueFlag('Path of the page, or none'),
}

/** `assay validate RUN|SWEEP`: is it real, or was it fitted? Exit code 0 only for a pass. */
export function validateCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'validate <reference>',
    describe: 'Test whether a run, or the best set of a sweep, is more than luck',
    builder: parser =>
      parser
        .positional('reference', {
          type: 'string',
          describe: 'A stored run or sweep: its id, the beginning of it, or latest (run)',
        })
        .options(FLAGS)
        .option('json', { type: 'boolean', describe: 'Print the verdict as JSON' }),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { validate } = await import('../../../app/validation/validation.js')
        const { validationJson, validationText } =
          await import('../../../app/validation/validation-text.js')
        const validation = await validate(
          workspace,
          textFlag(flags, 'reference')!,
          optionsOf(flags, FLAGS),
        )
        if (isSet(flags, 'json')) printJson(output, validationJson(validation))
        else output.print(validationText(validation))
        if (validation.verdict === 'pass') return
        throw new AppError('NOT_VALID', `the verdict is ${validation.verdict}`, {
          hint: validation.reasons[0] ?? '',
        })
      })
    },
  }
}
