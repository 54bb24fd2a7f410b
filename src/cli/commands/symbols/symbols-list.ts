import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { wrap } from '../../../core/text-layout.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay symbols list` */
export function symbolsListCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'list',
    describe: 'List symbols with their names at sources',
    builder: parser =>
      parser
        .option('source', {
          type: 'string',
          requiresArg: true,
          describe: 'Only those that this source has',
        })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { namesText } = await import('../../../app/sources/symbol-list.js')
        const map = await workspace.symbols()
        const source = textFlag(flags, 'source')?.toLowerCase()
        const known = source === undefined ? undefined : new Set(map.of(source))
        const symbols = map.list().filter(({ symbol }) => known?.has(symbol) ?? true)
        if (isSet(flags, 'json')) {
          return printJson(
            output,
            symbols.map(({ symbol, entry, isOwn }) => ({ symbol, ...entry, own: isOwn })),
          )
        }
        const rows = symbols.map(({ symbol, entry, isOwn }) => ({
          symbol,
          text: namesText(entry, source) + (isOwn ? ' (symbols.json)' : ''),
        }))
        const next = nextLine('assay data fetch SOL-USDC --timeframe 1h --since 2024-01-01')
        return output.print([...rows.flatMap(linesOf), '', next].join('\n'))
      })
    },
  }
}

const WIDTH = 80
const NAME_WIDTH = 12

function linesOf({ symbol, text }: { readonly symbol: string; readonly text: string }): string[] {
  return wrap(
    `${symbol.padEnd(NAME_WIDTH, '\u00a0')} ${text}`,
    WIDTH,
    ' '.repeat(NAME_WIDTH + 1),
  ).map(line => line.replaceAll('\u00a0', ' '))
}
