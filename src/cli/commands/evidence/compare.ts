import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/**
 * `assay compare RUN RUN`: what two stored runs decided differently. `assay runs compare` shows their
 * settings and metrics side by side; this goes below them.
 */
export function compareCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'compare <run> <other>',
    describe: 'Compare two runs of one market decision by decision (runs compare: metrics)',
    builder: parser =>
      parser
        .positional('run', { type: 'string', describe: 'A stored run, or latest' })
        .positional('other', { type: 'string', describe: 'The run to compare with it' })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { findRun } = await import('../../../app/backtest/stored/stored-run.js')
        const { compareRuns, comparisonJson, comparisonText } =
          await import('../../../app/backtest/stored/comparison.js')
        const before = await findRun(workspace, textFlag(flags, 'run')!)
        const after = await findRun(workspace, textFlag(flags, 'other')!)
        const comparison = compareRuns(before, after)
        if (isSet(flags, 'json')) return printJson(output, comparisonJson(comparison))
        return output.print(comparisonText(comparison))
      })
    },
  }
}
