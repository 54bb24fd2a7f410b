import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { dataCheckCommand } from './data-check.js'
import { dataFetchCommand } from './data-fetch.js'
import { dataGapsCommand } from './data-gaps.js'
import { dataRevisionsCommand } from './data-revisions.js'
import { dataWatchCommand } from './data-watch.js'
import { dataSourcesCommand } from './data-sources.js'
import { dataSyncCommand } from './data-sync.js'
import { dataExportCommand } from './data-export.js'
import { dataImportCommand } from './data-import.js'
import { dataListCommand } from './data-list.js'
import { dataRemoveCommand } from './data-remove.js'
import { dataRepairCommand } from './data-repair.js'
import { dataResampleCommand } from './data-resample.js'

/** `assay data`: the candles that runs stand on. */
export function dataCommand(context: CommandContext): CommandModule {
  return {
    command: 'data',
    describe: 'Fetch, import, list, check, export and repair candles',
    builder: parser =>
      parser
        .command(dataFetchCommand(context))
        .command(dataSyncCommand(context))
        .command(dataWatchCommand(context))
        .command(dataSourcesCommand(context))
        .command(dataGapsCommand(context))
        .command(dataRevisionsCommand(context))
        .command(dataImportCommand(context))
        .command(dataListCommand(context))
        .command(dataCheckCommand(context))
        .command(dataExportCommand(context))
        .command(dataResampleCommand(context))
        .command(dataRepairCommand(context))
        .command(dataRemoveCommand(context))
        .demandCommand(
          1,
          'say fetch, sync, watch, sources, gaps, revisions, import, list, check, export, resample, repair or remove',
        ),
    handler: () => undefined,
  }
}
