import type { Options } from 'yargs'

const text = (describe: string): Options => ({ type: 'string', requiresArg: true, describe })

/** Flags of every command that runs strategies over candles. All values are text, checked by us. */
export const RUN_FLAGS: Readonly<Record<string, Options>> = {
  symbol: text('Market, for example SOL-USDC'),
  timeframe: text('Length of a candle: 1m, 15m, 1h, 4h, 1d'),
  template: text('Named set of parameters'),
  'templates-file': text('JSON file of templates, laid over those in code'),
  set: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe: 'Parameter as name=value; more may follow, or repeat it',
  },
  config: text('Configuration file (docs/configuration.md)'),
  from: text('First open time of the run, inclusive'),
  to: text('End of the run, exclusive'),
  'decide-from': text('Ask the strategy no earlier than this open time'),
  capital: text('Quote currency at the start [10000]'),
  'fee-bps': text('Fee a side, basis points of the value [10]'),
  'maker-fee-bps': text('Fee of limit orders that waited, basis points [the fee]'),
  'slippage-bps': text('Slippage of market fills, basis points [5]'),
  'tx-cost': text('Fixed cost a transaction, quote currency [0]'),
  impact: text('Price impact preset: none, sol-usdc-calm, sol-usdc-stress [none]'),
  'limit-fill': text('Limit orders fill when traded through, or on touch [through]'),
  'max-volume-share': text('Share of a candle’s volume that resting orders fill [none]'),
  fill: text('When orders fill: next_open or close [next_open]'),
  'stop-loss': text('Distance below entry, fraction: 0.02 is 2 % [none]'),
  'take-profit': text('Distance above entry, fraction [none]'),
  'trailing-stop': text('Distance below the best price, fraction [none]'),
  'trailing-from': text('Gain from which the trailing stop exists, fraction [none]'),
  'break-even': text('Gain from which the stop is at the entry, fraction [none]'),
  roi: text('Take-profit by closes held: 0:0.10,12:0.05,48:0 [none]'),
  'time-stop': text('Closes after which a position is left [none]'),
  cooldown: text('Closes without entries after an exit [0]'),
  'position-size': text('Most a position spends: 100 (quote) or 25% (of equity) [all]'),
  'max-drawdown': text('Portfolio limit: fall from the peak, fraction [none]'),
  'max-daily-loss': text('Portfolio limit: fall within a UTC day, fraction [none]'),
  'max-exposure': text('Portfolio limit: value of positions by equity [none]'),
  'max-open-positions': text('Portfolio limit [none]'),
  'max-trades-per-day': text('Portfolio limit: entries in a UTC day [none]'),
  'max-data-age-minutes': text('Refuse entries decided longer ago than this [none]'),
  shortable: { type: 'boolean', describe: 'Allow shorts (backtest only)' },
  'keep-open': { type: 'boolean', describe: 'Leave an open position marked at the end' },
  detail: text('Finer stored timeframe that orders what happens inside a candle'),
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
