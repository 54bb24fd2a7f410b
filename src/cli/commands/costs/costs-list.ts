import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { table } from '../../../core/text-table.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay costs list` */
export function costsListCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'list',
    describe: 'List the presets that --impact takes',
    builder: parser => parser.option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async ({ home }) => {
        const { listCosts } = await import('../../../app/costs/cost-presets.js')
        const presets = listCosts(home.folder)
        await Promise.resolve()
        if (isSet(flags, 'json')) return printJson(output, presets)
        const rows = presets.map(({ name, curve, fitted }) => [
          name,
          curve === null
            ? 'no impact'
            : `${curve.a.toPrecision(3)} + ${curve.b.toPrecision(3)} Q^${curve.g.toPrecision(2)}`,
          fitted === null
            ? 'Assay'
            : `${fitted.symbol}, ${fitted.rounds} rounds to ${fitted.to.slice(0, 10)}`,
        ])
        const next = nextLine('assay costs show NAME', 'what fills of several sizes cost')
        return output.print(`${table(['preset', 'bps for Q base coins', 'from'], rows)}\n\n${next}`)
      })
    },
  }
}
