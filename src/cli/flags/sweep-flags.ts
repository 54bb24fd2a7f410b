import type { Options } from 'yargs'
import { SEARCH_METHODS } from '../../core/search/methods.js'
import { RUN_FLAGS } from './run-flags.js'
import { valueFlag } from './flags.js'

const list = (describe: string): Options => ({
  type: 'string',
  array: true,
  requiresArg: true,
  nargs: 1,
  describe,
})

/** Flags of a search over parameters, shared by all commands that make one. */
export const SEARCH_FLAGS: Readonly<Record<string, Options>> = {
  grid: list('Values to try: fast_ma=5:50:1, a=1,2,3, risk.stop_loss=0.01:0.05:0.01; repeat it'),
  method: valueFlag(`How to search: ${SEARCH_METHODS.join(', ')} [grid]`),
  trials: valueFlag('The most sets to try of each field; grid tries all [200 for other methods]'),
  seed: valueFlag('Seed of methods that draw at random [1]'),
  patience: valueFlag('Rounds without a better score after which tpe and genetic end [never]'),
  where: list('Condition that sets must meet: "slow_ma > 2 * fast_ma"; repeat it'),
  objective: list('A metric, a mix such as "sharpe - max_drawdown", or a file; repeat it [sharpe]'),
  'min-trades': valueFlag('Sets with fewer trades have no score [1]'),
  'max-trials': valueFlag('Refuse a search of more sets than this [1000000]'),
  workers: valueFlag('Threads [one a core]'),
  memory: valueFlag('Memory for indicator columns: 256MB [256MB]'),
  'time-limit': valueFlag('Seconds that one set may take [60, and 0.1 ms a candle]'),
}

/** Flags of `assay sweep`. */
export const SWEEP_FLAGS: Readonly<Record<string, Options>> = {
  ...RUN_FLAGS,
  symbol: valueFlag('Market, or several: SOL-USDC,ETH-USDC'),
  timeframe: valueFlag('Length of a candle, or several: 1h,4h'),
  templates: valueFlag('Compare templates: all, or names: conservative,aggressive'),
  ...SEARCH_FLAGS,
  align: valueFlag('Trials begin to decide at one candle (common) or at their own (own) [common]'),
  resume: valueFlag('Resume a stopped sweep: its id, or latest'),
  distributed: { type: 'boolean', describe: 'Give the work to assay worker processes by Redis' },
  top: valueFlag('How many trials to print [10; all with --json]'),
  report: valueFlag('Path of the page, or none'),
  json: { type: 'boolean', describe: 'Print the result as JSON' },
}
