import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { formatFixed } from '../../../core/number-format.js'
import { table } from '../../../core/text-table.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay costs show PRESET` */
export function costsShowCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'show <preset>',
    describe: 'Show what fills of several sizes cost by a preset',
    builder: parser => parser.positional('preset', { type: 'string' }).option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async ({ home }) => {
        const { showCosts } = await import('../../../app/costs/cost-presets.js')
        const shown = showCosts(textFlag(flags, 'preset')!, home.folder)
        await Promise.resolve()
        if (isSet(flags, 'json')) return printJson(output, shown)
        const { name, curve, fitted, fills } = shown
        const rows = fills.map(({ quantity, bps }) => [String(quantity), formatFixed(bps, 2)])
        return output.print(
          [
            curve === null
              ? `${name}: no impact`
              : `${name}: ${curve.a} + ${curve.b} Q^${curve.g} bps, Q in base coins`,
            ...(fitted === null
              ? ['a preset that Assay brings: docs/costs.md']
              : [
                  `fitted to ${fitted.rounds} rounds of ${fitted.symbol}, ${fitted.from} to ${fitted.to}`,
                  `quotes were off by ${formatFixed(fitted.rmse, 3)} bps; the largest was ${fitted.largest} quote coins`,
                ]),
            ...(rows.length === 0 ? [] : [table(['Q', 'bps'], rows)]),
            nextLine(`assay backtest STRATEGY --impact ${name}`, 'with a market and timeframe'),
          ].join('\n'),
        )
      })
    },
  }
}
