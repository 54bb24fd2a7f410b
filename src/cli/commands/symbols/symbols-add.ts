import { nextLine } from '../../../app/output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import type { CommandModule } from 'yargs'
import type { AddSymbolOptions } from '../../../app/sources/symbol-list.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

const FLAGS = {
  at: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe: 'A name at a source: binance=SOLUSDC, geckoterminal=POOL',
  },
  default: valueFlag('The source that the symbol alone stands for'),
  'base-mint': valueFlag("The base coin's mint account on Solana"),
  'base-decimals': valueFlag("Digits of the base coin's unit"),
  'quote-mint': valueFlag("The quote coin's mint account on Solana"),
  'quote-decimals': valueFlag("Digits of the quote coin's unit"),
} as const

/** `assay symbols add SYMBOL` */
export function symbolsAddCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'add <symbol>',
    describe: "Name a market at its sources; kept in the home's symbols.json",
    builder: parser =>
      parser
        .positional('symbol', { type: 'string' })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 symbols add JUP-USDC --at binance=JUPUSDC', 'a name at Binance'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { addSymbol, namesText } = await import('../../../app/sources/symbol-list.js')
        const options = optionsOf<AddSymbolOptions>(flags, { symbol: {}, ...FLAGS })
        const { added, file } = await addSymbol(workspace, options)
        const { symbol, entry } = added
        if (isSet(flags, 'json')) return printJson(output, { symbol, ...entry, file })
        return output.print(
          [
            ...wrap(`${symbol}: ${namesText(entry, undefined)}`, TERMINAL_WIDTH, '  '),
            `kept in ${file}`,
            nextLine(`assay symbols check ${symbol}`, 'do the sources have it?'),
          ].join('\n'),
        )
      })
    },
  }
}
