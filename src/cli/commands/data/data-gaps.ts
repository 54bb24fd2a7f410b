import { nextLine } from '../../../app/output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import type { CommandModule } from 'yargs'
import { symbolOf } from '../../../core/candles/symbols.js'
import { formatTime } from '../../../core/candles/time.js'
import { table } from '../../../core/text-table.js'
import type { GapReport } from '../../../app/sources/gaps.js'
import type { ReachOptions } from '../../../app/sources/fetch-options.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { JSON_FLAG, isSet, optionsOf } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'

const FLAGS = {
  fill: {
    type: 'boolean',
    describe: 'Ask the source for what it was not asked for, or failed to give',
  },
  ...REACH_FLAGS,
} as const

/** `assay data gaps` */
export function dataGapsCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'gaps [symbol]',
    describe: 'Show where candles are missing, and whether the source has any',
    builder: parser =>
      withKeyFlags(parser.positional('symbol', { type: 'string' }))
        .options(FLAGS)
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { fillGaps, findGaps } = await import('../../../app/sources/gaps.js')
        const { symbol, timeframe } = keyFlags(flags)
        const found = await findGaps(workspace, symbol, timeframe)
        const options = optionsOf<ReachOptions>(flags, REACH_FLAGS)
        const report = isSet(flags, 'fill') ? await fillGaps(workspace, found, options) : found
        if (isSet(flags, 'json')) printJson(output, jsonOf(report))
        else output.print(textOf(report))
      })
    },
  }
}

function jsonOf({ dataSet, gaps, missing }: GapReport): unknown {
  const { symbol, timeframe, source } = dataSet
  return {
    symbol,
    timeframe,
    source,
    missing,
    gaps: gaps.map(({ since, until, ...gap }) => ({
      since: formatTime(since),
      until: formatTime(until),
      ...gap,
    })),
  }
}

const SHOWN = 40

function textOf({ dataSet, gaps, missing }: GapReport): string {
  const name = `${symbolOf(dataSet)} ${dataSet.timeframe}`
  const place = `--symbol ${symbolOf(dataSet)} --timeframe ${dataSet.timeframe}`
  const onward = nextLine(`assay backtest STRATEGY ${place}`, 'assay strategies list')
  if (gaps.length === 0) return `${name}: no gap in ${dataSet.count} candles\n${onward}`
  const counts = Object.entries(missing)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => `${count} ${cause}`)
  const rows = gaps
    .slice(0, SHOWN)
    .map(gap => [formatTime(gap.since), formatTime(gap.until), String(gap.candles), gap.cause])
  const more = gaps.length > SHOWN ? [`... and ${gaps.length - SHOWN} more; --json has all`] : []
  const askable = missing['never asked'] + missing.failed
  const next =
    askable > 0 && dataSet.source !== 'file' ? nextLine(`assay data gaps ${place} --fill`) : onward
  return [
    ...wrap(
      `${name}: ${gaps.length} gaps; missing candles: ${counts.join(', ')}`,
      TERMINAL_WIDTH,
      '  ',
    ),
    table(['since', 'until', 'candles', 'cause'], rows),
    ...more,
    next,
  ].join('\n')
}
