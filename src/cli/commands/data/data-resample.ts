import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { formatTime } from '../../../core/candles/time.js'
import type { ResampleReport } from '../../../app/data/resample-candles.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { JSON_FLAG, isSet, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay data resample --timeframe 5m --to 1h` */
export function dataResampleCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'resample',
    describe: 'Build candles of a higher timeframe from stored ones',
    builder: parser =>
      withKeyFlags(parser)
        .option('to', {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'The higher timeframe',
        })
        .option('replace', { type: 'boolean', describe: 'Replace what is stored under it' })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { resampleCandles } = await import('../../../app/data/resample-candles.js')
        const report = await resampleCandles(workspace, {
          ...keyFlags(flags),
          to: textFlag(flags, 'to')!,
          replace: isSet(flags, 'replace'),
        })
        if (isSet(flags, 'json')) printJson(output, jsonOf(report))
        else output.print(textOf(report))
      })
    },
  }
}

function jsonOf({ dataSet, leftOut, incomplete }: ResampleReport): Record<string, unknown> {
  const { symbol, timeframe, count, dataHash } = dataSet
  return {
    symbol,
    timeframe,
    candles: count,
    first: formatTime(dataSet.first),
    last: formatTime(dataSet.last),
    data_hash: dataHash,
    left_out: leftOut.map(({ time, ...rest }) => ({ time: formatTime(time), ...rest })),
    incomplete,
  }
}

function textOf({ dataSet, leftOut, incomplete }: ResampleReport): string {
  const { symbol, timeframe, count, first, last } = dataSet
  const edges = leftOut.flatMap(({ edge, time, present, needed }) =>
    wrap(
      `note: the ${edge} candle, ${formatTime(time)}, was left out: ${present} of its ${needed} are there`,
      TERMINAL_WIDTH,
      '  ',
    ),
  )
  const gaps =
    incomplete === 0
      ? []
      : [`warning: ${incomplete} of the candles lack some of those they are made of`]
  return [
    `${symbol} ${timeframe}: ${count} candles from ${formatTime(first)} to ${formatTime(last)}`,
    ...edges,
    ...gaps,
    nextLine(
      `assay backtest STRATEGY --symbol ${symbol} --timeframe ${timeframe}`,
      'assay strategies list',
    ),
  ].join('\n')
}
