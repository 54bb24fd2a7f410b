import { nextLine } from '../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import type { CommandContext } from '../command.js'
import { JSON_FLAG, isSet, textFlag } from '../flags/flags.js'
import { printJson } from '../terminal/output.js'

/** `assay init`: a project for strategies of one's own, outside this repository. */
export function initCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'init [folder]',
    describe: 'Make a project for strategies of your own',
    builder: parser =>
      parser
        .positional('folder', { type: 'string', describe: 'Folder to make; this one if left out' })
        .option('json', JSON_FLAG)
        .example('$0 init my-strategies', ''),
    handler: async flags => {
      const { createProject } = await import('../../app/workspace/project.js')
      const folder = textFlag(flags, 'folder') ?? '.'
      const { files, hasTypes } = await createProject(folder)
      if (!hasTypes) output.log('the types of assay are not built; run npm run build in it')
      if (isSet(flags, 'json')) return printJson(output, { folder, files })
      output.print(files.map(file => `made  ${file}`).join('\n'))
      return output.print(
        [
          '',
          `cd ${folder}, and assay demo for candles to begin with`,
          nextLine('assay check strategies/my_strategy.ts', 'or assay backtest'),
        ].join('\n'),
      )
    },
  }
}
