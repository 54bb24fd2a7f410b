import { nextLine } from '../../../app/workspace/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import type { CommandModule } from 'yargs'
import { table } from '../../../core/text-table.js'
import type { ListedSource } from '../../../app/sources/source-list.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet } from '../../flags.js'
import { printJson } from '../../output.js'

/** `assay data sources` */
export function dataSourcesCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'sources',
    describe: 'List where candles can be fetched from, with limits and depth',
    builder: parser => parser.option('json', JSON_FLAG),
    handler: async flags => {
      const { listSources } = await import('../../../app/sources/source-list.js')
      const sources = listSources()
      if (isSet(flags, 'json')) return printJson(output, sources)
      const head = ['source', 'requests', 'page', 'depth', 'volume', 'files', 'key']
      return output.print(
        [
          table(head, sources.map(rowOf)),
          '',
          ...sources.flatMap(({ name, timeframes }) =>
            wrap(`${name}: ${timeframes.join(' ')}`, TERMINAL_WIDTH, '  '),
          ),
          nextLine('assay symbols list', 'what markets are called there'),
        ].join('\n'),
      )
    },
  }
}

function rowOf(source: ListedSource): string[] {
  return [
    source.name,
    `${Number(source.limit.toPrecision(3))}/s`,
    String(source.page),
    source.depth === null ? 'all' : `newest ${source.depth}`,
    source.volume === 'base' ? 'base' : 'none (in USD)',
    source.archives ? 'yes' : 'no',
    source.key ?? 'none',
  ]
}
