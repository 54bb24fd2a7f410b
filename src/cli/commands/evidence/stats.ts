import type { Argv, CommandModule, Options } from 'yargs'
import { printable } from '../../../core/text-layout.js'
import type { CommandContext } from '../../command.js'
import { type Flags, isSet, JSON_FLAG, optionsOf, textFlag, valueFlag } from '../../flags/flags.js'
import type { Output } from '../../../app/output/output.js'
import { printJson } from '../../terminal/output.js'
import type { StatisticName } from '../../../app/statistics/measure.js'
import type { ReturnsTable } from '../../../app/statistics/returns-file.js'

/** The flags of the statistics; each takes some of them. */
const FLAGS = {
  returns: valueFlag('CSV file: a header, one column of returns a trial, as fractions'),
  column: valueFlag('The column, where there are several'),
  selected: valueFlag('The trial to judge [the best]'),
  'benchmark-sharpe': valueFlag('Sharpe ratio to beat, per period [0]'),
  confidence: valueFlag('Of interval and test, above 0.5 and below 1 [0.95]'),
  periods: valueFlag('Periods a year, for annual figures [365]'),
  trials: valueFlag('How many independent trials were made [from the columns]'),
  'sharpe-variance': valueFlag(
    "Variance of the trials' Sharpe ratios, per period [of the columns]",
  ),
  'target-sharpe-annual': valueFlag('Annual Sharpe ratio that luck must not reach [1]'),
  blocks: valueFlag('Blocks in time, an even number from 2 to 20 [16]'),
  'block-length': valueFlag('Mean length of a block in rows [found by Politis and White]'),
  'block-method': valueFlag('How blocks are drawn: stationary or circular [stationary]'),
  paths: valueFlag('Histories to draw [10000]'),
  seed: valueFlag('Seed of the draws [1]'),
  benchmark: valueFlag('The column to beat [cash, a return of 0]'),
  compared: valueFlag('The column that paths are compared with [none]'),
  groups: valueFlag('Groups in time that rows are cut into [10]'),
  'test-groups': valueFlag('Groups that are tested in each combination [2]'),
  purge: valueFlag('Rows left out of training before and after each tested group [2]'),
  embargo: valueFlag('Further rows left out after each tested group [1]'),
  objective: valueFlag('What the best is picked by: sharpe, sortino, cagr, a mix ... [sharpe]'),
} as const

type FlagName = keyof typeof FLAGS

interface Declared {
  readonly describe: string
  readonly flags: readonly FlagName[]
}

const STATISTICS: Readonly<Record<StatisticName, Declared>> = {
  psr: {
    describe: 'Probabilistic Sharpe ratio: is the true one above a benchmark?',
    flags: ['column', 'benchmark-sharpe', 'confidence', 'periods'],
  },
  dsr: {
    describe: 'Deflated Sharpe ratio: is the best trial better than luck?',
    flags: ['selected', 'trials', 'sharpe-variance', 'confidence', 'periods'],
  },
  mintrl: {
    describe: 'Minimum track record length: how many returns would show it?',
    flags: ['column', 'benchmark-sharpe', 'confidence', 'periods'],
  },
  minbtl: {
    describe: 'Minimum backtest length for so many trials, in years',
    flags: ['trials', 'target-sharpe-annual', 'periods'],
  },
  pbo: {
    describe: 'Probability of backtest overfitting, by CSCV over all columns',
    flags: ['blocks'],
  },
  haircut: {
    describe: 'Sharpe ratio after a haircut for the number of tests',
    flags: ['selected', 'trials', 'periods'],
  },
  bootstrap: {
    describe: 'Intervals of Sharpe ratio, drawdown and CAGR, from drawn histories',
    flags: ['column', 'block-length', 'block-method', 'paths', 'seed', 'confidence', 'periods'],
  },
  spa: {
    describe: 'Superior predictive ability and reality check against a benchmark',
    flags: ['benchmark', 'block-length', 'paths', 'seed', 'confidence'],
  },
  cpcv: {
    describe: 'Combinatorial purged cross-validation of picking the best column',
    flags: ['groups', 'test-groups', 'purge', 'embargo', 'objective', 'compared', 'periods'],
  },
}

/** `assay stats STATISTIC`: one statistic of a file of returns. */
export function statsCommand({ output }: CommandContext): CommandModule {
  const names = Object.keys(STATISTICS) as StatisticName[]
  return {
    command: 'stats',
    describe: 'Compute one overfitting statistic of a file of returns',
    builder: parser =>
      parser
        .command(names.map(name => statisticCommand(name, output)))
        .example('$0 stats psr --returns run.csv', 'Is the Sharpe ratio above 0?')
        .example('$0 stats dsr --returns trials.csv', 'Is the best column better than luck?')
        .example('$0 stats pbo --returns trials.csv --blocks 16 --json', 'Was it overfitted?')
        .example('$0 stats minbtl --trials 45', 'How long for 45 trials?')
        .example('$0 stats spa --returns trials.csv --benchmark hold', 'Against one column')
        .example('$0 stats cpcv --returns trials.csv --groups 10', 'Is the best still good later?')
        .demandCommand(1, `say ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`),
    handler: () => undefined,
  }
}

function statisticCommand(name: StatisticName, output: Output): CommandModule {
  const { describe, flags } = STATISTICS[name]
  return {
    command: name,
    describe,
    builder: parser => withFlags(parser, ['returns', ...flags]).option('json', JSON_FLAG),
    handler: values => printStatistic(name, values, output),
  }
}

/** Flags that are spelled as another and mean their own. */
const SPELLED: Partial<Record<FlagName, string>> = { selected: 'column', compared: 'benchmark' }

function withFlags(parser: Argv, names: readonly FlagName[]): Argv {
  return names.reduce((built, name) => built.option(SPELLED[name] ?? name, FLAGS[name]), parser)
}

/** The flags of one statistic, by the names that a user gives. */
function declaredFor(name: StatisticName): Record<string, Options> {
  return Object.fromEntries(
    STATISTICS[name].flags.map(flag => [SPELLED[flag] ?? flag, FLAGS[flag]]),
  )
}

async function printStatistic(name: StatisticName, flags: Flags, output: Output): Promise<void> {
  const { measureStatistic } = await import('../../../app/statistics/measure.js')
  const { readReturns } = await import('../../../app/statistics/returns-file.js')
  const { statisticJson, statisticText } = await import('../../../app/statistics/statistic-text.js')
  const file = textFlag(flags, 'returns')
  const table = file === undefined ? undefined : await readReturns(file)
  const json = statisticJson(
    name,
    table,
    measureStatistic(name, table, optionsOf(flags, declaredFor(name))),
  )
  if (isSet(flags, 'json')) return printJson(output, json)
  logNotes(table, output)
  return output.print(statisticText(json))
}

function logNotes(table: ReturnsTable | undefined, output: Output): void {
  if (table === undefined) return
  const { ignoredColumn, notes } = table
  if (ignoredColumn !== null)
    output.log(`column "${printable(ignoredColumn)}" holds times, ignored`)
  for (const note of notes) output.log(`note: ${note}`)
}
