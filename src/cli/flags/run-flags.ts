import type { Options } from 'yargs'
import { valueFlag } from './flags.js'

/** Flags of every command that runs strategies over candles. All values are text, checked by us. */
export const RUN_FLAGS: Readonly<Record<string, Options>> = {
  symbol: valueFlag('Market, for example SOL-USDC'),
  timeframe: valueFlag('Length of a candle: 1m, 15m, 1h, 4h, 1d'),
  template: valueFlag('Named set of parameters'),
  'templates-file': valueFlag('JSON file of templates, laid over those in code'),
  set: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe: 'Parameter as name=value; more may follow, or repeat it',
  },
  config: valueFlag('Configuration file (docs/configuration.md)'),
  from: valueFlag('First open time of the run, inclusive'),
  to: valueFlag('End of the run, exclusive'),
  'decide-from': valueFlag('Let the strategy decide from this open time on'),
  capital: valueFlag('Quote currency at the start [10000]'),
  'fee-bps': valueFlag('Fee a side, basis points of the value [10]'),
  'maker-fee-bps': valueFlag('Fee of limit orders that waited, basis points [the fee]'),
  'slippage-bps': valueFlag('Slippage of market fills, basis points [5]'),
  'tx-cost': valueFlag('Fixed cost a transaction, quote currency [0]'),
  impact: valueFlag('Price impact preset: none, sol-usdc-calm, sol-usdc-stress [none]'),
  'limit-fill': valueFlag('Limit orders fill when traded through, or on touch [through]'),
  'max-volume-share': valueFlag('Share of a candle’s volume that resting orders fill [none]'),
  fill: valueFlag('When orders fill: next_open or close [next_open]'),
  'stop-loss': valueFlag('Distance below entry, fraction: 0.02 is 2 % [none]'),
  'take-profit': valueFlag('Distance above entry, fraction [none]'),
  'trailing-stop': valueFlag('Trailing stop: distance below the best price, fraction [none]'),
  'trailing-from': valueFlag('Gain from which the trailing stop exists, fraction [none]'),
  'break-even': valueFlag('Gain from which the stop is at the entry, fraction [none]'),
  roi: valueFlag('Take-profit by closes held: 0:0.10,12:0.05,48:0 [none]'),
  'time-stop': valueFlag('Closes after which a position is closed [none]'),
  cooldown: valueFlag('Closes without entries after an exit [0]'),
  'position-size': valueFlag('Most a position spends: 100 (quote) or 25% (of equity) [all]'),
  'max-drawdown': valueFlag('Portfolio limit: fall from the peak, fraction [none]'),
  'max-daily-loss': valueFlag('Portfolio limit: fall within a UTC day, fraction [none]'),
  'max-exposure': valueFlag('Portfolio limit: value of positions over equity [none]'),
  'max-open-positions': valueFlag('Portfolio limit [none]'),
  'max-trades-per-day': valueFlag('Portfolio limit: entries in a UTC day [none]'),
  'max-data-age-minutes': valueFlag('Refuse entries whose decision is older than this [none]'),
  'max-loss-streak': valueFlag('Losing trades in a row that end entries of the day [none]'),
  'max-order': valueFlag('Most that one entry costs, quote currency [none]'),
  shortable: { type: 'boolean', describe: 'Allow shorts (backtest only)' },
  'keep-open': {
    type: 'boolean',
    describe: 'Keep an open position at the end, marked at the last close',
  },
  detail: valueFlag('Finer stored timeframe that orders what happens inside a candle'),
}

const ASSIGNMENT = /^\s*[\w-]+\s*=/

/**
 * `--set a=1 b=2` as `--set a=1 --set b=2`. The words after the first belong to it while they are
 * assignments, so that a strategy may follow.
 */
export function spreadSets(args: readonly string[]): readonly string[] {
  const words: string[] = []
  let isAfterSet = false
  for (const [k, word] of args.entries()) {
    const isValue = args[k - 1] === '--set'
    const isAssignment = !word.startsWith('-') && ASSIGNMENT.test(word)
    if (isAfterSet && !isValue && isAssignment) words.push('--set')
    words.push(word)
    isAfterSet = isValue || word.startsWith('--set=') || (isAfterSet && isAssignment)
  }
  return words
}
