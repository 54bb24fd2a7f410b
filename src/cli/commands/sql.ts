import type { CommandModule } from 'yargs'
import type { TableFileOptions } from '../../app/export/table-file.js'
import type { CommandContext } from '../command.js'
import { exportFlags, exportOptions } from '../flags/export-flags.js'
import { textFlag } from '../flags/flags.js'

const { what: _what, ...FLAGS } = exportFlags(['rows'])

/** `assay sql`: a question to the database, embedded or served, that changes nothing. */
export function sqlCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'sql <query>',
    describe: 'Query the database with SQL: runs, trades, positions, sweeps, candles (docs/sql.md)',
    builder: parser =>
      parser
        .positional('query', { type: 'string', describe: 'One select' })
        .options(FLAGS)
        .example('$0 sql "select * from trades limit 10"', 'fills of stored runs'),
    handler: async flags => {
      const { withWorkspace } = await import('../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { querySql } = await import('../../app/export/sql-query.js')
        const options = exportOptions<TableFileOptions>(flags, FLAGS)
        await querySql(workspace, textFlag(flags, 'query')!, options, piece => output.print(piece))
      })
    },
  }
}
