import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { checkCandles } from '../../../core/candles/checks.js'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { JSON_FLAG, isSet } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay data check`: exit 1 only where the candles are wrong, not where they are merely odd. */
export function dataCheckCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'check',
    describe: 'Look for gaps, duplicates, flat candles, impossible prices and outliers',
    builder: parser => withKeyFlags(parser).option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { symbol, timeframe } = keyFlags(flags)
        const { candles, dataSet } = await workspace.candles.load(symbol, timeframe)
        const findings = checkCandles(candles)
        if (isSet(flags, 'json')) {
          printJson(output, {
            symbol,
            timeframe,
            candles: dataSet.count,
            data_hash: dataSet.dataHash,
            findings,
          })
        } else {
          const lines = findings.flatMap(f =>
            wrap(`${f.severity}: ${f.count} ${f.message}, first ${f.first}`, TERMINAL_WIDTH, '  '),
          )
          const place = `--symbol ${symbol} --timeframe ${timeframe}`
          const isWrong = findings.some(({ severity }) => severity === 'error')
          output.print(
            [
              `${symbol} ${timeframe}: ${dataSet.count} candles`,
              ...(lines.length > 0 ? lines : ['nothing found']),
              isWrong
                ? nextLine(`assay data import FILE ${place} --replace`, 'from a better source')
                : nextLine(`assay backtest STRATEGY ${place}`, 'assay strategies list'),
            ].join('\n'),
          )
        }
        const errors = findings.filter(({ severity }) => severity === 'error')
        if (errors.length === 0) return
        throw new AppError(
          'CHECK_FAILED',
          `${symbol} ${timeframe} has ${errors.map(f => f.code).join(', ')}`,
          {
            hint: 'import the data again from a better source',
          },
        )
      })
    },
  }
}
