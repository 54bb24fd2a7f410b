import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { isSet, numberFlag, optionsOf } from '../../flags/flags.js'
import { SWEEP_FLAGS } from '../../flags/sweep-flags.js'

const FLAGS = { strategy: {}, ...SWEEP_FLAGS }

/** `assay sweep STRATEGY`: many sets of parameters over the same candles, compared. */
export function sweepCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'sweep [strategy]',
    describe: 'Run many sets of parameters or templates and compare them',
    builder: parser =>
      parser
        .positional('strategy', {
          type: 'string',
          describe: 'Id of a strategy, path of a strategy file, or several: a,b (also --strategy)',
        })
        .options(SWEEP_FLAGS)
        .example(
          '$0 sweep ma_crossover --symbol SOL-USDC --timeframe 5m --grid fast_ma=5:50:1 --grid slow_ma=20:200:5',
          'a grid',
        )
        .example(
          '$0 sweep rsi_reversion --symbol SOL-USDC --timeframe 1h --templates all',
          'templates',
        )
        .example(
          '$0 sweep supertrend --symbol SOL-USDC --timeframe 1h --method tpe --trials 300 --objective "sharpe - max_drawdown"',
          'a guided search',
        )
        .example('$0 sweep --resume latest', 'go on after Ctrl-C'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { sweep } = await import('../../../app/sweep/sweep.js')
        const { answerSweep } = await import('../../../app/sweep/sweep-text.js')
        const top = numberFlag(flags, 'top', { min: 1, max: 1e9, whole: true })
        const finished = await sweep(workspace, optionsOf(flags, FLAGS))
        await answerSweep(workspace, finished, { top, json: isSet(flags, 'json') })
      })
    },
  }
}
