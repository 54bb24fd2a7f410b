import { nextLine } from '../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { AppError } from '../../core/errors.js'
import type { CommandContext } from '../command.js'
import { JSON_FLAG, isSet } from '../flags/flags.js'
import { printJson } from '../terminal/output.js'
import { table } from '../../core/text-table.js'

/** `assay doctor`: whether everything that Assay stands on is in order. */
export function doctorCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'doctor',
    describe: 'Check Node, home folder and database, and read every candle in it',
    builder: parser => parser.option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { examine } = await import('../../app/workspace/diagnosis.js')
        const findings = await examine(workspace)
        if (isSet(flags, 'json')) printJson(output, findings)
        else
          output.print(
            [
              table(
                ['check', 'state', 'found'],
                findings.map(({ check, ok, found }) => [check, ok ? 'ok' : 'FAILED', found]),
              ),
              '',
              nextLine('assay data list', 'what there is to test on'),
            ].join('\n'),
          )
        const failed = findings.filter(({ ok }) => !ok)
        if (failed.length === 0) return
        throw new AppError('CHECK_FAILED', `${failed.length} of ${findings.length} checks failed`, {
          hint: failed.map(({ check, found }) => `${check}: ${found}`).join('; '),
        })
      })
    },
  }
}
