import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import { table } from '../../../core/text-table.js'
import type { ReachOptions } from '../../../app/sources/fetch-options.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, optionsOf, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'

/** `assay symbols check SYMBOL` */
export function symbolsCheckCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'check <symbol>',
    describe: 'Ask each source whether it has the market',
    builder: parser =>
      parser
        .positional('symbol', { type: 'string', describe: 'SOL-USDC, or SOL-USDC@binance' })
        .options(REACH_FLAGS)
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { checkSymbol } = await import('../../../app/sources/symbol-check.js')
        const symbol = textFlag(flags, 'symbol')!
        const options = optionsOf<ReachOptions>(flags, REACH_FLAGS)
        const checked = await checkSymbol(workspace, symbol, options)
        if (isSet(flags, 'json')) printJson(output, checked)
        else {
          const rows = checked.map(one => [
            one.source,
            one.name,
            one.ok ? 'ok' : 'not there',
            one.found,
          ])
          const next = nextLine(`assay data fetch ${symbol} --timeframe 1h`, 'its candles')
          output.print(`${table(['source', 'name', 'market', 'answer'], rows)}\n\n${next}`)
        }
        const wrong = checked.filter(({ ok }) => !ok)
        if (wrong.length === 0) return
        throw new AppError(
          'CHECK_FAILED',
          `${symbol} was not found at ${wrong.map(({ source }) => source).join(', ')}`,
          { hint: `put its name right: assay symbols add ${symbol} --at SOURCE=NAME` },
        )
      })
    },
  }
}
