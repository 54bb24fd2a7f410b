import type { Options } from 'yargs'
import { valueFlag } from './flags.js'

/** What a session runs on, and how its legs share the account. */
export const PROMOTION_FLAGS: Readonly<Record<string, Options>> = {
  promotion: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe: 'Run a promotion; given again, together with others',
  },
  allocation: valueFlag('How several legs share the account [equal]'),
  rebalance: valueFlag('When their weights are made anew: 1d, 1w or never [1w]'),
}
