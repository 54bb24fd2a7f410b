import type { CommandModule, Options } from 'yargs'
import type { CommandContext } from '../../command.js'
import { type Flags, isSet, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'

/** Of the flags of a run, those that mean the whole account; the rest is in the sections of the file. */
const SHARED_FLAGS = [
  'config',
  'timeframe',
  'from',
  'to',
  'decide-from',
  'templates-file',
  'capital',
  'fee-bps',
  'slippage-bps',
  'tx-cost',
  'impact',
  'fill',
  'max-drawdown',
  'max-daily-loss',
  'max-exposure',
  'max-open-positions',
  'max-trades-per-day',
  'max-data-age-minutes',
  'max-loss-streak',
  'max-order',
  'keep-open',
  'detail',
] as const

const OWN_FLAGS: Readonly<Record<string, Options>> = {
  allocation: valueFlag('equal, fixed, volatility, inverse-volatility or kelly [equal]'),
  rebalance: valueFlag('When weights are made anew: 1d, 1w or never [1w]'),
  'time-limit': valueFlag('Seconds that the run may take [60, and 0.1 ms a candle]'),
  report: valueFlag('Path of the page, or none'),
  json: { type: 'boolean', describe: 'Print the result as JSON' },
}

const FLAGS = {
  ...Object.fromEntries(SHARED_FLAGS.map(name => [name, RUN_FLAGS[name]!])),
  ...OWN_FLAGS,
}

/** `assay portfolio --config FILE`: all symbols and strategies of a file on one account. */
export function portfolioCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'portfolio',
    describe: 'Run all symbols and strategies of a configuration on one account',
    builder: parser =>
      parser
        .options(FLAGS)
        .example(
          '$0 portfolio --config config.json --timeframe 1h --allocation inverse-volatility',
          'docs/portfolio.md shows a file',
        ),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { portfolio } = await import('../../../app/portfolio/portfolio.js')
        const result = await portfolio(workspace, optionsOf(oneTimeframe(flags), FLAGS))
        if (isSet(flags, 'json')) printJson(output, result.json)
        else output.print(result.summary)
        if (result.unkept !== null) throw result.unkept
      })
    },
  }
}

/** A timeframe that was given twice, as one text that is refused with both. */
function oneTimeframe(flags: Flags): Flags {
  const { timeframe } = flags
  return Array.isArray(timeframe) ? { ...flags, timeframe: timeframe.join(',') } : flags
}
