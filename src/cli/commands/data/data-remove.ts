import { nextLine } from '../../../app/output/next-line.js'
import { createInterface } from 'node:readline/promises'
import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { DataSet } from '../../../core/ports/market/candles.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { JSON_FLAG, isSet, type Flags } from '../../flags/flags.js'
import type { Output } from '../../../app/output/output.js'
import { printJson } from '../../terminal/output.js'

/** `assay data remove`: asks first, and where nobody can answer wants --yes. */
export function dataRemoveCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'remove',
    describe: 'Remove stored candles',
    builder: parser =>
      withKeyFlags(parser)
        .option('yes', { type: 'boolean', describe: 'Do not ask' })
        .option('dry-run', { type: 'boolean', describe: 'Only say what would be removed' })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async ({ candles }) => {
        const { symbol, timeframe } = keyFlags(flags)
        const dataSet = await candles.find(symbol, timeframe)
        const what = `${dataSet.count} candles of ${symbol} ${timeframe}`
        const tell = (removed: number, text: string): void =>
          isSet(flags, 'json')
            ? printJson(output, { symbol, timeframe, candles: dataSet.count, removed })
            : output.print(`${text}\n${nextLine('assay data list', 'what is stored')}`)
        if (isSet(flags, 'dry-run')) return tell(0, `would remove ${what}`)
        if (!(await isConfirmed(output, flags, dataSet, what))) return tell(0, 'nothing removed')
        await candles.remove(dataSet)
        return tell(dataSet.count, `removed ${what}`)
      })
    },
  }
}

async function isConfirmed(
  output: Output,
  flags: Flags,
  { symbol, timeframe }: DataSet,
  what: string,
): Promise<boolean> {
  if (isSet(flags, 'yes')) return true
  if (!output.interactive) {
    throw new AppError('USAGE', `removing ${what} needs a yes, and nobody can be asked here`, {
      hint: `repeat with --yes: assay data remove --symbol ${symbol} --timeframe ${timeframe} --yes`,
    })
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await reader.question(`Remove ${what}? [y/N] `)
  reader.close()
  return /^y(es)?$/i.test(answer.trim())
}
