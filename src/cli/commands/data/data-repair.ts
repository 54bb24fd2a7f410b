import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { JSON_FLAG, isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay data repair`: takes candles that have changed as new data; without --yes it says what differs. */
export function dataRepairCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'repair',
    describe: 'Take stored candles that have changed as new data, with a record',
    builder: parser =>
      withKeyFlags(parser)
        .option('yes', { type: 'boolean', describe: 'Take them; without it nothing is changed' })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { repairCandles } = await import('../../../app/data/repair-candles.js')
        const { symbol, timeframe } = keyFlags(flags)
        const isTaken = isSet(flags, 'yes')
        const repair = await repairCandles(workspace, { symbol, timeframe, yes: isTaken }).catch(
          (error: unknown) => {
            throw isTaken ? error : askingFor(error)
          },
        )
        const [from, to] = [repair?.before?.dataHash ?? null, repair?.after?.dataHash ?? null]
        if (isSet(flags, 'json')) {
          const candles = repair?.after?.count ?? null
          return printJson(output, {
            symbol,
            timeframe,
            repaired: repair !== undefined,
            from,
            to,
            candles,
          })
        }
        const next = nextLine(
          `assay data check --symbol ${symbol} --timeframe ${timeframe}`,
          'gaps and odd prices',
        )
        if (repair === undefined) {
          return output.print(
            `${symbol} ${timeframe}: the candles have their hash; nothing to repair\n${next}`,
          )
        }
        return output.print(
          [
            `${symbol} ${timeframe}: ${repair.after?.count ?? 0} candles taken as new data`,
            `hash ${to?.slice(0, 12)} instead of ${from?.slice(0, 12)}`,
            next,
          ].join('\n'),
        )
      })
    },
  }
}

function askingFor(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'DATA_CHANGED') return error
  return new AppError('DATA_CHANGED', error.message, {
    hint: 'runs over the candles as they were will not come out again; repeat with --yes to take these as new data',
    data: error.data,
  })
}
