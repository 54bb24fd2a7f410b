import type { Options } from 'yargs'
import { SEARCH_METHODS } from '../core/search/methods.js'
import { RUN_FLAGS } from './run-flags.js'

const text = (describe: string): Options => ({ type: 'string', requiresArg: true, describe })
const list = (describe: string): Options => ({
  type: 'string',
  array: true,
  requiresArg: true,
  nargs: 1,
  describe,
})

/** Flags of a search over parameters, shared by all commands that make one. */
export const SEARCH_FLAGS: Readonly<Record<string, Options>> = {
  grid: list('What to vary: fast_ma=5:50:1, a=1,2,3, risk.stop_loss=0.01:0.05:0.01; repeat it'),
  method: text(`How to search: ${SEARCH_METHODS.join(', ')} [grid]`),
  trials: text('The most sets to try of each field; grid tries all [200 for other methods]'),
  seed: text('Of methods that draw at random [1]'),
  patience: text('Rounds without a better score after which tpe and genetic end [never]'),
  where: list('Condition that sets must meet: "slow_ma > 2 * fast_ma"; repeat it'),
  objective: list('A metric, a mix such as "sharpe - max_drawdown", or a file; repeat it [sharpe]'),
  'min-trades': text('Sets with fewer trades have no score [1]'),
  'max-trials': text('Refuse a search of more sets than this [1000000]'),
  workers: text('Threads [one a core]'),
  memory: text('Memory for indicator columns: 256MB [256MB]'),
  'time-limit': text('Seconds that one set may take [60, and 0.1 ms a candle]'),
}

/** Flags of `assay sweep`. */
export const SWEEP_FLAGS: Readonly<Record<string, Options>> = {
  ...RUN_FLAGS,
  symbol: text('Market, or several: SOL-USDC,ETH-USDC'),
  timeframe: text('Length of a candle, or several: 1h,4h'),
  templates: text('Compare templates: all, or names: conservative,aggressive'),
  ...SEARCH_FLAGS,
  align: text('Trials begin to decide at one candle (common) or at their own (own) [common]'),
  resume: text('Go on with a stopped sweep: its id, or latest'),
  distributed: { type: 'boolean', describe: 'Give the work to assay worker processes by Redis' },
  top: text('How many trials to print [10; all with --json]'),
  report: text('Path of the page, or none'),
  json: { type: 'boolean', describe: 'Print the result as JSON' },
}
