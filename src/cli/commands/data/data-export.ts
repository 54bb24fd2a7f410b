import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import type { ExportFormat } from '../../../data/candles/export.js'
import { keyFlags, withKeyFlags } from '../../data-flags.js'
import { JSON_FLAG, isSet, textFlag, timeFlag, type Flags } from '../../flags.js'

/** `assay data export`: to a file, or to standard output. */
export function dataExportCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'export',
    describe: 'Write candles as CSV or JSON, with the decimals that came in',
    builder: parser =>
      withKeyFlags(parser)
        .option('format', { type: 'string', requiresArg: true, describe: 'csv or json [csv]' })
        .option('json', { ...JSON_FLAG, describe: 'As --format json' })
        .option('output', {
          type: 'string',
          requiresArg: true,
          describe: 'A file [standard output]',
        })
        .option('from', { type: 'string', requiresArg: true, describe: 'First time, inclusive' })
        .option('to', { type: 'string', requiresArg: true, describe: 'Last time, exclusive' })
        .option('yes', { type: 'boolean', describe: 'Overwrite the file' }),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async ({ candles }) => {
        const { exportFile, exportText } = await import('../../../data/candles/export.js')
        const { symbol, timeframe } = keyFlags(flags)
        const format = formatOf(flags)
        const { dataSet } = await candles.load(symbol, timeframe)
        const [since, until] = [timeFlag(flags, 'from'), timeFlag(flags, 'to')]
        const range = {
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        }
        const text = exportText(await candles.repository(), dataSet, format, range)
        const file = textFlag(flags, 'output')
        if (file !== undefined) return exportFile(text, file, { overwrite: isSet(flags, 'yes') })
        for await (const part of text) if (part !== '') output.print(part)
        return undefined
      })
    },
  }
}

/** @throws AppError USAGE */
function formatOf(flags: Flags): ExportFormat {
  const named = textFlag(flags, 'format')
  if (isSet(flags, 'json') && named !== undefined && named !== 'json') {
    throw new AppError('USAGE', `--json and --format ${named} exclude each other`, {
      hint: 'give one of them',
    })
  }
  const format = isSet(flags, 'json') ? 'json' : (named ?? 'csv')
  if (format === 'csv' || format === 'json') return format
  throw new AppError('USAGE', `--format "${format}" is not known`, { hint: 'use csv or json' })
}
