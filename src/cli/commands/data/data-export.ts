import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import type { ExportOptions } from '../../../app/data/export-candles.js'
import { keyFlags, withKeyFlags } from '../../data-flags.js'
import { JSON_FLAG, isSet, optionsOf, textFlag, type Flags } from '../../flags.js'

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const

const FLAGS = {
  format: text('csv or json [csv]'),
  json: { ...JSON_FLAG, describe: 'As --format json' },
  output: text('A file [standard output]'),
  from: text('First time, inclusive'),
  to: text('Last time, exclusive'),
  yes: { type: 'boolean', describe: 'Overwrite the file' },
} as const

/** `assay data export`: to a file, or to standard output. */
export function dataExportCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'export',
    describe: 'Write candles as CSV or JSON, with the decimals that came in',
    builder: parser => withKeyFlags(parser).options(FLAGS),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { exportCandles } = await import('../../../app/data/export-candles.js')
        const options = { ...optionsOf<ExportOptions>(flags, FLAGS), ...keyFlags(flags) }
        const asked = { ...options, format: formatOf(flags) }
        await exportCandles(workspace, asked, text => output.print(text))
      })
    },
  }
}

/** `--json` is `--format json`. @throws AppError USAGE */
function formatOf(flags: Flags): string | undefined {
  const named = textFlag(flags, 'format')
  if (!isSet(flags, 'json')) return named
  if (named === undefined || named === 'json') return 'json'
  throw new AppError('USAGE', `--json and --format ${named} exclude each other`, {
    hint: 'give one of them',
  })
}
