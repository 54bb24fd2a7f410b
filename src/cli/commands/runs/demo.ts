import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay demo`: the main job once, on synthetic candles that ship with Assay. */
export function demoCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'demo',
    describe: 'Import the bundled synthetic sample and backtest ma_crossover over it',
    builder: parser =>
      parser.option('json', { type: 'boolean', describe: 'Print the result as JSON' }),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { runDemo } = await import('../../../app/backtest/demo.js')
        const answer = await runDemo(workspace)
        if (isSet(flags, 'json')) printJson(output, answer.json)
        else output.print(answer.summary)
      })
    },
  }
}
