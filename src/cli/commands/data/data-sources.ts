import { nextLine } from '../../../app/output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import type { CommandModule } from 'yargs'
import { table } from '../../../core/text-table.js'
import type { ListedPriceSource, ListedSource } from '../../../app/sources/source-list.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay data sources` */
export function dataSourcesCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'sources',
    describe: 'List where candles can be fetched from, with limits and depth',
    builder: parser => parser.option('json', JSON_FLAG),
    handler: async flags => {
      const { listPriceSources, listSources } = await import('../../../app/sources/source-list.js')
      const [sources, prices] = [listSources(), listPriceSources()]
      if (isSet(flags, 'json')) return printJson(output, [...sources, ...prices])
      const head = ['source', 'requests', 'page', 'depth', 'volume', 'files', 'key']
      return output.print(
        [
          table(head, sources.map(rowOf)),
          '',
          ...sources.flatMap(({ name, timeframes }) =>
            wrap(`${name}: ${timeframes.join(' ')}`, TERMINAL_WIDTH, '  '),
          ),
          ...prices.flatMap(price => wrap(priceLine(price), TERMINAL_WIDTH, '  ')),
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
    source.volume === 'base' ? 'base' : 'none',
    source.archives ? 'yes' : 'no',
    source.key ?? 'none',
  ]
}

function priceLine({ name, limit, poll_ms, key }: ListedPriceSource): string {
  return `${name}: prices of now, polled every ${poll_ms / 1000} s (${limit}/s are allowed, more with ${key}); candles are built of them by assay data watch --source ${name}`
}
