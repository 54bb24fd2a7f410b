import type { CommandModule } from 'yargs'
import type { CommandContext } from '../command.js'
import { JSON_FLAG, isSet, textFlag } from '../flags.js'
import { printJson } from '../output.js'

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
      const { withWorkspace } = await import('../compose.js')
      await withWorkspace(output, async workspace => {
        const { repeatRun, findRun } = await import('../stored-run.js')
        const { writePage } = await import('../run-execution.js')
        const report = await repeatRun(workspace, await findRun(workspace, textFlag(flags, 'run')!))
        const path = await writePage(workspace, report, textFlag(flags, 'report'))
        if (isSet(flags, 'json')) return printJson(output, { run_id: report.runId, report: path })
        return output.print(`report  ${path}`)
      })
    },
  }
}
