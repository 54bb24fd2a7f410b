import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import { isSet } from '../../flags.js'
import { printJson } from '../../output.js'

/** `assay validate RUN|SWEEP`: is it real, or was it fitted? Exit code 0 only for a pass. */
export function validateCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'validate <reference>',
    describe: 'Bring a run, or the best set of a sweep, before the court: real or fitted?',
    builder: parser =>
      parser
        .positional('reference', {
          type: 'string',
          describe: 'A stored run or sweep: its id, the beginning of it, or latest (run)',
        })
        .option('seed', { type: 'string', requiresArg: true, describe: 'Of all that is drawn [1]' })
        .option('paths', {
          type: 'string',
          requiresArg: true,
          describe: 'Histories that are drawn [10000]',
        })
        .option('report', {
          type: 'string',
          requiresArg: true,
          describe: 'Path of the page, or none',
        })
        .option('json', { type: 'boolean', describe: 'Print the verdict as JSON' }),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { validate } = await import('../../validate-run.js')
        const { validationJson, validationText } = await import('../../validate-answer.js')
        const validation = await validate(workspace, flags)
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
