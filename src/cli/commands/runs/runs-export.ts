import type { CommandModule } from 'yargs'
import type { RunExportOptions } from '../../../app/export/run-export.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import { exportFlags, exportOptions } from '../../flags/export-flags.js'
import { textFlag, type Flags } from '../../flags/flags.js'

const FLAGS = exportFlags(['trades', 'fills', 'equity', 'events', 'metrics'])

/** `assay runs export`: a table of a stored run, to a file or to standard output. */
export function runsExportCommand(handler: (flags: Flags) => Promise<void>): CommandModule {
  return {
    command: 'export <run>',
    describe: 'Write trades, fills, equity, events or metrics of a run as a table',
    builder: parser => parser.positional('run', { type: 'string' }).options(FLAGS),
    handler,
  }
}

/** Writes what the flags ask for. */
export async function exportRun(workspace: Workspace, flags: Flags): Promise<void> {
  const { exportRunTable } = await import('../../../app/export/run-export.js')
  const options = exportOptions<RunExportOptions>(flags, FLAGS)
  await exportRunTable(workspace, textFlag(flags, 'run')!, options, piece =>
    workspace.output.print(piece),
  )
}
