import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { symbolOf } from '../../../core/candles/symbols.js'
import { formatTime } from '../../../core/candles/time.js'
import { table } from '../../../core/text-table.js'
import type { RevisionReport } from '../../../app/sources/revisions.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { JSON_FLAG, isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay data revisions` */
export function dataRevisionsCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'revisions',
    describe: 'Candles that a source later changed',
    builder: parser => withKeyFlags(parser).option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { findRevisions } = await import('../../../app/sources/revisions.js')
        const { symbol, timeframe } = keyFlags(flags)
        const report = await findRevisions(workspace, symbol, timeframe)
        if (isSet(flags, 'json')) printJson(output, jsonOf(report))
        else output.print(textOf(report))
      })
    },
  }
}

function jsonOf({ dataSet, revisions }: RevisionReport): unknown {
  const { symbol, timeframe, source } = dataSet
  return {
    symbol,
    timeframe,
    source,
    revisions: revisions.map(({ time, before, after, isApplied, noticedAt }) => ({
      time: formatTime(time),
      before,
      after,
      applied: isApplied,
      noticed_at: formatTime(noticedAt),
    })),
  }
}

function textOf({ dataSet, revisions }: RevisionReport): string {
  const name = `${symbolOf(dataSet)} ${dataSet.timeframe}`
  const place = `--symbol ${symbolOf(dataSet)} --timeframe ${dataSet.timeframe}`
  const next = nextLine(`assay data check ${place}`, 'gaps and odd prices')
  if (revisions.length === 0) return `${name}: the source changed no candle later\n${next}`
  const rows = revisions.map(({ time, before, after, isApplied }) => [
    formatTime(time),
    before ?? 'none',
    after ?? 'none',
    isApplied ? 'replaced' : 'kept',
  ])
  return [
    `${name}: ${revisions.length} revisions; values are open high low close volume`,
    table(['candle', 'stored', 'told later', 'what was done'], rows),
    next,
  ].join('\n')
}
