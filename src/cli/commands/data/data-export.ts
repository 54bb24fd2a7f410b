import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import type { ExportOptions } from '../../../app/data/export-candles.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { exportFlags, exportOptions, checkWhat } from '../../flags/export-flags.js'
import { valueFlag } from '../../flags/flags.js'

const WHAT = ['candles']

const FLAGS = {
  ...exportFlags(WHAT),
  from: valueFlag('First time, inclusive'),
  to: valueFlag('Last time, exclusive'),
} as const

/** `assay data export`: to a file, or to standard output. */
export function dataExportCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'export',
    describe: 'Write candles: csv and json with the decimals that came in, parquet with numbers',
    builder: parser => withKeyFlags(parser).options(FLAGS),
    handler: async flags => {
      checkWhat(flags, WHAT)
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { exportCandles } = await import('../../../app/data/export-candles.js')
        const options = { ...exportOptions<ExportOptions>(flags, FLAGS), ...keyFlags(flags) }
        await exportCandles(workspace, options, piece => output.print(piece))
      })
    },
  }
}
