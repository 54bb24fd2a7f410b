import type { Options } from 'yargs'

/** What may be printed of a run, and where its page goes. */
export const RESULT_FLAGS: Readonly<Record<string, Options>> = {
  bounds: {
    type: 'boolean',
    describe: 'Also run the other order of prices inside candles; print both totals',
  },
  report: { type: 'string', requiresArg: true, describe: 'Path of the report page, or none' },
  cards: {
    type: 'boolean',
    describe: 'Print formula, sample, annualisation and interval of every metric',
  },
  'metrics-as': {
    type: 'string',
    requiresArg: true,
    describe:
      'Print the figures of another library too: empyrical, quantstats, backtesting.py, lean; empyrical:365 sets the days a year',
  },
  'time-limit': {
    type: 'string',
    requiresArg: true,
    describe: 'Seconds that the run may take [60, and 0.1 ms a candle]',
  },
}
