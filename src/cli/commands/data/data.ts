import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { dataCheckCommand } from './data-check.js'
import { dataExportCommand } from './data-export.js'
import { dataImportCommand } from './data-import.js'
import { dataListCommand } from './data-list.js'
import { dataRemoveCommand } from './data-remove.js'
import { dataRepairCommand } from './data-repair.js'
import { dataResampleCommand } from './data-resample.js'

/** `assay data import|list|check|export|resample|repair|remove`: the candles that runs stand on. */
export function dataCommand(context: CommandContext): CommandModule {
  return {
    command: 'data',
    describe: 'Import, list, check, export, resample, repair and remove candles',
    builder: parser =>
      parser
        .command(dataImportCommand(context))
        .command(dataListCommand(context))
        .command(dataCheckCommand(context))
        .command(dataExportCommand(context))
        .command(dataResampleCommand(context))
        .command(dataRepairCommand(context))
        .command(dataRemoveCommand(context))
        .demandCommand(1, 'say import, list, check, export, resample, repair or remove'),
    handler: () => undefined,
  }
}
