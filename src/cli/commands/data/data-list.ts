import type { CommandModule } from 'yargs'
import { symbolOf } from '../../../core/candles/symbols.js'
import { formatTime } from '../../../core/candles/time.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet } from '../../flags.js'
import { printJson } from '../../output.js'
import { table } from '../../../core/text-layout.js'

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
        const sets = (await candles.list()).map(({ first, last, dataHash, fetched, ...set }) => ({
          ...set,
          fetched: fetched && { adapter: fetched.adapter, at: formatTime(fetched.at) },
          first: formatTime(first),
          last: formatTime(last),
          data_hash: dataHash,
        }))
        if (isSet(flags, 'json')) return printJson(output, sets)
        if (sets.length === 0)
          return output.print(
            `no candles are stored yet; assay data fetch SYMBOL or assay data import FILE brings some\n${storeText(home)}`,
          )
        const rows = sets.map(s => [
          symbolOf(s),
          s.timeframe,
          String(s.count),
          s.first.slice(0, 16),
          s.last.slice(0, 16),
          s.fetched?.at.slice(0, 16) ?? 'imported',
          s.data_hash.slice(0, 8),
        ])
        return output.print(
          table(['symbol', 'timeframe', 'candles', 'first', 'last', 'fetched', 'data'], rows),
        )
      })
    },
  }
}
