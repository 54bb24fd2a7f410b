import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { symbolOf } from '../../../core/candles/symbols.js'
import { dataSetJson } from '../../../app/data/data-set-json.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { table } from '../../../core/text-table.js'

/** `assay data list` */
export function dataListCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'list',
    describe: 'List stored candles',
    builder: parser => parser.option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      const { storeText } = await import('../../../app/workspace/home.js')
      await withWorkspace(output, async ({ candles, home }) => {
        const sets = (await candles.list()).map(dataSetJson)
        if (isSet(flags, 'json')) return printJson(output, sets)
        if (sets.length === 0)
          return output.print(
            `no candles are stored yet\n${storeText(home)}\n${nextLine('assay data fetch SOL-USDC --timeframe 1h', 'or assay data import FILE, or assay demo')}`,
          )
        const rows = sets.map(s => [
          symbolOf(s),
          s.timeframe,
          String(s.count),
          minuteOf(s.first),
          minuteOf(s.last),
          s.fetched?.at.slice(0, 10) ?? 'imported',
          s.data_hash.slice(0, 8),
        ])
        const headings = ['symbol', 'tf', 'candles', 'first (UTC)', 'last (UTC)', 'fetched', 'hash']
        const [first] = sets as [(typeof sets)[number]]
        const place = `--symbol ${symbolOf(first)} --timeframe ${first.timeframe}`
        return output.print(
          [
            table(headings, rows),
            '',
            nextLine(`assay backtest STRATEGY ${place}`, 'assay strategies list'),
          ].join('\n'),
        )
      })
    },
  }
}

/** `2024-01-01 00:00` of a time as ISO 8601. */
function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}
