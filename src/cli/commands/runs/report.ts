import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay report RUN`: the page of a stored run, written again. */
export function reportCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'report <run>',
    describe: 'Write the report page of a stored run',
    builder: parser =>
      parser
        .positional('run', { type: 'string', describe: 'Run id, its beginning, or latest' })
        .option('report', { type: 'string', requiresArg: true, describe: 'Path of the page' })
        .option('json', JSON_FLAG)
        .example('$0 report latest', ''),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { rewritePage } = await import('../../../app/portfolio/stored-page.js')
        const written = await rewritePage(workspace, textFlag(flags, 'run')!, {
          report: textFlag(flags, 'report'),
        })
        if (isSet(flags, 'json')) return printJson(output, written)
        const next = nextLine(`assay runs verify ${written.run_id}`, 'does it come out again?')
        return output.print(`report  ${written.report}\n${next}`)
      })
    },
  }
}
